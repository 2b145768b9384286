"""SQLite: one writer thread that commits once for all who wait, two readers kept open, and one read at a glance.

WAL with synchronous=FULL: a commit reaches the disk before anybody is told, and group commit makes that cheap.
"""

import asyncio
import contextlib
import sqlite3
import threading
from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import lru_cache
from queue import SimpleQueue
from typing import Any, TypeVar

import piccolo.engine.sqlite  # noqa: F401  (registers the adapters for dates and uuids that ours build on)

from server.database.errors import Busy, DatabaseError, Duplicate
from server.database.statement import Work, compiled

T = TypeVar("T")

GROUP = 64  # transactions at most in one commit
WAITING = 2_000  # conversations at most in the queue before we say "busy" at once
BUSY_SECONDS = 5.0  # how long to wait for another process that holds the file

# Piccolo's converters cost a Python call per cell; these give the same for less.
sqlite3.register_converter("INTEGER", int)
sqlite3.register_converter("BOOLEAN", b"1".__eq__)
sqlite3.register_converter("TIMESTAMPTZ", lru_cache(maxsize=8_000)(lambda raw: datetime.fromisoformat(raw.decode())))
sqlite3.register_converter("DATE", lru_cache(maxsize=2_000)(lambda raw: date.fromisoformat(raw.decode())))


class SQLite:
    """The embedded database; one application process, any number of readers outside."""

    engine = "sqlite"

    def __init__(self, path: str) -> None:
        self.path = path
        self._writer = _Thread("writer", path, _commit_group, GROUP)
        self._reader = _Thread("reader", path, _read_each, 1, threads=2)
        self._at_hand: sqlite3.Connection | None = None  # the loop's own

    async def start(self) -> None:
        """Start the threads; the file must exist and be migrated."""
        with contextlib.closing(sqlite3.connect(self.path, timeout=BUSY_SECONDS)) as first:
            first.execute(
                "PRAGMA journal_mode=WAL"
            )  # persists in the file; three threads at once would lock each other
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
                self._at_hand = _connect(self.path, patience=0)
            with _snapshot(self._at_hand):
                return _converse(self._at_hand, work(*args, **kwargs))
        except sqlite3.Error:
            return await self.read(work, *args, **kwargs)

    async def write(self, work: Callable[..., Work[T]], *args: Any, **kwargs: Any) -> T:
        """See Database.write."""
        return await self._writer.ask(lambda: work(*args, **kwargs))  # type: ignore[no-any-return]


class _Job:
    """A conversation waiting for its turn, and whom to tell."""

    __slots__ = ("begin", "error", "future", "loop", "result")

    def __init__(self, begin: Callable[[], Work[Any]]) -> None:
        self.begin = begin
        self.loop = asyncio.get_running_loop()
        self.future: asyncio.Future[Any] = self.loop.create_future()
        self.result: Any = None
        self.error: BaseException | None = None

    def tell(self) -> None:
        if self.future.cancelled():
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)


class _Thread:
    """Threads that each own a connection and take jobs from one queue."""

    def __init__(
        self, name: str, path: str, run: Callable[[sqlite3.Connection, list[_Job]], None], most: int, threads: int = 1
    ) -> None:
        self._path, self._run, self._most = path, run, most
        self._queue: SimpleQueue[_Job | None] = SimpleQueue()
        self._threads = [
            threading.Thread(target=self._work, name=f"sqlite-{name}", daemon=True) for _ in range(threads)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join()

    async def ask(self, begin: Callable[[], Work[Any]]) -> Any:
        if self._queue.qsize() >= WAITING:
            raise Busy("too many conversations waiting")
        job = _Job(begin)
        self._queue.put(job)
        return await job.future

    def _work(self) -> None:
        connection: sqlite3.Connection | None = None
        while jobs := self._waiting_jobs():
            try:
                connection = connection or _connect(self._path)
                self._run(connection, jobs)
            except sqlite3.Error as error:  # the file cannot be opened just now: the next ones try again
                for job in jobs:
                    job.error = _translated(error)
            jobs[0].loop.call_soon_threadsafe(_tell, jobs)
        if connection is not None:
            connection.close()

    def _waiting_jobs(self) -> list[_Job]:
        """Those who wait, `most` at a time; nobody when the house closes."""
        jobs: list[_Job] = []
        while not jobs or (len(jobs) < self._most and not self._queue.empty()):
            job = self._queue.get()
            if job is None:
                if jobs:
                    self._queue.put(None)  # first answer those taken, then close
                break
            jobs.append(job)
        return jobs


def _tell(jobs: list[_Job]) -> None:
    for job in jobs:
        job.tell()


def _connect(path: str, patience: float = BUSY_SECONDS) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, timeout=patience, isolation_level=None, detect_types=sqlite3.PARSE_DECLTYPES, cached_statements=512
    )
    connection.row_factory = sqlite3.Row
    for pragma in ("synchronous=FULL", "foreign_keys=ON", "cache_size=-16000", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _converse(connection: sqlite3.Connection, work: Work[T]) -> T:
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


def _attempt(connection: sqlite3.Connection, job: _Job) -> bool:
    """Run one job; its error is kept for the one who asked. True when it went well."""
    try:
        job.result, job.error = _converse(connection, job.begin()), None
    except Exception as error:
        job.error = _translated(error)
    return job.error is None


def _read_each(connection: sqlite3.Connection, jobs: list[_Job]) -> None:
    for job in jobs:
        try:
            with _snapshot(connection):
                _attempt(connection, job)
        except sqlite3.Error as error:
            job.error = _translated(error)


@contextlib.contextmanager
def _snapshot(connection: sqlite3.Connection) -> Iterator[None]:
    """One snapshot for a whole conversation."""
    try:
        connection.execute("BEGIN")
        yield
    finally:
        _rollback(connection)


def _commit_group(connection: sqlite3.Connection, jobs: list[_Job]) -> None:
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
        _rollback(connection)
        for job in jobs:
            job.error = _translated(error)


def _rollback(connection: sqlite3.Connection) -> None:
    with contextlib.suppress(sqlite3.Error):
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _translated(error: BaseException) -> BaseException:
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
