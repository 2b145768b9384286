"""Mail and push are slow while families tap: their portal serves as many as one beside it whose services are well."""

import asyncio
import shutil
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import anyio
import pytest

from server.database import Database
from server.notices.commands import Event, tell_all
from server.notices.commands.choosing import Subscription, subscribe
from tests.cast import Town
from tests.commands.notices.office import AUTH, P256DH
from tests.faults.bad_days.house import DAYS, NOW, Parent, flips, must_hold, rows, server_on, settle_town, with_database
from tests.faults.bad_days.offices import Service, mail_server, push_service
from tests.journeys.live import LiveServer
from tests.postgres import Cluster

ENOUGH = 160  # requests after which the faster of the two portals has shown what it can
NOTICES = 6  # for the phone and for the mailbox of one parent, who gets them in order
WORKERS = 2
PAUSE = 1.0  # seconds between two things a slow service says; shorter than a worker's patience for each


@dataclass
class Portal:
    """A town's server, its two deliver workers and the services they talk to."""

    url: str
    server: LiveServer
    town: Town
    parent: Parent
    mail: Service
    push: Service

    def waiting(self) -> int:
        """Notices that have not left, on either way."""
        told = "select id from outbox where notice_id is null"
        return len(rows(self.url, told)) + len(rows(self.url, "select id from delivery where status = 'waiting'"))


@pytest.fixture(params=["sqlite", "postgres"])
def urls(request: pytest.FixtureRequest, tmp_path: Path) -> list[str]:
    """Two fresh databases of one engine."""
    names = ("slow", "well")
    if request.param == "sqlite":
        for name in names:
            shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / f"{name}.db")
        return [f"sqlite:///{tmp_path}/{name}.db" for name in names]
    cluster: Cluster = request.getfixturevalue("postgres")
    for name in names:
        cluster.sql(f"create database beside_{name} template template_marelle")
    return [cluster.url(f"beside_{name}") for name in names]


@asynccontextmanager
async def portal(url: str, folder: Path, mood: str) -> AsyncIterator[Portal]:
    async with mail_server() as mail, push_service() as push:
        mail.mood = push.mood = mood
        mail.late, push.late = (1, 4) if mood == "slow" else (0, 0)  # pauses: a mail takes seven, a push eight
        town, tokens = await asyncio.to_thread(settle_town, url)
        host = f"127.0.0.1:{push.port}"
        await asyncio.to_thread(told, url, town, f"http://{host}/phone")
        server = server_on(
            url, folder, MARELLE_NOTICE_DELAY="0", MARELLE_PUSH_HOSTS=host,
            MARELLE_SMTP_URL=f"smtp://127.0.0.1:{mail.port}",
        )  # fmt: skip
        await asyncio.to_thread(server.start)
        try:
            parent = Parent(server.url, town.refs["owner"], tokens["owner"])
            yield Portal(url, server, town, parent, mail, push)
        finally:
            for service in (mail, push):
                service.let_go()
            await asyncio.to_thread(server.stop)


def told(url: str, town: Town, endpoint: str) -> None:
    """A phone that rings, and notices for it and for its mailbox."""
    account = town.accounts["owner"]
    payload = {"child": "Lina", "activity": "Cantine", "session": 1, "state": "booked"}
    closed = [Event(account, "day_closed", f"{day}", {**payload, "day": f"{day}"}) for day in DAYS[:NOTICES]]

    async def work(db: Database) -> None:
        await db.write(subscribe, account, None, Subscription(endpoint, P256DH, AUTH, "phone"), NOW)
        await db.write(tell_all, closed, NOW)

    with_database(url, work)


def served(one: Portal, enough: threading.Event) -> int:
    """How many requests one family had answered until the faster portal had answered enough."""
    flip = flips(one.parent, [one.town.square("tom", "cantine", day) for day in DAYS])
    count = 0
    while count < ENOUGH and not enough.is_set():
        assert flip().status_code == one.parent.get("/planning").status_code == 200
        count += 2
    enough.set()
    return count


async def test_the_portal_beside_slow_services_serves_as_many(urls: list[str], tmp_path: Path) -> None:
    async with portal(urls[0], tmp_path / "slow", "slow") as slow, portal(urls[1], tmp_path / "well", "up") as well:
        for one in (slow, well):
            for _ in range(WORKERS):
                one.server.start_deliver()
        await in_hand(slow)
        passing = asyncio.create_task(time_passes(slow))
        enough = threading.Event()
        counts = await asyncio.gather(*(asyncio.to_thread(served, one, enough) for one in (slow, well)))
        print(f"served beside slow services {counts[0]}, beside well ones {counts[1]}")
        assert counts[0] * 2 >= counts[1]
        passing.cancel()
        assert len(slow.mail.taken) < NOTICES, "the services were meant to be slow all the while"
        assert len(slow.push.taken) < NOTICES
        for one in (slow, well):
            await drained(one)
            assert len(one.mail.taken) == len(set(one.mail.taken)) == NOTICES
            assert len(one.push.taken) == len(set(one.push.taken)) == NOTICES
            assert {row["tries"] for row in await asyncio.to_thread(rows, one.url, TRIES)} == {1}
            await asyncio.to_thread(must_hold, one.url, one.parent)


TRIES = "select tries from delivery"


async def in_hand(slow: Portal) -> None:
    """Until its workers wait for both services."""
    with anyio.fail_after(120):
        while not (slow.mail.held and slow.push.held):  # noqa: ASYNC110  (other processes make it true)
            await anyio.sleep(0.02)


async def time_passes(slow: Portal) -> None:
    while True:
        await anyio.sleep(PAUSE)
        slow.mail.tick()
        slow.push.tick()


async def drained(one: Portal) -> None:
    """Time passes for its services until nothing waits."""
    with anyio.fail_after(120):
        while await asyncio.to_thread(one.waiting):
            for service in (one.mail, one.push):
                service.tick()
            await anyio.sleep(0.02)
