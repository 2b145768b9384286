"""Mail or push refuses, hangs or errs for an hour: the other goes on, and the backlog leaves in order, once each."""

import subprocess
import sys
from datetime import timedelta

import pytest

from server.database import Database
from server.notices.rules.sending import PROBE
from tests.cast import Town
from tests.commands.notices.office import DAYS, booked, select, told
from tests.conftest import ROOT
from tests.faults.bad_days.post import NAMES, STEP, Post, in_order_and_once, post, waiting

__all__ = ["post"]  # a fixture


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
