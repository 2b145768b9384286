"""The house: every table of step 1."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server.migrations.sql_file import manager_of

ID = "2026-11-21T04:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "the house"


async def forwards() -> MigrationManager:
    """Called by Piccolo."""
    return manager_of(ID, "0001_house.sql", DESCRIPTION)
