"""Attempts and sessions under two at once, on both databases."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from server.accounts.commands import (
    NewSession,
    begin_attempt,
    end_attempt,
    end_session,
    keep_session,
    open_session,
)
from server.accounts.queries import my_account, session_behind
from server.accounts.rules import LIMITS, buckets
from server.database import Database, open_database, sql
from tests.cast import Town
from tests.conftest import FrozenClock

COUNTED = buckets("owner", "203.0.113.9")


def session(town: Town, token: str, now: Any, **more: Any) -> NewSession:
    values = {"device_label": "Chrome sur Android", "shared_device": False, "address": "203.0.113.9"}
    return NewSession(town.accounts["owner"], token, expires_at=now + timedelta(days=30), **{**values, **more})


@asynccontextmanager
async def processes(db: Database, url: str) -> AsyncIterator[list[Database]]:
    """Ports of three processes; SQLite has only one."""
    others = [] if db.engine == "sqlite" else [open_database(url), open_database(url)]
    for other in others:
        await other.start()
    yield [db, *others]
    for other in others:
        await other.stop()


async def test_a_burst_does_not_slip_through_the_limit(
    db: Database, database_url: str, town: Town, clock: FrozenClock
) -> None:
    async with processes(db, database_url) as doors:
        tries = [doors[n % len(doors)].write(begin_attempt, "owner", COUNTED, clock(), True) for n in range(60)]
        allowed = sum(not attempt.waiting for attempt in await asyncio.gather(*tries))
    assert allowed == LIMITS["pair"].most


async def test_of_a_burst_under_many_names_only_as_many_are_told_as_the_address_may_get_wrong(
    db: Database, database_url: str, town: Town, clock: FrozenClock
) -> None:
    most = LIMITS["address"].most
    counted = [buckets(f"name {n}", "203.0.113.9") for n in range(most + 30)]
    async with processes(db, database_url) as doors:
        begun = [await db.write(begin_attempt, "nobody", each, clock(), True) for each in counted]
        assert not any(attempt.waiting for attempt in begun)  # nobody has failed yet
        ends = [doors[n % len(doors)].write(end_attempt, False, each, clock()) for n, each in enumerate(counted)]
        assert sum(not waiting for waiting in await asyncio.gather(*ends)) == most
    assert await db.write(end_attempt, True, COUNTED, clock()) == LIMITS["address"].window  # a right guess says nothing


async def test_a_whole_school_signs_in_at_once_from_one_address(db: Database, town: Town, clock: FrozenClock) -> None:
    right = [db.write(end_attempt, True, COUNTED, clock()) for _ in range(LIMITS["address"].most + 30)]
    assert not any(await asyncio.gather(*right))


async def test_an_address_waits_after_its_own_failures_whatever_the_names(db: Database, town: Town, clock) -> None:
    for _ in range(LIMITS["address"].most):
        assert not await db.write(end_attempt, False, COUNTED, clock())
    attempt = await db.write(begin_attempt, "stranger", buckets("stranger", "203.0.113.9"), clock(), True)
    assert attempt.waiting == LIMITS["address"].window
    elsewhere = await db.write(begin_attempt, "stranger", buckets("stranger", "198.51.100.4"), clock(), True)
    assert not elsewhere.waiting


async def test_a_name_tried_from_everywhere_waits_and_is_free_again_within_the_hour(db: Database, town, clock) -> None:
    async def attempt(n: int) -> timedelta:
        counted = buckets("owner", f"198.51.100.{n}")
        return (await db.write(begin_attempt, "owner", counted, clock(), True)).waiting

    waits = [await attempt(n) for n in range(LIMITS["name"].most + 1)]
    assert not any(waits[:-1])
    assert waits[-1] == LIMITS["name"].window
    clock.move(hours=1, seconds=1)
    assert not await attempt(200)


async def test_two_devices_sign_in_at_once_and_both_are_in(db: Database, town: Town, clock: FrozenClock) -> None:
    tokens = [f"token-{n}" for n in range(8)]
    opened = [db.write(open_session, session(town, token, clock()), COUNTED, clock()) for token in tokens]
    assert len(set(await asyncio.gather(*opened))) == 8
    for token in tokens:
        assert await db.read(session_behind, token, clock(), True)


async def test_signing_in_again_on_a_phone_keeps_its_notices(db: Database, town: Town, clock: FrozenClock) -> None:
    first = await db.write(open_session, session(town, "old", clock()), COUNTED, clock())
    await db.write(push_device, town.accounts["owner"], first, clock())
    await db.write(open_session, session(town, "new", clock(), replaces="old"), COUNTED, clock())
    found = await db.read(session_behind, "new", clock(), True)
    assert found is not None
    me = await db.read(my_account, found.visitor, clock())
    assert [(device.here, device.rings) for device in me.devices] == [(True, True)]


async def test_somebody_else_on_the_same_phone_does_not_inherit_the_notices(db: Database, town: Town, clock) -> None:
    first = await db.write(open_session, session(town, "old", clock()), COUNTED, clock())
    await db.write(push_device, town.accounts["owner"], first, clock())
    other = NewSession(
        town.accounts["stranger"], "new", "Chrome", False, "203.0.113.9", clock() + timedelta(days=1), replaces="old"
    )
    await db.write(open_session, other, COUNTED, clock())
    assert not await db.read(count_push_devices)
    assert await db.read(session_behind, "old", clock(), True) is None


async def test_nobody_ends_anothers_session(db: Database, town: Town, clock: FrozenClock) -> None:
    mine = await db.write(open_session, session(town, "mine", clock()), COUNTED, clock())
    assert not await db.write(end_session, town.accounts["stranger"], mine)
    assert await db.read(session_behind, "mine", clock(), True)


async def test_a_session_ended_meanwhile_is_not_brought_back_by_a_visit(db: Database, town: Town, clock) -> None:
    mine = await db.write(open_session, session(town, "mine", clock()), COUNTED, clock())
    await db.write(end_session, town.accounts["owner"], mine)
    await db.write(keep_session, mine, clock(), clock() + timedelta(days=30))
    assert await db.read(session_behind, "mine", clock(), True) is None


def push_device(account: int, sign_in: int, now: Any) -> Any:
    yield sql(
        "insert into push_device (account_id, sign_in_id, endpoint, p256dh, auth, label, created_at) "
        "values ($1, $2, 'https://push.example/1', 'k', 'a', 'phone', $3)",
        account,
        sign_in,
        now,
    )


def count_push_devices() -> Any:
    return (yield sql("select count(*) as n from push_device"))[0]["n"]
