"""Deliver workers with their real adapters, the two services they talk to, and an hour that passes by the clock."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from server.adapters.keys import push_key_file
from server.adapters.mail import Sender, SMTPMailer, server_from
from server.adapters.push import WebPush
from server.database import Database, open_database
from server.notices.commands.choosing import Subscription, subscribe
from server.notices.deliver import Office, compose_round, deliver_round, hold_round, settle
from tests.cast import Town
from tests.commands.notices.office import AUTH, P256DH, office_of, select
from tests.conftest import FrozenClock
from tests.faults.bad_days.offices import Service, mail_server, push_service

NAMES = ("owner", "other_home", "stranger")
STEP = 60  # seconds of virtual time
SENDER = Sender("ne-pas-repondre@ville.fr", "Marelle", "https://p.fr/avis/reglages")
PATIENCE = {"push": 10.0, "mail": 10.0, "letter": 10.0}
LONG = 60.0
SHORT = 0.3  # seconds for a service that is sick on purpose; a well one may need more on a machine at work


@dataclass
class Post:
    """The workers, and the two services."""

    offices: list[Office]
    clock: FrozenClock
    services: dict[str, Service]
    folder: Path
    made: list[WebPush] = field(default_factory=list)

    def mood(self, name: str, mood: str, late: int = 0) -> None:
        """How a service feels from now on. Only one that hangs or is mute is given up soon: what a well one has taken
        by then would be sent twice. For one whose answers are late the round does not wait long."""
        service = self.services[name]
        service.mood, service.late = mood, late
        limit = SHORT if mood in ("hanging", "mute") else LONG
        patience = {**PATIENCE, name: SHORT} if late else PATIENCE
        self.offices = [replace(self._told(office, name, limit), patience=patience) for office in self.offices]

    def _told(self, office: Office, name: str, limit: float) -> Office:
        if name == "push":
            key = push_key_file(str(self.folder))
            push = WebPush(key, "mailto:a@b.fr", lambda _: True, lambda _: None, seconds=limit, answer=limit)
            self.made.append(push)
            return replace(office, push=push)
        smtp = server_from(f"smtp://127.0.0.1:{self.services[name].port}")
        return replace(office, mail=SMTPMailer(smtp, SENDER, self.clock, seconds=limit, answer=limit))

    async def turn(self) -> None:
        """A minute of the workers' life."""
        await self.work()
        self.clock.move(seconds=STEP)
        for service in self.services.values():
            service.tick()

    async def work(self) -> None:
        """All that is due; nobody waits for a service longer than its time limit."""
        await asyncio.gather(*(self._work(office) for office in self.offices))

    async def _work(self, office: Office) -> None:
        await hold_round(office)
        while await compose_round(office):
            pass
        for channel in ("push", "mail"):
            while await deliver_round(office, channel):
                pass

    async def close(self) -> None:
        for service in self.services.values():
            service.let_go()
        for office in self.offices:
            await settle(office)
        for sender in self.made:
            await sender.close()


@pytest.fixture
async def post(db: Database, town: Town, clock: FrozenClock, tmp_path: Path) -> AsyncIterator[Post]:
    """One worker; both services are well."""
    async with mail_server() as mail, push_service() as push:
        for name in NAMES:
            phone = Subscription(f"http://127.0.0.1:{push.port}/{name}", P256DH, AUTH, name)
            await db.write(subscribe, town.accounts[name], None, phone, clock())
        post = Post([office_of(db, clock)], clock, {"mail": mail, "push": push}, tmp_path)
        for name in post.services:
            post.mood(name, "up")
        yield post
        await post.close()


@pytest.fixture
async def two(post: Post, database_url: str) -> AsyncIterator[Post]:
    """The same with two workers, each with connections of its own."""
    other = open_database(database_url)
    await other.start()
    post.offices.append(replace(post.offices[0], db=other, name="the-other", silences={}, under_way={}))
    yield post
    await post.close()
    await other.stop()


WAITING = "select count(*) as n from delivery where status = 'waiting' and channel = $1"


async def waiting(db: Database, channel: str) -> int:
    """How many of a channel have not left."""
    return int((await db.read(select, WAITING, channel))[0]["n"])


async def in_order_and_once(db: Database, post: Post, channel: str) -> None:
    """Each notice was taken once, and everybody's in the order in which they were written."""
    taken = post.services[channel].taken
    notices = await db.read(select, "select id, account_id, tag from notice order by id")
    by_tag = {row["tag"]: row for row in notices}
    assert len(taken) == len(set(taken)) == len(notices)
    got: dict[int, list[int]] = defaultdict(list)
    for told_as in taken:
        notice = by_tag[told_as.split("-", 2)[2] if channel == "mail" else told_as]  # avis-<delivery>-<tag>
        got[notice["account_id"]].append(notice["id"])
    assert all(ids == sorted(ids) for ids in got.values())
