"""What keeps a process from starting, in one sentence: said before the application is built, not in a traceback."""

import asyncio
import contextlib
import pkgutil
import sqlite3
from importlib import import_module
from pathlib import Path

import server.migrations
from server.adapters.keys import push_public_key
from server.cli.rotation import lost_documents_key, lost_keys
from server.database import Busy, Database, DatabaseError, Work, open_database, sql
from server.settings import Settings


def obstacle(settings: Settings) -> str:
    """Why the portal cannot start; empty when it can. A PostgreSQL that is away is none: the portal waits for it."""
    try:
        push_public_key(settings.data)
    except (OSError, ValueError) as error:
        return f"The push key in {settings.data} can neither be read nor made: {_reason(error)}."
    if lost := lost_documents_key(settings):
        return lost
    if settings.database_url.startswith("sqlite"):
        return _file_obstacle(Path(settings.database_url.removeprefix("sqlite:///"))) or _version_obstacle(settings)
    return _version_obstacle(settings)


def _file_obstacle(path: Path) -> str:
    if not path.exists():
        return f"There is no database at {path}: run `python -m server migrate`."
    try:
        with contextlib.closing(sqlite3.connect(path, timeout=1, isolation_level=None)) as connection:
            connection.execute("begin immediate")
            connection.execute("rollback")
    except sqlite3.Error as error:
        if "locked" not in str(error):  # somebody else works on it: it can be written
            return f"The database {path} cannot be written: {error}."
    return ""


def _version_obstacle(settings: Settings) -> str:
    try:
        missing, lost = asyncio.run(_missing(settings))
    except Busy:
        return ""
    except (DatabaseError, OSError) as error:
        return f"The database cannot be used: {error}."
    return (
        f"The database lacks {missing} migrations of this version: run `python -m server migrate`." if missing else lost
    )


async def _missing(settings: Settings) -> tuple[int, str]:
    """How many migrations are missing, and which keys of the health files: with others we would seal beside them."""
    db = open_database(settings.database_url)
    await db.start()
    try:
        await db.read(_anything)
        missing = await missing_migrations(db)
        return missing, "" if missing else await db.read(lost_keys, settings.data)
    finally:
        await db.stop()


def _anything() -> Work[None]:
    yield sql("select 1 as one")


async def missing_migrations(db: Database) -> int:
    """How many migrations of this version the database has not seen. Raises Busy when it does not answer."""
    try:
        return len(known_migrations() - await db.read(_seen_migrations))
    except Busy:
        raise
    except DatabaseError:  # no such table: nothing was ever migrated
        return len(known_migrations())


def _seen_migrations() -> Work[set[str]]:
    rows = yield sql("select name from migration where app_name = 'marelle'")
    return {row["name"] for row in rows}


def known_migrations() -> set[str]:
    """The ids of the migrations this version comes with."""
    names = [module.name for module in pkgutil.iter_modules(server.migrations.__path__)]
    return {import_module(f"server.migrations.{name}").ID for name in names if name.startswith("marelle_")}


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__
