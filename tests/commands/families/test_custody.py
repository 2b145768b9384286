"""Writing custody: both homes or neither, one of two editors, the holidays that are known, what has begun stays."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest

from server.activities.queries import school_holidays
from server.activities.rules.days import SchoolPeriod
from server.bookings.commands.custody import give_back_days, held_from
from server.bookings.commands.judging import TapRequest
from server.bookings.commands.taps import apply_taps
from server.cli.importer import keep_periods
from server.database import Database, Work, sql
from server.families.commands.custody import Asked, Outcome, edit_custody
from server.families.queries.custody import Around, SharedChild, shared_child
from server.families.rules import Custody, custody_from, whose_day
from tests.cast import Town
from tests.commands.bookings.phone import Phone
from tests.conftest import FrozenClock
from tests.desk import MONDAY, agent_of, put, rows_of

AROUND, THEN = Around(school_holidays, held_from), (give_back_days,)
CHRISTMAS = SchoolPeriod("C", "2026-2027", "Noël", date(2026, 12, 19), date(2027, 1, 3), "test")
SPRING = SchoolPeriod("C", "2026-2027", "Printemps", date(2027, 4, 3), date(2027, 4, 18), "test")
BRIDGE = SchoolPeriod("C", "2026-2027", "Pont", date(2027, 5, 7), date(2027, 5, 8), "test")


async def seen_by(db: Database, town: Town, home: str) -> SharedChild:
    found = await db.read(shared_child, town.families[home], "kidlina")
    assert found is not None
    return found  # type: ignore[no-any-return]


async def edited(db: Database, town: Town, clock: FrozenClock, asked: Asked) -> Outcome:
    family = town.families["dupont"]
    return await db.write(edit_custody, agent_of(town, "dossiers"), family, "kidlina", asked, AROUND, THEN, clock())  # type: ignore[no-any-return]


async def custodies(db: Database, town: Town) -> list[Custody]:
    text = "select custody from household_child where child_id = $1 order by id"
    return [custody_from(row["custody"]) for row in await db.read(rows_of, text, town.children["lina"])]


async def test_two_agents_at_once_write_one_of_the_two(db: Database, town: Town, clock: FrozenClock) -> None:
    seen = (await seen_by(db, town, "dupont")).stamp
    wishes = [Asked(Custody("odd", change=day), MONDAY, seen) for day in range(6)]
    done = await asyncio.gather(*(edited(db, town, clock, wish) for wish in wishes))
    assert sorted(one.stale for one in done) == [False] + [True] * 5
    mine, theirs = await custodies(db, town)
    assert mine.change == theirs.change == wishes[[one.stale for one in done].index(False)].custody.change


async def test_no_day_is_ever_both_homes_or_nobodys(db: Database, town: Town, clock: FrozenClock) -> None:
    await db.write(keep_periods, (CHRISTMAS,))
    for custody in (
        Custody("odd", change=4, evening=True, half="second_even"),
        Custody("weekdays", frozenset({0, 10}), weeks=2, anchor=MONDAY),
        Custody("even", half="first"),
    ):
        await edited(db, town, clock, Asked(custody, clock().date(), (await seen_by(db, town, "dupont")).stamp))
        mine, theirs = await custodies(db, town)
        for n in range(400):
            day = date(2026, 11, 1) + timedelta(days=n)
            assert {whose_day(mine, day), whose_day(theirs, day)} == {"here", "away"}, (custody, day)


async def test_holidays_imported_later_are_halved_too(db: Database, town: Town, clock: FrozenClock) -> None:
    await db.write(keep_periods, (CHRISTMAS,))
    seen = (await seen_by(db, town, "dupont")).stamp
    await edited(db, town, clock, Asked(Custody("weekdays", frozenset(), half="first"), MONDAY, seen))
    first, second = date(2027, 4, 4), date(2027, 4, 17)
    mine, theirs = await custodies(db, town)
    assert [whose_day(mine, day) for day in (date(2026, 12, 20), date(2027, 1, 2), first)] == ["here", "away", "away"]
    await db.write(keep_periods, (CHRISTMAS, SPRING, BRIDGE))
    mine, theirs = await custodies(db, town)
    assert [whose_day(mine, day) for day in (first, second, BRIDGE.first_day)] == ["here", "away", "away"]
    assert [whose_day(theirs, day) for day in (first, second)] == ["away", "here"]
    assert mine.since == MONDAY  # what was before is still known


async def test_a_square_that_has_begun_stays_its_homes(db: Database, town: Town, clock: FrozenClock) -> None:
    await put(db, town, "lina", "cantine", MONDAY, "booked", clock())
    clock.now = clock().replace(year=2026, month=11, day=23, hour=13)
    seen = (await seen_by(db, town, "dupont")).stamp
    await edited(db, town, clock, Asked(Custody("odd"), MONDAY, seen))
    assert await db.read(rows_of, "select state from booking") == [{"state": "booked"}]


@pytest.mark.parametrize("state", ["requested", "to_pay", "booked", "waiting", "cancel_requested"])
async def test_whatever_was_asked_for_is_given_back(db: Database, town: Town, clock: FrozenClock, state: str) -> None:
    await put(db, town, "lina", "cantine", MONDAY, state, clock())
    seen = (await seen_by(db, town, "dupont")).stamp
    await edited(db, town, clock, Asked(Custody("odd"), MONDAY, seen))
    rows: list[dict[str, Any]] = await db.read(rows_of, "select state, reason from booking")
    assert rows == [{"state": "free", "reason": "La garde a changé : ce jour est maintenant à l’autre foyer."}]


@pytest.mark.parametrize("late", range(0, 24, 2))
async def test_a_tap_at_the_same_instant_holds_no_day_that_is_the_other_homes(
    db: Database, town: Town, clock: FrozenClock, late: int
) -> None:
    """Judged before the change and written after it, it would keep the other home off its own day."""
    seen, now, alice = (await seen_by(db, town, "dupont")).stamp, clock(), Phone(town, db, clock)
    request = TapRequest(alice.visitor, alice.tap("lina", "cantine", MONDAY), now)

    def statements(count: int) -> Work[None]:
        for _ in range(count):
            yield sql("select 1")

    def tapped() -> Work[Any]:
        yield from statements(late)
        return (yield from apply_taps([request], now))

    def lingers(*_: Any) -> Work[None]:
        """What another room does then, in the same transaction."""
        yield from statements(40)

    agent, asked = agent_of(town, "dossiers"), Asked(Custody("odd"), MONDAY, seen)
    await asyncio.gather(
        db.write(
            edit_custody, agent, town.families["dupont"], "kidlina", asked, AROUND, (give_back_days, lingers), now
        ),
        db.write(tapped),
    )
    assert await db.read(rows_of, "select id from booking where state <> 'free'") == []
