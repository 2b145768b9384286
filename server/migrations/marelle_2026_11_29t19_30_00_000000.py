"""The words a consent was given to."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server.migrations.sql_file import manager_of

ID = "2026-11-29T19:30:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "the words a consent was given to"


async def forwards() -> MigrationManager:
    """Called by Piccolo."""
    return manager_of(ID, "0019_wordings.sql", DESCRIPTION)
