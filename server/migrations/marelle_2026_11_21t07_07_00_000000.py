"""Links in mails and letters."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server.migrations.sql_file import manager_of

ID = "2026-11-21T07:07:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "letters"


async def forwards() -> MigrationManager:
    """Called by Piccolo."""
    return manager_of(ID, "0006_letters.sql", DESCRIPTION)
