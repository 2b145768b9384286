"""The file of families."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server.migrations.sql_file import manager_of

ID = "2026-11-29T16:40:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "the file of families"


async def forwards() -> MigrationManager:
    """Called by Piccolo."""
    return manager_of(ID, "0013_files.sql", DESCRIPTION)
