"""Documents that go with messages."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server.migrations.sql_file import manager_of

ID = "2026-11-29T19:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "documents that go with messages"


async def forwards() -> MigrationManager:
    """Called by Piccolo."""
    return manager_of(ID, "0017_attachments.sql", DESCRIPTION)
