"""The agents' desk: folded names, the words families are found by, indexes of the audit trail."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server.migrations.sql_file import manager_of

ID = "2026-11-21T07:04:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "the agents' desk"


async def forwards() -> MigrationManager:
    """Called by Piccolo."""
    return manager_of(ID, "0004_desk.sql", DESCRIPTION)
