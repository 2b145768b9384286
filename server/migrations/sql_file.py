"""Runs one SQL file as a Piccolo migration, on both engines, wholly or not at all."""

import re
from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine import engine_finder

from server.database.tables import Raw

FOLDER = Path(__file__).parent


def manager_of(migration_id: str, file: str, description: str) -> MigrationManager:
    """The migration that executes the statements of `file`, found in this folder."""
    manager = MigrationManager(migration_id=migration_id, app_name="marelle", description=description)

    async def run() -> None:
        engine = engine_finder()
        for statement in statements(file, engine.engine_type if engine else "sqlite"):
            await Raw.raw(statement.replace("{", "{{").replace("}", "}}"))

    manager.add_raw(run)
    return manager


def statements(file: str, engine: str) -> list[str]:
    """The file's statements, comments removed, as `engine` wants them."""
    text = re.sub(r"--[^\n]*", "", (FOLDER / file).read_text())
    if engine == "sqlite":
        text = text.replace("serial primary key", "integer primary key autoincrement")
        text = text.replace("cast(gen_random_uuid() as text)", "lower(hex(randomblob(16)))")
        text = text.replace(' collate "C"', "")  # SQLite compares bytes unless told otherwise
    return [statement.strip() for statement in text.split(";") if statement.strip()]
