"""Rules by day: publications of an activity's rules, and drafts."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server.migrations.sql_file import manager_of

ID = "2026-11-21T07:02:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "rules by day"


async def forwards() -> MigrationManager:
    """Called by Piccolo."""
    return manager_of(ID, "0002_rules.sql", DESCRIPTION)
