"""Threads that each own a connection and take conversations from one queue, and whom they tell."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

from server.database.errors import Busy
from server.database.sqlite.connection import connect, translated
from server.database.statement import Work

WAITING = 2_000  # conversations at most in the queue before we say "busy" at once


class Job:
    """A conversation waiting for its turn, and whom to tell."""

    __slots__ = ("begin", "error", "future", "loop", "result")

    def __init__(self, begin: Callable[[], Work[Any]]) -> None:
        self.begin = begin
        self.loop = asyncio.get_running_loop()
        self.future: asyncio.Future[Any] = self.loop.create_future()
        self.result: Any = None
        self.error: BaseException | None = None

    def tell(self) -> None:
        """Hand over the result or the error; called by the loop of the one who asked."""
        if self.future.cancelled():
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)


class Thread:
    """Threads that each own a connection and take jobs from one queue."""

    def __init__(
        self, name: str, path: str, run: Callable[[sqlite3.Connection, list[Job]], None], most: int, threads: int = 1
    ) -> None:
        self._path, self._run, self._most = path, run, most
        self._queue: SimpleQueue[Job | None] = SimpleQueue()
        self._threads = [
            threading.Thread(target=self._work, name=f"sqlite-{name}", daemon=True) for _ in range(threads)
        ]

    def start(self) -> None:
        """Begin to take jobs."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Answer those who wait, then close the connections."""
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join()

    async def ask(self, begin: Callable[[], Work[Any]]) -> Any:
        """Wait for this conversation's turn and its result; Busy at once when too many wait."""
        if self._queue.qsize() >= WAITING:
            raise Busy("too many conversations waiting")
        job = Job(begin)
        self._queue.put(job)
        return await job.future

    def _work(self) -> None:
        connection: sqlite3.Connection | None = None
        while jobs := self._waiting_jobs():
            try:
                connection = connection or connect(self._path)
                self._run(connection, jobs)
            except sqlite3.Error as error:  # the file cannot be opened just now: the next ones try again
                for job in jobs:
                    job.error = translated(error)
            jobs[0].loop.call_soon_threadsafe(_tell, jobs)
        if connection is not None:
            connection.close()

    def _waiting_jobs(self) -> list[Job]:
        """Those who wait, `most` at a time; nobody when the house closes."""
        jobs: list[Job] = []
        while not jobs or (len(jobs) < self._most and not self._queue.empty()):
            job = self._queue.get()
            if job is None:
                if jobs:
                    self._queue.put(None)  # first answer those taken, then close
                break
            jobs.append(job)
        return jobs


def _tell(jobs: list[Job]) -> None:
    for job in jobs:
        job.tell()
