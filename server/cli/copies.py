"""How each database is copied: SQLite page by page, PostgreSQL through its own pg_dump and pg_restore."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
from pathlib import Path
from urllib.parse import unquote, urlsplit


class BackupError(Exception):
    """Why there is no backup, or why it was not restored; one sentence for the operator."""


def without_password(url: str) -> tuple[str, str]:
    """The address, and apart from it the password, which everybody on the machine could read in a command line."""
    parts = urlsplit(url)
    if not parts.password:
        return url, ""
    bare = parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", "@", 1))
    return bare.geturl(), unquote(parts.password)


def copy_file(source: Path, target: Path) -> None:
    """SQLite's online backup: readers and the writer of either side go on and see one state or the other."""
    try:
        with (
            contextlib.closing(sqlite3.connect(_read_only(source), uri=True, timeout=30)) as old,
            contextlib.closing(sqlite3.connect(target, timeout=30)) as new,
        ):
            old.backup(new)
            new.execute("pragma wal_checkpoint(truncate)")
    except sqlite3.Error as error:
        raise BackupError(f"The database could not be copied: {error}.") from error


def _read_only(file: Path) -> str:
    """The file's address for SQLite, whatever signs are in its name."""
    return f"{file.resolve().as_uri()}?mode=ro"


def check_file(file: Path) -> None:
    """A file that is not a sound backup of ours must not replace anything."""
    try:
        with contextlib.closing(sqlite3.connect(_read_only(file), uri=True)) as found:
            sound = found.execute("pragma quick_check(1)").fetchone()[0] == "ok"
            ours = found.execute("select count(*) from sqlite_master where name in ('account', 'booking')").fetchone()[
                0
            ]
    except sqlite3.Error as error:
        raise BackupError(f"{file} is not a backup of this portal's SQLite database: {error}.") from error
    if not sound or ours != 2:
        raise BackupError(f"{file} is damaged or is not a backup of this portal; nothing was changed.")


def run_tool(name: str, password: str, *arguments: str) -> None:
    """Run one of PostgreSQL's client programs. Raises BackupError."""
    program = shutil.which(name)
    if program is None:
        raise BackupError(f"{name} is not installed: install PostgreSQL's client tools of the server's version.")
    environment = {**os.environ, "PGPASSWORD": password} if password else None
    command = [program, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)  # noqa: S603
    if done.returncode:
        raise BackupError(f"{name} failed: {(done.stderr.strip().splitlines() or ['no reason given'])[-1]}")
