"""The houses measured: a real server in its own processes, on a town of its own, with either database behind it."""

import asyncio
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from server.database import Database, open_database
from tests.benchmarks.machine import Meter, family_of
from tests.benchmarks.town import NOW, STANDARD, Size, Town, build
from tests.journeys.live import LiveServer
from tests.postgres import Cluster, find_binaries, new_cluster

NAMES = ("sqlite", "postgres", "postgres x2")
TODAY = NOW.date()


@dataclass
class House:
    """One running server and what the measures need of it."""

    name: str
    url: str
    server: LiveServer
    town: Town
    db: Database  # our own door to its database
    start_up: float  # seconds from the command to the first healthy answer
    database_pid: int  # PostgreSQL's first process; 0 for SQLite
    fresh: int = 0  # rounds of squares tapped so far

    @property
    def pids(self) -> list[int]:
        """The application's processes."""
        assert self.server.process
        return family_of(self.server.process.pid)

    def meter(self) -> Meter:
        """A meter of this house, running."""
        assert self.server.process
        meter = Meter(self.server.process.pid, self.database_pid)
        meter.start()
        return meter


@contextmanager
def house(name: str, runner: asyncio.Runner, size: Size = STANDARD) -> Iterator[House]:
    """A house of that name, furnished and open; everything it needed is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="marelle-bench-"))
    cluster = _cluster() if name.startswith("postgres") else None
    try:
        yield from _furnished(name, folder, cluster, runner, size)
    finally:
        if cluster:
            cluster.stop()
            shutil.rmtree(cluster.folder, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


def _cluster() -> Cluster:
    binaries = find_binaries()
    if binaries is None:
        raise LookupError("PostgreSQL is not installed")
    cluster = new_cluster(binaries, fsync=True)  # as in a town hall: an acknowledged tap is on the disk
    cluster.sql("create database bench")
    return cluster


def _furnished(name: str, folder: Path, cluster: Cluster | None, runner: asyncio.Runner, size: Size) -> Iterator[House]:
    url = cluster.url("bench") if cluster else f"sqlite:///{folder}/marelle.db"
    workers = "2" if name.endswith("x2") else "1"
    server = LiveServer(folder, {"DATABASE_URL": url, "MARELLE_NOW": NOW.isoformat(), "MARELLE_WORKERS": workers})
    server.run("migrate")
    db = open_database(url)
    runner.run(db.start())
    try:
        town = runner.run(build(db, size))
        if cluster:
            cluster.sql("vacuum analyze", "bench")  # what autovacuum does within minutes
        before = time.perf_counter()
        server.start()
        start_up = time.perf_counter() - before
        yield House(name, url, server, town, db, start_up, _postmaster(cluster))
    finally:
        server.stop()
        runner.run(db.stop())


def _postmaster(cluster: Cluster | None) -> int:
    return int((cluster.folder / "data" / "postmaster.pid").read_text().split()[0]) if cluster else 0
