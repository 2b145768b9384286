"""Mail or push refuses, hangs or errs for an hour: the other goes on, and the backlog leaves in order, once each."""

import subprocess
import sys
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from server.adapters.keys import push_key_file
from server.adapters.mail import Sender, SMTPMailer, server_from
from server.adapters.push import WebPush
from server.database import Database
from server.notices.commands.choosing import Subscription, subscribe
from server.notices.deliver import Office, compose_round, deliver_round
from server.notices.rules.sending import PROBE
from tests.cast import Town
from tests.commands.notices.office import AUTH, DAYS, P256DH, booked, office_of, select, told
from tests.conftest import ROOT, FrozenClock
from tests.faults.bad_days.offices import Service, mail_server, push_service

NAMES = ("owner", "other_home", "stranger")
STEP = 60  # seconds of virtual time
SENDER = Sender("ne-pas-repondre@ville.fr", "Marelle", "https://p.fr/avis/reglages")


@dataclass
class Post:
    """The worker with its real adapters, and the two services it talks to."""

    office: Office
    clock: FrozenClock
    services: dict[str, Service]
    folder: Path
    made: list[WebPush] = field(default_factory=list)

    def mood(self, name: str, mood: str) -> None:
        """How a service feels from now on. Only one that hangs is waited for shortly: on a machine at work a well one
        may need more than that, and what was not waited for would be sent twice."""
        service, limit = self.services[name], 0.3 if mood == "hanging" else 10.0
        service.mood = mood
        if name == "push":
            push = WebPush(
                push_key_file(str(self.folder)), "mailto:a@b.fr", lambda _: True, lambda _: None, seconds=limit
            )
            self.made.append(push)
            self.office = replace(self.office, push=push)
        else:
            smtp = server_from(f"smtp://127.0.0.1:{service.port}")
            self.office = replace(self.office, mail=SMTPMailer(smtp, SENDER, self.clock, seconds=limit))

    async def turn(self) -> None:
        """A minute of a worker's life."""
        await self.work()
        self.clock.move(seconds=STEP)

    async def work(self) -> None:
        """All that is due; nobody waits for a service longer than its time limit."""
        while await compose_round(self.office):
            pass
        for channel in ("push", "mail"):
            while await deliver_round(self.office, channel):
                pass


@pytest.fixture
async def post(db: Database, town: Town, clock: FrozenClock, tmp_path: Path) -> AsyncIterator[Post]:
    async with mail_server() as mail, push_service() as push:
        for name in NAMES:
            phone = Subscription(f"http://127.0.0.1:{push.port}/{name}", P256DH, AUTH, name)
            await db.write(subscribe, town.accounts[name], None, phone, clock())
        post = Post(office_of(db, clock), clock, {"mail": mail, "push": push}, tmp_path)
        for name in post.services:
            post.mood(name, "up")
        yield post
        for sender in post.made:
            await sender.close()


WAITING = "select count(*) as n from delivery where status = 'waiting' and channel = $1"


async def waiting(db: Database, channel: str) -> int:
    return int((await db.read(select, WAITING, channel))[0]["n"])


@pytest.mark.parametrize(("sick", "mood"), [("mail", "hanging"), ("mail", "421"), ("push", "hanging"), ("push", "503")])
async def test_after_an_hour_everything_leaves_in_order_and_once(
    db: Database, town: Town, post: Post, sick: str, mood: str
) -> None:
    well = "push" if sick == "mail" else "mail"
    post.mood(sick, mood)
    for turn in range(3600 // STEP):
        if turn % 10 == 0:  # every ten minutes each of the three is told something
            for name in NAMES:
                await told(db, town.accounts[name], "day_closed", [booked(DAYS[0])], post.clock())
        await post.turn()
        assert await waiting(db, well) == 0, "one service held the other up"
    assert post.services[sick].taken == []
    assert await waiting(db, sick) == 18
    print(f"{sick} {mood}: {post.services[sick].calls} calls in the hour for 18 messages")
    assert post.services[sick].calls < 250, "a service that is down is hammered"
    post.mood(sick, "up")
    back = post.clock()
    while await waiting(db, sick):
        assert post.clock() - back <= timedelta(seconds=PROBE + 2 * STEP), "the backlog does not leave"
        await post.turn()
    print(f"drained in {(post.clock() - back).total_seconds():.0f} s of virtual time")
    await in_order_and_once(db, post, sick)
    await in_order_and_once(db, post, well)


async def in_order_and_once(db: Database, post: Post, channel: str) -> None:
    taken = post.services[channel].taken
    notices = await db.read(select, "select id, account_id, tag from notice order by id")
    by_tag = {row["tag"]: row for row in notices}
    assert len(taken) == len(set(taken)) == len(notices)
    got: dict[int, list[int]] = defaultdict(list)
    for told_as in taken:
        notice = by_tag[told_as.split("-", 2)[2] if channel == "mail" else told_as]  # avis-<delivery>-<tag>
        got[notice["account_id"]].append(notice["id"])
    assert all(ids == sorted(ids) for ids in got.values())


async def test_what_is_over_meanwhile_is_skipped_with_the_reason(db: Database, town: Town, post: Post) -> None:
    post.mood("push", "503")
    await told(db, town.accounts["owner"], "test", [{}], post.clock())  # matters for ten minutes
    for _ in range(15):
        await post.turn()
    outcomes = await db.read(select, "select status, outcome from delivery where channel = 'push'")
    assert outcomes == [{"status": "skipped", "outcome": "the event is over"}]


async def test_a_mailbox_refused_for_itself_holds_nobody_up(db: Database, town: Town, post: Post) -> None:
    post.mood("mail", "451")
    await told(db, town.accounts["owner"], "day_closed", [booked(DAYS[0])], post.clock())
    await post.work()
    post.mood("mail", "up")
    for name in NAMES:
        await told(db, town.accounts[name], "day_closed", [booked(DAYS[1])], post.clock())
    await post.work()
    assert len(post.services["mail"].taken) == 3
    rest = await db.read(select, "select resting, tries from delivery where status = 'waiting' and channel = 'mail'")
    assert [(bool(row["resting"]), row["tries"]) for row in rest] == [(False, 1)]


def test_the_application_itself_never_talks_to_mail_or_push_services() -> None:
    script = "import sys, server.app; sys.exit(bool({'aiosmtplib', 'pywebpush', 'aiohttp'} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False).returncode == 0
