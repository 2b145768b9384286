"""Lost activation links."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server.migrations.sql_file import manager_of

ID = "2026-11-29T18:50:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "lost activation links"


async def forwards() -> MigrationManager:
    """Called by Piccolo."""
    return manager_of(ID, "0015_resending.sql", DESCRIPTION)
