"""The photo of an account's holder."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server.migrations.sql_file import manager_of

ID = "2026-11-29T20:20:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "the photo of an account's holder"


async def forwards() -> MigrationManager:
    """Called by Piccolo."""
    return manager_of(ID, "0020_photos.sql", DESCRIPTION)
