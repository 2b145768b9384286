"""SQLite: one writer thread that commits once for all who wait, two readers kept open, and one read at a glance.

WAL with synchronous=FULL: a commit reaches the disk before anybody is told, and group commit makes that cheap.
"""

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable
from typing import Any, TypeVar

from server.database.sqlite.connection import BUSY_SECONDS, connect, converse, rollback, snapshot, translated
from server.database.sqlite.threads import Job, Thread
from server.database.statement import Work

T = TypeVar("T")

GROUP = 64  # transactions at most in one commit


class SQLite:
    """The embedded database; one application process, any number of readers outside."""

    engine = "sqlite"

    def __init__(self, path: str) -> None:
        self.path = path
        self._writer = Thread("writer", path, _commit_group, GROUP)
        self._reader = Thread("reader", path, _read_each, 1, threads=2)
        self._at_hand: sqlite3.Connection | None = None  # the loop's own

    async def start(self) -> None:
        """Start the threads; the file must exist and be migrated."""
        with contextlib.closing(sqlite3.connect(self.path, timeout=BUSY_SECONDS)) as first:
            # It persists in the file; three threads setting it at once would lock each other.
            first.execute("PRAGMA journal_mode=WAL")
        self._writer.start()
        self._reader.start()

    async def stop(self) -> None:
        """Let the queue empty, then close."""
        await asyncio.to_thread(self._writer.stop)
        await asyncio.to_thread(self._reader.stop)
        if self._at_hand is not None:
            self._at_hand.close()
            self._at_hand = None

    async def read(self, work: Callable[..., Work[T]], *args: Any, **kwargs: Any) -> T:
        """See Database.read: one reader, one snapshot."""
        return await self._reader.ask(lambda: work(*args, **kwargs))  # type: ignore[no-any-return]

    async def glance(self, work: Callable[..., Work[T]], *args: Any, **kwargs: Any) -> T:
        """See Database.glance: asked by the loop itself, which waits for nobody; a reader takes over when it would."""
        try:
            if self._at_hand is None:
                self._at_hand = connect(self.path, patience=0)
            with snapshot(self._at_hand):
                return converse(self._at_hand, work(*args, **kwargs))
        except sqlite3.Error:
            return await self.read(work, *args, **kwargs)

    async def write(self, work: Callable[..., Work[T]], *args: Any, **kwargs: Any) -> T:
        """See Database.write."""
        return await self._writer.ask(lambda: work(*args, **kwargs))  # type: ignore[no-any-return]


def _attempt(connection: sqlite3.Connection, job: Job) -> bool:
    """Run one job; its error is kept for the one who asked. True when it went well."""
    try:
        job.result, job.error = converse(connection, job.begin()), None
    except Exception as error:
        job.error = translated(error)
    return job.error is None


def _read_each(connection: sqlite3.Connection, jobs: list[Job]) -> None:
    for job in jobs:
        try:
            with snapshot(connection):
                _attempt(connection, job)
        except sqlite3.Error as error:
            job.error = translated(error)


def _commit_group(connection: sqlite3.Connection, jobs: list[Job]) -> None:
    """All jobs in one commit, each behind its own savepoint, so that one failure undoes only itself."""
    try:
        connection.execute("BEGIN IMMEDIATE")
        for job in jobs:
            connection.execute("SAVEPOINT job")
            if not _attempt(connection, job):
                connection.execute("ROLLBACK TO job")
            connection.execute("RELEASE job")
        connection.execute("COMMIT")
    except sqlite3.Error as error:  # nothing of the group was written
        rollback(connection)
        for job in jobs:
            job.error = translated(error)
