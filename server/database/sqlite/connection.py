"""One connection to the file: opened, asked, rolled back, its errors in the house's words."""

import contextlib
import sqlite3
from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache
from typing import Any, TypeVar

import piccolo.engine.sqlite  # noqa: F401  (registers the adapters for dates and uuids that ours build on)

from server.database.errors import Busy, DatabaseError, Duplicate
from server.database.statement import Work, compiled

T = TypeVar("T")

BUSY_SECONDS = 5.0  # how long to wait for another process that holds the file

# Piccolo's converters cost a Python call per cell; these give the same for less.
sqlite3.register_converter("INTEGER", int)
sqlite3.register_converter("BOOLEAN", b"1".__eq__)
sqlite3.register_converter("TIMESTAMPTZ", lru_cache(maxsize=8_000)(lambda raw: datetime.fromisoformat(raw.decode())))
sqlite3.register_converter("DATE", lru_cache(maxsize=2_000)(lambda raw: date.fromisoformat(raw.decode())))


def connect(path: str, patience: float = BUSY_SECONDS) -> sqlite3.Connection:
    """A connection as all of ours are; `patience` is how long it waits for another process."""
    connection = sqlite3.connect(
        path, timeout=patience, isolation_level=None, detect_types=sqlite3.PARSE_DECLTYPES, cached_statements=512
    )
    connection.row_factory = sqlite3.Row
    for pragma in ("synchronous=FULL", "foreign_keys=ON", "cache_size=-16000", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def converse(connection: sqlite3.Connection, work: Work[T]) -> T:
    """Answer each statement the conversation yields until it returns."""
    rows: Any = None
    try:
        while True:
            wanted = work.send(rows)
            for statement in compiled(wanted, "sqlite"):
                rows = connection.execute(*statement).fetchall()
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]
    finally:
        work.close()


@contextlib.contextmanager
def snapshot(connection: sqlite3.Connection) -> Iterator[None]:
    """One snapshot for a whole conversation."""
    try:
        connection.execute("BEGIN")
        yield
    finally:
        rollback(connection)


def rollback(connection: sqlite3.Connection) -> None:
    """Undo what is begun, if anything is."""
    with contextlib.suppress(sqlite3.Error):
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def translated(error: BaseException) -> BaseException:
    """The engine's own error in the house's words; other exceptions pass as they are."""
    if isinstance(error, sqlite3.IntegrityError):
        return Duplicate(str(error))
    if isinstance(error, sqlite3.OperationalError) and any(
        word in str(error) for word in ("locked", "busy", "disk", "readonly", "unable to open", "full")
    ):
        return Busy(str(error))
    if isinstance(error, sqlite3.Error):
        return DatabaseError(str(error))
    return error
