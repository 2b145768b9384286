"""Messages, news, practical pages, menus."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server.migrations.sql_file import manager_of

ID = "2026-11-21T07:20:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "messages, news, practical pages, menus"


async def forwards() -> MigrationManager:
    """Called by Piccolo."""
    return manager_of(ID, "0010_messages.sql", DESCRIPTION)
