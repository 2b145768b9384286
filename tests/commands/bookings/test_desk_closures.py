"""Closing days and reopening them: everything of it in one transaction, against taps that arrive meanwhile."""

import asyncio
import uuid
from datetime import date, timedelta

import pytest

from server.bookings.commands import closures as room
from server.bookings.commands.closures import Closed, Shutting, close_days, reopen
from server.bookings.commands.judging import TapRequest
from server.bookings.commands.taps import apply_taps
from server.bookings.desk_queries.counts import closures_from, preview_of
from server.bookings.queries.verdicts import Told
from server.bookings.rules.taps import Tap
from server.database import Database, Duplicate
from server.errors import NotFound
from server.web.visitor import Visitor
from tests.cast import Town
from tests.conftest import FrozenClock
from tests.counting import counted
from tests.desk import (
    MONDAY,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    crowd,
    put,
    rows_of,
    session_row,
    square,
    states,
    told,
)

TODAY = date(2026, 11, 16)


def whole_town(first: date = MONDAY, last: date = MONDAY, reason: str = "Grève.") -> Shutting:
    return Shutting(None, first, last, reason)


async def closure_id(db: Database) -> int:
    return int((await db.read(rows_of, "select id from closure order by id desc limit 1"))[0]["id"])


async def test_closing_a_day_cancels_everything_booked_on_it(
    db: Database, town: Town, clock: FrozenClock, agent: Visitor
) -> None:
    ids = [
        await put(db, town, "tom", "cantine", MONDAY, "booked", clock()),
        await put(db, town, "lina", "cantine", MONDAY, "requested", clock()),
        await put(db, town, "zoe", "cantine", MONDAY, "cancel_requested", clock()),
        await put(db, town, "tom", "atelier", MONDAY, "waiting", clock()),
        await put(db, town, "lina", "atelier", MONDAY, "absent_billed", clock()),
        await put(db, town, "zoe", "atelier", MONDAY, "absent_excused", clock()),
    ]
    other_day = await put(db, town, "tom", "cantine", TUESDAY, "booked", clock())
    done = await db.write(close_days, agent, whole_town(), clock())
    assert done == Closed(2, 5, 2)
    assert await states(db, ids) == ["free", "free", "free", "free", "absent_excused", "absent_excused"]
    assert {(await square(db, id_))["reason"] for id_ in ids[:5]} == {"Grève."}
    assert (await square(db, other_day))["state"] == "booked"
    for activity in ("cantine", "atelier"):
        after = await session_row(db, town, activity, MONDAY)
        assert (after["taken"], after["closed_reason"]) == (0, "Grève.")
    assert {kind for _, kind in await told(db)} == {"day_closed"}
    assert {account for account, _ in await told(db)} == {
        town.accounts[name] for name in ("owner", "coguardian", "stranger")
    }


async def test_one_activity_closes_alone(db: Database, town: Town, clock: FrozenClock, agent: Visitor) -> None:
    done = await db.write(
        close_days, agent, Shutting(town.activities["cantine"], MONDAY, THURSDAY, "Travaux."), clock()
    )
    assert done.sessions == 3
    assert (await session_row(db, town, "atelier", MONDAY))["closed_reason"] is None


async def test_the_catalogue_gets_a_new_version_and_the_journal_a_line(
    db: Database, town: Town, clock: FrozenClock, agent: Visitor
) -> None:
    await db.write(close_days, agent, whole_town(), clock())
    assert (await db.read(rows_of, "select version from catalogue"))[0]["version"] == 2
    lines = await db.read(rows_of, "select actor_id from audit where action = 'closure'")
    assert [line["actor_id"] for line in lines] == [agent.account_id]


async def test_the_preview_counts_what_closing_then_does(
    db: Database, town: Town, clock: FrozenClock, agent: Visitor
) -> None:
    await crowd(db, town, 12, "cantine", MONDAY, "booked", clock(), families=5)
    await put(db, town, "tom", "mercredi", WEDNESDAY, "waiting", clock())
    await put(db, town, "tom", "cantine", THURSDAY, "absent_excused", clock())
    seen = await db.read(preview_of, None, MONDAY, THURSDAY, clock())
    done = await db.write(close_days, agent, whole_town(MONDAY, THURSDAY), clock())
    assert (seen.sessions, seen.squares, seen.families) == (done.sessions, done.squares, done.families) == (7, 13, 6)


async def test_a_session_that_has_begun_is_left_alone(
    db: Database, town: Town, clock: FrozenClock, agent: Visitor
) -> None:
    clock.set("2026-11-23T12:00:00+01:00")  # the canteen began this very minute, the workshop comes later
    eaten = await put(db, town, "tom", "cantine", MONDAY, "booked", clock())
    later = await put(db, town, "tom", "atelier", MONDAY, "booked", clock())
    assert (await db.write(close_days, agent, whole_town(), clock())).sessions == 1
    assert await states(db, [eaten, later]) == ["booked", "free"]


async def test_a_day_already_closed_keeps_its_first_reason(
    db: Database, town: Town, clock: FrozenClock, agent: Visitor
) -> None:
    await db.write(close_days, agent, whole_town(reason="Pont."), clock())
    again = await db.write(close_days, agent, whole_town(reason="Grève."), clock())
    assert again == Closed(0, 0, 0)
    assert (await session_row(db, town, "cantine", MONDAY))["closed_reason"] == "Pont."


async def test_days_without_sessions_close_in_the_calendar_only(
    db: Database, town: Town, clock: FrozenClock, agent: Visitor
) -> None:
    july = date(2027, 7, 14)
    assert await db.write(close_days, agent, whole_town(july, july), clock()) == Closed(0, 0, 0)
    found, catalogue = await db.read(closures_from, TODAY, 2)
    assert [closure.first for closure in found] == [july]
    assert catalogue.calendar.closure_on(july) is not None


@pytest.mark.parametrize("squares", [1, 400])
async def test_closing_takes_as_many_statements_for_400_squares_as_for_one(
    db: Database, town: Town, clock: FrozenClock, agent: Visitor, squares: int
) -> None:
    await db.write(close_days, agent, whole_town(TUESDAY, TUESDAY), clock())  # the catalogue is known from now on
    await crowd(db, town, squares, "cantine", MONDAY, "booked", clock())
    count = [0]
    done = await db.write(lambda: counted(close_days(agent, whole_town(), clock()), count))
    assert done.squares == squares
    assert count[0] <= 13


async def test_more_squares_than_one_statement_may_carry_are_cancelled_in_the_same_transaction(
    db: Database, town: Town, clock: FrozenClock, agent: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "TOGETHER", 7)
    ids = await crowd(db, town, 40, "atelier", MONDAY, "waiting", clock())
    held = await put(db, town, "tom", "atelier", MONDAY, "booked", clock())
    assert (await db.write(close_days, agent, whole_town(), clock())).squares == 41
    assert set(await states(db, [*ids, held])) == {"free"}
    assert (await session_row(db, town, "atelier", MONDAY))["taken"] == 0


async def test_a_closure_that_fails_half_way_closes_nothing(
    db: Database, town: Town, clock: FrozenClock, agent: Visitor
) -> None:
    ids = await crowd(db, town, 3, "cantine", MONDAY, "booked", clock())

    def broken():  # type: ignore[no-untyped-def]
        yield from close_days(agent, whole_town(), clock())
        raise Duplicate("the last statement failed")

    with pytest.raises(Duplicate):
        await db.write(broken)
    assert set(await states(db, ids)) == {"booked"}
    assert (await session_row(db, town, "cantine", MONDAY))["closed_reason"] is None
    assert await told(db) == []


async def test_taps_during_the_closing_end_free_or_are_refused_with_its_reason(
    db: Database, town: Town, clock: FrozenClock, agent: Visitor
) -> None:
    """Whatever the order: nobody stays booked on a closed day, and the count of places is right."""
    owner = town.visitor("owner")
    sessions = [town.sessions["cantine", day] for day in (MONDAY, TUESDAY, THURSDAY)]

    def tap(child: str, session: int, seq: int, seen: int = 0) -> TapRequest:
        wish = Tap(str(uuid.uuid4()), "1" * 8, town.refs[child], session, "booked", "", seq, seen, None)
        return TapRequest(owner, wish, clock())

    sends = [
        db.write(apply_taps, [tap(child, session, seq)], clock())
        for seq, (child, session) in enumerate((c, s) for c in ("tom", "lina") for s in sessions)
    ]
    *answers, closed = await asyncio.gather(*sends, db.write(close_days, agent, whole_town(MONDAY, THURSDAY), clock()))
    assert isinstance(closed, Closed)
    verdicts: list[Told] = [answer[0] for answer in answers]
    assert all(v.outcome == "applied" or v.reason for v in verdicts)
    left = await db.read(rows_of, "select state from booking")
    assert {row["state"] for row in left} <= {"free"}
    assert {row["taken"] for row in await db.read(rows_of, "select taken from session")} == {0}
    seen = max([row["version"] for row in await db.read(rows_of, "select version from booking")], default=0)
    after = await db.write(apply_taps, [tap("tom", sessions[0], 99, seen)], clock())
    assert (after[0].outcome, after[0].reason) == ("rejected", "Grève.")


async def test_reopening_lets_book_again_and_resurrects_nothing(
    db: Database, town: Town, clock: FrozenClock, agent: Visitor
) -> None:
    booked = await put(db, town, "tom", "cantine", MONDAY, "booked", clock())
    await db.write(close_days, agent, whole_town(), clock())
    freed = await db.write(reopen, agent, await closure_id(db), TODAY, clock())
    assert (freed, (await square(db, booked))["state"]) == (2, "free")
    assert (await session_row(db, town, "cantine", MONDAY))["closed_reason"] is None
    assert await db.read(rows_of, "select id from closure") == []
    assert (await db.read(rows_of, "select version from catalogue"))[0]["version"] == 3


async def test_reopening_a_closure_under_way_frees_only_the_days_to_come(
    db: Database, town: Town, clock: FrozenClock, agent: Visitor
) -> None:
    await db.write(close_days, agent, whole_town(MONDAY, THURSDAY), clock())
    clock.set("2026-11-24T08:00:00+01:00")
    await db.write(reopen, agent, await closure_id(db), TUESDAY, clock())
    assert (await session_row(db, town, "cantine", MONDAY))["closed_reason"] == "Grève."
    assert (await session_row(db, town, "cantine", TUESDAY))["closed_reason"] is None
    assert (await db.read(rows_of, "select last_day from closure"))[0]["last_day"] == MONDAY


async def test_a_day_closed_twice_stays_closed_for_the_other_reason(
    db: Database, town: Town, clock: FrozenClock, agent: Visitor
) -> None:
    await db.write(close_days, agent, whole_town(MONDAY, TUESDAY, "Pont."), clock())
    first = await closure_id(db)
    await db.write(close_days, agent, Shutting(town.activities["cantine"], TUESDAY, TUESDAY, "Travaux."), clock())
    assert await db.write(reopen, agent, first, TODAY, clock()) == 3
    assert (await session_row(db, town, "cantine", TUESDAY))["closed_reason"] == "Travaux."
    assert (await session_row(db, town, "atelier", TUESDAY))["closed_reason"] is None


async def test_two_agents_reopen_once(db: Database, town: Town, clock: FrozenClock, agent: Visitor) -> None:
    await db.write(close_days, agent, whole_town(), clock())
    same = await closure_id(db)
    both = await asyncio.gather(
        *(db.write(reopen, agent, same, TODAY, clock()) for _ in range(2)), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in both) == ["NotFound", "int"]


async def test_a_closure_that_is_over_cannot_be_reopened(
    db: Database, town: Town, clock: FrozenClock, agent: Visitor
) -> None:
    await db.write(close_days, agent, whole_town(), clock())
    with pytest.raises(NotFound):
        await db.write(reopen, agent, await closure_id(db), MONDAY + timedelta(days=1), clock())
    with pytest.raises(NotFound):
        await db.write(reopen, agent, 999_999, TODAY, clock())
