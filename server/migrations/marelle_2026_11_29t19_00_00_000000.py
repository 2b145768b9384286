"""Messages to many families."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server.migrations.sql_file import manager_of

ID = "2026-11-29T19:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "messages to many families"


async def forwards() -> MigrationManager:
    """Called by Piccolo."""
    return manager_of(ID, "0016_mailings.sql", DESCRIPTION)
