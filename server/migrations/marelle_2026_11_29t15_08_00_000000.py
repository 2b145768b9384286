"""Drafts of wizards, registrations, links to files."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server.migrations.sql_file import manager_of

ID = "2026-11-29T15:08:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "ways in"


async def forwards() -> MigrationManager:
    """Called by Piccolo."""
    return manager_of(ID, "0008_ways_in.sql", DESCRIPTION)
