"""Verdicts on all of a filter at once, and verdicts taken back while the rules still allow it."""

from datetime import date, timedelta

import pytest

from server.activities.queries import catalogue_of
from server.bookings.commands.bulk import UNDO_WITHIN, Undone, decide_filtered, undo_decisions
from server.bookings.commands.decisions import Outcome, decide_requests
from server.bookings.desk_queries.asked import Asked
from server.database import Database
from server.web.visitor import Visitor
from tests.cast import Town
from tests.conftest import FrozenClock
from tests.counting import counted
from tests.desk import (
    MONDAY,
    THURSDAY,
    WEDNESDAY,
    crowd,
    put,
    rows_of,
    run,
    session_row,
    square,
    states,
    told,
)


async def decide(db: Database, agent: Visitor, id_: int, verdict: str, clock: FrozenClock, reason: str = "") -> Outcome:
    """One verdict on the square as it stands."""
    version = (await square(db, id_))["version"]
    return await db.write(decide_requests, agent, [(id_, version)], verdict, reason, clock())


async def test_three_hundred_of_a_filter_are_decided_by_one_command(
    db: Database, town: Town, clock: FrozenClock, agent: Visitor
) -> None:
    mine = await crowd(db, town, 300, "cantine", MONDAY, "requested", clock())
    others = await crowd(db, town, 2, "atelier", THURSDAY, "requested", clock())
    await db.read(catalogue_of, agent.catalogue_version)  # known from now on
    count = [0]
    work = decide_filtered(agent, Asked(activity="cantine"), clock(), "accept", "", clock())
    done = await db.write(lambda: counted(work, count))
    assert (done.requests, done.stale, done.gone) == (300, (), 0)
    assert count[0] <= 9
    assert set(await states(db, mine)) == {"booked"}
    assert await states(db, others) == ["requested"] * 2


async def test_what_came_after_the_page_was_drawn_waits_for_its_own_verdict(
    db: Database, town: Town, clock: FrozenClock, agent: Visitor
) -> None:
    seen = await put(db, town, "tom", "mercredi", WEDNESDAY, "requested", clock())
    drawn = clock()
    clock.move(minutes=1)
    unseen = await put(db, town, "zoe", "mercredi", WEDNESDAY, "requested", clock())
    done = await db.write(decide_filtered, agent, Asked(), drawn, "refuse", "Complet.", clock())
    assert (done.requests, await states(db, [seen, unseen])) == (1, ["refused", "requested"])


async def test_the_kind_of_the_tab_is_part_of_the_filter(
    db: Database, town: Town, clock: FrozenClock, agent: Visitor
) -> None:
    request = await put(db, town, "tom", "mercredi", WEDNESDAY, "requested", clock())
    cancellation = await put(db, town, "lina", "mercredi", WEDNESDAY, "cancel_requested", clock())
    done = await db.write(decide_filtered, agent, Asked(kind="annulations"), clock(), "accept", "", clock())
    assert (done.cancellations, await states(db, [request, cancellation])) == (1, ["requested", "free"])


@pytest.mark.parametrize(
    ("before", "verdict", "after"),
    [
        ("requested", "accept", "booked"),
        ("requested", "refuse", "refused"),
        ("cancel_requested", "accept", "free"),
        ("cancel_requested", "refuse", "booked"),
    ],
)
async def test_a_verdict_is_taken_back_places_and_all(
    db: Database, town: Town, clock: FrozenClock, agent: Visitor, before: str, verdict: str, after: str
) -> None:
    id_ = await put(db, town, "tom", "mercredi", WEDNESDAY, before, clock())
    taken = (await session_row(db, town, "mercredi", WEDNESDAY))["taken"]
    decided_at = clock()
    await decide(db, agent, id_, verdict, clock, "Complet.")
    assert await states(db, [id_]) == [after]
    clock.move(minutes=5)
    assert await db.write(undo_decisions, agent, decided_at, clock()) == Undone(back=1)
    assert await states(db, [id_]) == [before]
    assert (await session_row(db, town, "mercredi", WEDNESDAY))["taken"] == taken
    assert await told(db) == []  # the notice had not left yet: it never will


async def test_who_was_told_already_is_told_again(db: Database, town: Town, clock: FrozenClock, agent: Visitor) -> None:
    id_ = await put(db, town, "tom", "mercredi", WEDNESDAY, "requested", clock())
    decided_at = clock()
    await decide(db, agent, id_, "refuse", clock, "Complet.")
    await run(db, "update outbox set notice_id = 1")
    clock.move(minutes=1)
    done = await db.write(undo_decisions, agent, decided_at, clock())
    assert (done.back, done.told) == (1, True)
    assert [kind for _, kind in await told(db)] == ["bookings_refused"] * 2 + ["booked_by_agent"] * 2


async def test_only_the_notices_of_what_goes_back_are_withdrawn(
    db: Database, town: Town, clock: FrozenClock, agent: Visitor
) -> None:
    ids = [await put(db, town, name, "mercredi", WEDNESDAY, "requested", clock()) for name in ("tom", "zoe")]
    decided_at = clock()
    await db.write(decide_requests, agent, [(id_, 1) for id_ in ids], "accept", "", clock())
    await run(db, "update booking set version = 9 where id = $1", ids[1])
    done = await db.write(undo_decisions, agent, decided_at, clock())
    assert (done.back, done.faults) == (1, ("modifiée depuis",))
    assert await told(db) == [(town.accounts["stranger"], "bookings_validated")]


async def test_a_place_taken_since_is_not_given_twice(
    db: Database, town: Town, clock: FrozenClock, agent: Visitor
) -> None:
    refused = await put(db, town, "tom", "atelier", THURSDAY, "requested", clock())
    decided_at = clock()
    await decide(db, agent, refused, "refuse", clock, "Complet.")
    await crowd(db, town, 2, "atelier", THURSDAY, "booked", clock())
    done = await db.write(undo_decisions, agent, decided_at, clock())
    assert (done.back, done.faults) == (0, ("place reprise depuis",))
    assert await states(db, [refused]) == ["refused"]


async def test_a_verdict_of_long_ago_or_of_a_colleague_stays(
    db: Database, town: Town, clock: FrozenClock, agent: Visitor
) -> None:
    id_ = await put(db, town, "tom", "mercredi", WEDNESDAY, "requested", clock())
    decided_at = clock()
    await decide(db, agent, id_, "accept", clock)
    colleague = town.visitor("agent_without_right", ("bookings",))
    assert await db.write(undo_decisions, colleague, decided_at, clock()) == Undone()
    late = await db.write(undo_decisions, agent, decided_at, decided_at + UNDO_WITHIN + timedelta(seconds=1))
    assert (late.back, late.faults) == (0, ("décidée il y a trop longtemps",))
    assert await states(db, [id_]) == ["booked"]


async def test_taking_back_leaves_its_line_in_the_audit_trail(
    db: Database, town: Town, clock: FrozenClock, agent: Visitor
) -> None:
    id_ = await put(db, town, "tom", "mercredi", WEDNESDAY, "requested", clock())
    decided_at = clock()
    await decide(db, agent, id_, "accept", clock)
    await db.write(undo_decisions, agent, decided_at, clock())
    lines = await db.read(rows_of, "select action, detail from audit order by id")
    assert [line["action"] for line in lines] == ["decision", "undone"]
    assert '"from":"booked","to":"requested"' in lines[1]["detail"]


async def test_freed_places_of_many_sessions_are_given_on_by_one_statement(
    db: Database, town: Town, clock: FrozenClock, agent: Visitor
) -> None:
    days = [day for name, day in sorted(town.sessions) if name == "atelier" and day > date(2026, 11, 23)]
    leaving = []
    for day in days:
        await run(db, "update session set capacity = 1 where id = $1", town.sessions["atelier", day])
        leaving.append(await put(db, town, "tom", "atelier", day, "cancel_requested", clock()))
        await crowd(db, town, 2, "atelier", day, "waiting", clock(), families=1)
    await db.read(catalogue_of, agent.catalogue_version)  # known from now on
    count = [0]
    picks = [(id_, 1) for id_ in leaving]
    done = await db.write(lambda: counted(decide_requests(agent, picks, "accept", "", clock()), count))
    assert len(days) > 10
    assert (done.cancellations, done.promoted) == (len(days), len(days))
    assert count[0] <= 10
