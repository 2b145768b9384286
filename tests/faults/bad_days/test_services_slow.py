"""Mail or push is slow for an hour: it is handed each notice once, and nobody waits for it but the notice itself."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import datetime

import anyio
import pytest

from server.accounts.commands import issue_link, send_letter
from server.database import Database, Work
from server.notices.commands.claiming import LEASE
from server.notices.deliver import compose_round, deliver_round, hold_round, keep_delivering, settle
from tests.cast import Town
from tests.commands.notices.office import DAYS, booked, select, told
from tests.faults.bad_days.post import NAMES, SHORT, STEP, Post, in_order_and_once, post, two, waiting

__all__ = ["post", "two"]  # fixtures

MINUTES = 3600 // STEP
LONG = 4 * MINUTES  # turns after which nothing may wait any more
EACH_MINUTE = 0.03  # seconds, for what is said over the loopback between two minutes of the clock


async def an_hour(db: Database, town: Town, post: Post, well: str) -> None:
    """Every ten minutes each of the three is told something; the service that is well never waits for the other."""
    for turn in range(MINUTES):
        if turn % 10 == 0:
            for name in NAMES:
                await told(db, town.accounts[name], "day_closed", [booked(DAYS[0])], post.clock())
        await post.turn()
        assert await waiting(db, well) == 0, "one service held the other up"
        await anyio.sleep(EACH_MINUTE)


async def drained(db: Database, post: Post, sick: str) -> int:
    """How many minutes until nothing waits."""
    for turn in range(LONG):
        if not await waiting(db, sick):
            return turn
        await post.turn()
        await anyio.sleep(EACH_MINUTE)
    raise AssertionError("the backlog does not leave")


@pytest.mark.parametrize("sick", ["mail", "push"])
async def test_slow_answers_that_come_in_time_are_waited_for(db: Database, town: Town, post: Post, sick: str) -> None:
    post.mood(sick, "slow")
    await an_hour(db, town, post, "push" if sick == "mail" else "mail")
    assert await waiting(db, sick) == 0
    for channel in post.services:
        await in_order_and_once(db, post, channel)
    assert Counter(row["tries"] for row in await db.read(select, "select tries from delivery")) == {1: 36}


@pytest.mark.parametrize("sick", ["mail", "push"])
async def test_answers_slower_than_a_lease_send_nothing_twice_with_two_workers(
    db: Database, town: Town, two: Post, sick: str
) -> None:
    post, well = two, "push" if sick == "mail" else "mail"
    late = 1 if sick == "mail" else 2  # minutes for each thing it says: a mail takes seven, a push four
    assert late * STEP >= LEASE.total_seconds()
    post.mood(sick, "slow", late)
    await an_hour(db, town, post, well)
    calls, left = post.services[sick].calls, await waiting(db, sick)
    post.mood(sick, "up")
    print(f"{sick}: {18 - left} of 18 left in the slow hour, the rest within {await drained(db, post, sick)} minutes")
    for channel in post.services:
        await in_order_and_once(db, post, channel)
        assert post.services[channel].calls == 18
    assert calls <= 18
    assert Counter(row["tries"] for row in await db.read(select, "select tries from delivery")) == {1: 36}


@pytest.mark.parametrize("sick", ["mail", "push"])
async def test_what_is_taken_and_never_answered_is_repeated_under_its_name(
    db: Database, town: Town, post: Post, sick: str
) -> None:
    """Nobody can know that it was taken: it is sent again, rarely, as what replaces the first; all else waits."""
    post.mood(sick, "mute")
    await an_hour(db, town, post, "push" if sick == "mail" else "mail")
    assert await waiting(db, sick) == 18
    taken = post.services[sick].taken
    assert len(taken) < 100, "a mute service is hammered"
    assert max(Counter(taken).values()) > 1, "it was meant to be asked again"
    post.services[sick].let_go()
    post.mood(sick, "up")
    await drained(db, post, sick)
    print(f"{sick}: {len(taken)} taken of {len(set(taken))} in the mute hour and after")
    post.services[sick].taken = list(dict.fromkeys(taken))  # a mailbox and a phone keep one of each name
    await in_order_and_once(db, post, sick)


async def test_a_worker_at_work_keeps_what_a_slow_service_has_not_answered(db: Database, town: Town, two: Post) -> None:
    """The worker's own rounds, not the test's, hold its lease while the clock passes it many times over."""
    two.mood("mail", "slow", late=1)
    await told(db, town.accounts["owner"], "day_closed", [booked(DAYS[0])], two.clock())
    mine, other = two.offices
    stop = asyncio.Event()
    working = asyncio.create_task(keep_delivering(mine, stop))
    for _ in range(6):  # the greeting, four answers and what it says of the mail: a minute each
        await held_until_after(db, two)
        assert await deliver_round(other, "mail") == 0, "another worker was given what is under way"
        two.clock.move(seconds=LEASE.total_seconds() - 1)
        two.services["mail"].tick()
    two.services["mail"].late = 0
    two.services["mail"].let_go()
    with anyio.fail_after(60):
        while await waiting(db, "mail"):  # noqa: ASYNC110  (the worker makes it true)
            await anyio.sleep(0.02)
    stop.set()
    await working
    assert len(two.services["mail"].taken) == 1


def activation(now: datetime) -> Work[None]:
    link = yield from issue_link("activation", "lea@exemple.fr", 24, now)
    yield from send_letter("lea@exemple.fr", "activation", {"user_name": "lea"}, now, link)


async def test_a_letter_that_waits_for_a_slow_server_is_held_too(db: Database, two: Post) -> None:
    """Letters are a table of their own."""
    two.mood("mail", "slow", late=1)
    mine, other = (replace(office, patience={"letter": SHORT}, letter=lambda *_: "Bonjour") for office in two.offices)
    await db.write(activation, two.clock())
    assert await deliver_round(mine, "letter") == 1
    for _ in range(4):
        two.clock.move(seconds=LEASE.total_seconds() - 1)
        await hold_round(mine)
        assert await deliver_round(other, "letter") == 0
    two.services["mail"].late = 0
    two.services["mail"].let_go()
    await settle(mine)
    assert len(two.services["mail"].taken) == 1
    assert await db.read(select, "select status, tries from letter") == [{"status": "sent", "tries": 1}]


async def held_until_after(db: Database, post: Post) -> None:
    """Once the worker has claimed it, or said again that it holds it."""
    with anyio.fail_after(60):
        while True:
            rows = await db.read(select, "select claimed_until from delivery where channel = 'mail'")
            if rows and rows[0]["claimed_until"] and rows[0]["claimed_until"] - post.clock() > LEASE / 2:
                return
            await anyio.sleep(0.02)


async def test_without_a_hold_the_second_worker_would_send_it_again(db: Database, town: Town, two: Post) -> None:
    """The negative control: it is the hold that keeps a slow mail single, and this harness would see it fail."""
    two.mood("mail", "slow", late=2)
    await told(db, town.accounts["owner"], "day_closed", [booked(DAYS[0])], two.clock())
    mine, other = two.offices
    await compose_round(mine)
    assert await deliver_round(mine, "mail") == 1
    two.clock.move(seconds=LEASE.total_seconds() + 1)
    assert await deliver_round(mine, "mail") == 0, "a worker takes for lost what it is sending itself"
    two.clock.move(seconds=LEASE.total_seconds() + 1)
    assert await deliver_round(replace(other, name="third"), "mail") == 1
    two.services["mail"].late = 0
