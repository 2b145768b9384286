"""Parents, finer: absences, whose audit lines, quiet hours, reminders, known devices."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server.migrations.sql_file import manager_of

ID = "2026-11-21T07:05:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "parents, finer"


async def forwards() -> MigrationManager:
    """Called by Piccolo."""
    return manager_of(ID, "0005_bad_days.sql", DESCRIPTION)
