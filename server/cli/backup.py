"""`backup FILE` and `restore FILE`: a whole copy of a live portal, and the way back.

The push key lives in the data folder, not in the database: copy vapid.pem beside the backup. So do the keys of the
health files: keep health.keys apart from the backups, which tell nothing of children's health without it.
"""

import asyncio
import os
import sqlite3
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import anyio

from server.cli.copies import BackupError, check_file, copy_file, run_tool, without_password
from server.cli.occupancy import occupied
from server.cli.packing import pack, unpack
from server.database import Busy, DatabaseError, Rows, Work, open_database, sql
from server.settings import Settings, settings_from_environment

T = TypeVar("T")


def backup(arguments: list[str]) -> int:
    """Write a whole, consistent copy to a new file."""
    return _run("backup", arguments, write_backup)


def restore(arguments: list[str]) -> int:
    """Put a backup in place of what is there."""
    return _run("restore", arguments, read_backup)


def write_backup(settings: Settings, file: Path) -> str:
    """Copy the database of `settings` to `file`; what to tell. Raises BackupError."""
    if file.exists():
        raise BackupError(f"{file} exists already: choose a new name, a backup never overwrites another.")
    if not file.parent.is_dir():
        raise BackupError(f"The folder {file.parent} does not exist.")
    draft = file.with_name(file.name + ".part")
    draft.unlink(missing_ok=True)
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))  # families' data: for its owner only
    try:
        if settings.database_url.startswith("sqlite"):
            copy_file(_existing(_path(settings)), draft)
        else:
            address, password = without_password(settings.database_url)
            run_tool("pg_dump", password, "--format=custom", "--no-owner", f"--file={draft}", address)
        documents = pack(settings, file)
        draft.replace(file)  # a backup is whole or it does not exist
    finally:
        draft.unlink(missing_ok=True)
    told = f"Backup written to {file} ({file.stat().st_size // 1024} kB).{documents}"
    return f"{told} Its health files open with {settings.data}/health.keys only: keep a copy of that apart from it."


def read_backup(settings: Settings, file: Path) -> str:
    """Replace the database of `settings` by the backup; what to tell. Raises BackupError."""
    if not file.is_file():
        raise BackupError(f"There is no backup at {file}.")
    if occupied(settings):
        raise BackupError("The portal is running on this data: stop `serve`, `deliver` and `run` first, then restore.")
    if settings.database_url.startswith("sqlite"):
        check_file(file)
    known = asyncio.run(_version(settings))
    kept = _keep_what_is_there(settings)
    if settings.database_url.startswith("sqlite"):
        _path(settings).parent.mkdir(0o700, parents=True, exist_ok=True)
        copy_file(file, _path(settings))
    else:
        address, password = without_password(settings.database_url)
        options = ("--clean", "--if-exists", "--no-owner", "--exit-on-error", "--single-transaction")
        run_tool("pg_restore", password, *options, f"--dbname={address}", str(file))
    asyncio.run(_version(settings, above=known))
    documents = unpack(settings, file)
    told = f"{file} restored.{documents} Run `python -m server migrate` if it is of an older version, then `doctor`."
    return f"{told} What was there before is kept in {kept}." if kept else told


def _keep_what_is_there(settings: Settings) -> Path | None:
    """A backup of what a restore is about to replace; None when there is nothing. Raises BackupError."""
    if not asyncio.run(_holds_anything(settings)):
        return None
    folder = _path(settings).parent if settings.database_url.startswith("sqlite") else Path(settings.data)
    folder.mkdir(0o700, parents=True, exist_ok=True)
    kept = folder / f"before-restore-{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}.backup"
    try:
        write_backup(settings, kept)
    except BackupError:
        if not settings.database_url.startswith("sqlite"):
            raise
        _move_files(_path(settings), kept)  # damaged: what a restore is for; its bytes may still be worth something
    return kept


def _move_files(database: Path, kept: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        if (part := Path(f"{database}{suffix}")).exists():
            part.replace(f"{kept}{suffix}")


async def _holds_anything(settings: Settings) -> bool:
    """Whether there is a portal to lose: a database with accounts, or one too damaged to say. Raises BackupError."""
    sqlite = settings.database_url.startswith("sqlite")
    if sqlite and not await anyio.Path(_path(settings)).exists():
        return False
    try:
        return bool(await _ask(settings, _any_account))
    except Busy as busy:
        raise BackupError(f"The database does not answer: {busy}.") from busy
    except (DatabaseError, sqlite3.Error) as error:
        return sqlite and "no such table" not in str(error)


def _any_account() -> Work[Rows]:
    rows: Rows = yield sql("select id from account limit 1")
    return rows


async def _version(settings: Settings, above: int | None = None) -> int:
    """The catalogue's version; moved `above` one that running processes may remember with other contents."""
    if settings.database_url.startswith("sqlite") and not await anyio.Path(_path(settings)).exists():
        return 0
    try:
        return await (_ask(settings, _read_version) if above is None else _ask(settings, _raise_version, above))
    except (DatabaseError, sqlite3.Error):  # nothing to restore over: no table yet, another version's, or damaged
        return 0


async def _ask(settings: Settings, work: Callable[..., Work[T]], *args: Any) -> T:
    db = open_database(settings.database_url)
    await db.start()
    try:
        return await db.write(work, *args)
    finally:
        await db.stop()


def _read_version() -> Work[int]:
    rows = yield sql("select version from catalogue where id = 1")
    return int(rows[0]["version"]) if rows else 0


def _raise_version(above: int) -> Work[int]:
    version = max(above, (yield from _read_version())) + 1
    yield sql("update catalogue set version = $1 where id = 1", version)
    return version


def _existing(path: Path) -> Path:
    if not path.exists():
        raise BackupError(f"There is no database at {path}.")
    return path


def _path(settings: Settings) -> Path:
    return Path(settings.database_url.removeprefix("sqlite:///"))


def _run(name: str, arguments: list[str], act: Callable[[Settings, Path], str]) -> int:
    if len(arguments) != 1 or arguments[0].startswith("-"):
        print(f"Usage: python -m server {name} FILE", file=sys.stderr)
        return 2
    try:
        print(act(settings_from_environment(), Path(arguments[0])))
    except BackupError as error:
        print(error, file=sys.stderr)
        return 1
    return 0
