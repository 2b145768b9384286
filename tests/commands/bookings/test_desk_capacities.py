"""The capacity of many days at once: previewed exactly, applied once, nobody put out, the waiting lists called in order."""

from datetime import date, datetime

from server.activities.queries import catalogue_of
from server.bookings.commands.capacities import Resized, Resizing, preview_capacities, resize_sessions
from server.database import Database, Work
from server.web.visitor import Visitor
from tests.cast import LAST_DAY, Town
from tests.conftest import FrozenClock
from tests.counting import counted
from tests.desk import MONDAY, THURSDAY, TUESDAY, crowd, put, rows_of, session_row, states, told

EVERY_DAY = frozenset(range(5))


def wish(town: Town, capacity: int | None, first: date = MONDAY, weekdays: frozenset[int] = EVERY_DAY) -> Resizing:
    return Resizing(town.activities["atelier"], first, date(2026, 11, 29), weekdays, capacity)


async def test_the_preview_says_what_the_command_then_does(
    db: Database, town: Town, clock: FrozenClock, agent: Visitor
) -> None:
    waiting = []
    for day in (MONDAY, THURSDAY):
        await crowd(db, town, 2, "atelier", day, "booked", clock())
        waiting += await crowd(db, town, 3, "atelier", day, "waiting", clock())
    await put(db, town, "tom", "atelier", TUESDAY, "waiting", clock())
    seen = await db.read(preview_capacities, wish(town, 4), agent.catalogue_version, clock())
    done = await db.write(resize_sessions, agent, wish(town, 4), clock())
    assert seen == done
    assert (done.sessions, done.changed, done.promoted, done.full) == (4, 4, 5, ())
    assert await states(db, waiting) == ["booked", "booked", "waiting"] * 2
    assert (town.accounts["owner"], "waiting_list_promoted") in await told(db)
    lines = await db.read(rows_of, "select detail from audit where action = 'capacity'")
    assert [line["detail"] for line in lines] == ['{"from":2,"to":4}'] * 4


async def test_lowering_puts_nobody_out_and_takes_nobody_in(
    db: Database, town: Town, clock: FrozenClock, agent: Visitor
) -> None:
    ids = await crowd(db, town, 2, "atelier", MONDAY, "booked", clock())
    waiting = await crowd(db, town, 1, "atelier", MONDAY, "waiting", clock())
    seen = await db.read(preview_capacities, wish(town, 1), agent.catalogue_version, clock())
    done = await db.write(resize_sessions, agent, wish(town, 1), clock())
    assert seen == done
    assert (done.changed, done.promoted, done.full) == (3, 0, (MONDAY,))
    assert await states(db, [*ids, *waiting]) == ["booked", "booked", "waiting"]
    assert [(await session_row(db, town, "atelier", day))["capacity"] for day in (MONDAY, TUESDAY)] == [2, 1]


async def test_only_the_weekdays_asked_for_and_nothing_that_has_begun(
    db: Database, town: Town, clock: FrozenClock, agent: Visitor
) -> None:
    clock.set("2026-11-24T17:00:00+01:00")
    done = await db.write(resize_sessions, agent, wish(town, 9, weekdays=frozenset({0, 1, 3})), clock())
    assert done.changed == 1
    assert (await session_row(db, town, "atelier", THURSDAY))["capacity"] == 9
    assert (await session_row(db, town, "atelier", TUESDAY))["capacity"] == 2


async def test_no_limit_takes_everybody_in(db: Database, town: Town, clock: FrozenClock, agent: Visitor) -> None:
    waiting = await crowd(db, town, 3, "atelier", MONDAY, "waiting", clock())
    done = await db.write(resize_sessions, agent, wish(town, None), clock())
    assert (done.promoted, set(await states(db, waiting))) == (3, {"booked"})
    assert await db.write(resize_sessions, agent, wish(town, None), clock()) == type(done)(4)


def counted_work(agent: Visitor, asked: Resizing, now: datetime, count: list[int]) -> Work[Resized]:
    """The change, its statements counted; made anew each time it is run."""
    done: Resized = yield from counted(resize_sessions(agent, asked, now), count)
    return done


async def test_as_many_statements_for_twenty_sessions_as_for_one(
    db: Database, town: Town, clock: FrozenClock, agent: Visitor
) -> None:
    await db.read(catalogue_of, agent.catalogue_version)  # known from now on
    counts = []
    for last in (MONDAY, LAST_DAY):
        days = [day for name, day in town.sessions if name == "atelier" and MONDAY <= day <= last]
        for day in days:
            if day > MONDAY or last == MONDAY:
                await crowd(db, town, 2, "atelier", day, "waiting", clock(), families=1)
        count = [0]
        asked = Resizing(town.activities["atelier"], MONDAY, last, EVERY_DAY, 3 + len(counts))
        done = await db.write(counted_work, agent, asked, clock(), count)
        assert done.promoted >= len(days) - 1
        counts.append(count[0])
    assert max(counts) <= 10
