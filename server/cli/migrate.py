"""`migrate`: bring the database to this version; two at once wait for each other."""

import asyncio
import contextlib
import fcntl
import os
import sys
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any

import asyncpg

from server.database import open_database
from server.families.finding import index_missing
from server.settings import Settings, settings_from_environment


def migrate(_: list[str]) -> int:
    """Run what has not run yet, under yesterday's code or today's."""
    return run_migrations(settings_from_environment(), quiet=False)


def run_migrations(settings: Settings, quiet: bool = True) -> int:
    """0 when the database is at this version."""
    os.environ["PICCOLO_CONF"] = "server.piccolo_conf"
    Path(settings.data).mkdir(0o700, parents=True, exist_ok=True)  # families' data: for its owner only
    if settings.database_url.startswith("sqlite"):
        with _file_lock(Path(settings.database_url.removeprefix("sqlite:///") + ".lock")):
            return _told_to(quiet, _forwards()) or asyncio.run(_index(settings.database_url))
    return _told_to(quiet, _forwards_on_postgres(settings.database_url)) or asyncio.run(_index(settings.database_url))


async def _index(url: str) -> int:
    """Make the families findable that came before there was an index."""
    db = open_database(url)
    await db.start()
    try:
        while await db.write(index_missing):
            pass
    finally:
        await db.stop()
    return 0


def _told_to(quiet: bool, work: Coroutine[Any, Any, int]) -> int:
    """Piccolo prints as it goes: to nobody when quiet."""
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere if quiet else sys.stdout):
        return asyncio.run(work)


async def _forwards() -> int:
    from piccolo.apps.migrations.commands.forwards import run_forwards  # reads DATABASE_URL when imported

    result = await run_forwards("marelle")
    if not result.success:
        print(f"The migration failed: {result.message}", file=sys.stderr)
    return 0 if result.success else 1


async def _forwards_on_postgres(url: str) -> int:
    guard = await asyncpg.connect(url)
    try:
        await guard.execute("select pg_advisory_lock(hashtext('marelle-migrate'))")
        return await _forwards()
    finally:
        await guard.close()


@contextlib.contextmanager
def _file_lock(path: Path) -> Iterator[None]:
    path.parent.mkdir(0o700, parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
