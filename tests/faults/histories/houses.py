"""The houses the rushes happen in: commands on PostgreSQL through twelve ports, servers of both engines over HTTP."""

import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from server.database import Database, open_database
from tests.faults.histories.concurrency import Sampler
from tests.faults.histories.doors import CommandsDoor, HttpDoor
from tests.faults.histories.furnish import NOW, Furnished, furnish
from tests.faults.histories.judge import Judged, judged, seed_of
from tests.faults.histories.rush import TERMS, Door, plan_of
from tests.journeys.live import LiveServer
from tests.postgres import Cluster, find_binaries, new_cluster

PORTS = 12  # transactions at once through the commands' door
PROCESSES = 3  # of a server on PostgreSQL, unless told otherwise


@dataclass
class House:
    """A place where rushes happen: a door, a town, and our own eyes on its database."""

    name: str
    door: Door
    town: Furnished
    db: Database
    hands: int
    sampler: Sampler | None = None

    async def rush(self, nth: int) -> Judged:
        """The `nth` rush of this house."""
        activity = list(TERMS)[nth % len(TERMS)]
        plan = plan_of(seed_of(self.name, nth), activity, self.hands)
        session = await self.town.session(self.db, activity, plan.capacity)
        return await judged(replace(plan, session=session), self.door, self.db)


@contextmanager
def recording_cluster() -> Iterator[Cluster]:
    """A PostgreSQL that writes down when each transaction was committed; a lookup error where it is not installed."""
    binaries = find_binaries()
    if binaries is None:
        raise LookupError("PostgreSQL is not installed")
    cluster = new_cluster(binaries)
    try:
        cluster.stop("fast")
        with (cluster.folder / "data" / "postgresql.auto.conf").open("a") as conf:
            conf.write("track_commit_timestamp=on\nmax_connections=120\n")
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(cluster.folder, ignore_errors=True)


@asynccontextmanager
async def commands_house(url: str, around: Callable[[Any], Any] = lambda work: work) -> AsyncIterator[House]:
    """The commands through twelve ports on a migrated, empty PostgreSQL database."""
    db = open_database(url)
    await db.start()
    try:
        town = await furnish(db)
        async with CommandsDoor(url, town, PORTS, around) as door, Sampler(url) as sampler:
            yield House("commands on PostgreSQL, 12 ports", door, town, db, PORTS + 4, sampler)
    finally:
        await db.stop()


@asynccontextmanager
async def http_house(url: str, folder: Path, processes: int = PROCESSES, hands: int = 32) -> AsyncIterator[House]:
    """A server on a migrated, empty database: some processes on PostgreSQL, one on SQLite."""
    postgres = url.startswith("postgres")
    processes = processes if postgres else 1
    name = f"HTTP, PostgreSQL, {processes} processes" if postgres else "HTTP, SQLite, 1 process"
    environment = {"DATABASE_URL": url, "MARELLE_NOW": NOW.isoformat(), "MARELLE_WORKERS": str(processes)}
    server, db = LiveServer(folder, environment), open_database(url)
    await db.start()
    try:
        town = await furnish(db)
        server.start()
        door = HttpDoor(server.url, town, db)
        if postgres:
            async with Sampler(url) as sampler:
                yield House(name, door, town, db, hands, sampler)
        else:
            yield House(name, door, town, db, hands)
        await door.close()
    finally:
        server.stop()
        await db.stop()
