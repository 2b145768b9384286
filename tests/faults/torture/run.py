"""One history from its seed to its findings, on ground made once."""

import asyncio
import shutil
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from server.database import open_database
from tests.cast import Town, build_town
from tests.conftest import migrated
from tests.faults.torture.check import SESSIONS, Findings, examine
from tests.faults.torture.events import MakePhone
from tests.faults.torture.history import Player
from tests.faults.torture.house import MORNING, Ground, House
from tests.faults.torture.judging import Fault
from tests.faults.torture.nursery import Nursery
from tests.faults.torture.plan import Plan
from tests.journeys.live import ROOT
from tests.postgres import find_binaries, new_cluster


@contextmanager
def ground(root: Path = ROOT, postgres: bool = True) -> Iterator[Ground]:
    """The small town in a template of each engine. PostgreSQL really writes: what it said is kept must be."""
    folder = Path(tempfile.mkdtemp(prefix="marelle-torture-"))
    binaries = find_binaries() if postgres else None
    cluster = new_cluster(binaries, fsync=True) if binaries else None
    nursery = Nursery(root)
    try:
        town = _built(f"sqlite:///{folder}/marelle.db")
        if cluster:
            cluster.sql("create database torture_town")
            _built(cluster.url("torture_town"))
        yield Ground(town, folder, cluster, nursery)
    finally:
        nursery.stop()
        if cluster:
            cluster.stop()
            shutil.rmtree(cluster.folder, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


def _built(url: str) -> Town:
    migrated({"DATABASE_URL": url})
    return asyncio.run(_build(url))


async def _build(url: str) -> Town:
    database = open_database(url)
    await database.start()
    try:
        return await build_town(database, MORNING)
    finally:
        await database.stop()


def torment(ground: Ground, plan: Plan, make: MakePhone) -> Findings:
    """Play a plan on a fresh copy of the town and hold it to the model. Its folder is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix=f"history-{plan.seed}-", dir=ground.folder))
    url = ground.fresh(folder, plan.engine, plan.seed)
    house = House(ground, url, folder, processes=2 if plan.engine == "postgres" else 1)
    try:
        before = house.rows(SESSIONS)
        try:
            played = Player(plan, house, folder, make).play()
        except Exception as error:  # whatever stops a history is a fault of it, and the next seeds are played
            said = "".join(traceback.format_exception(error))[-1500:]
            return Findings(faults=[Fault("wrong", f"the calm did not come: {said}")])
        return examine(house, played, before)
    finally:
        house.stop()
        shutil.rmtree(folder, ignore_errors=True)
