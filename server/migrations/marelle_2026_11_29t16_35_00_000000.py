"""Unused accounts."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server.migrations.sql_file import manager_of

ID = "2026-11-29T16:35:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "unused accounts are warned"


async def forwards() -> MigrationManager:
    """Called by Piccolo."""
    return manager_of(ID, "0014_retention.sql", DESCRIPTION)
