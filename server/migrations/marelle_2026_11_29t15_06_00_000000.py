"""The health room."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server.migrations.sql_file import manager_of

ID = "2026-11-29T15:06:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "health records, consents, readings"


async def forwards() -> MigrationManager:
    """Called by Piccolo."""
    return manager_of(ID, "0006_health.sql", DESCRIPTION)
