"""The capacity of a session: raised, it calls the waiting list in its order; below what is taken, refused."""

import asyncio

import pytest

from server.bookings.commands.capacity import change_capacity
from server.database import Database
from server.errors import NotFound
from server.web.visitor import Visitor
from tests.cast import Town
from tests.conftest import FrozenClock
from tests.counting import counted
from tests.desk import THURSDAY, crowd, put, rows_of, session_row, states, told


async def test_raising_gives_the_new_places_to_the_waiting_list_in_order(
    db: Database, town: Town, clock: FrozenClock, agent: Visitor
) -> None:
    await put(db, town, "tom", "atelier", THURSDAY, "booked", clock())
    await put(db, town, "lina", "atelier", THURSDAY, "booked", clock())
    waiting = await crowd(db, town, 5, "atelier", THURSDAY, "waiting", clock(), families=5)
    done = await db.write(change_capacity, agent, town.sessions["atelier", THURSDAY], 5, 2, clock())
    assert (done.outcome, done.promoted) == ("done", 3)
    assert await states(db, waiting) == ["booked"] * 3 + ["waiting"] * 2
    after = await session_row(db, town, "atelier", THURSDAY)
    assert (after["capacity"], after["taken"]) == (5, 5)
    line = (await db.read(rows_of, "select actor_id, detail from audit where action = 'capacity'"))[0]
    assert (line["actor_id"], line["detail"]) == (agent.account_id, '{"from":2,"to":5}')
    assert await told(db) == []  # these five families have no account yet


async def test_no_limit_takes_everybody_in(db: Database, town: Town, clock: FrozenClock, agent: Visitor) -> None:
    waiting = await crowd(db, town, 5, "atelier", THURSDAY, "waiting", clock())
    await db.write(change_capacity, agent, town.sessions["atelier", THURSDAY], None, 2, clock())
    assert set(await states(db, waiting)) == {"booked"}


@pytest.mark.parametrize(("wanted", "outcome"), [(1, "refused"), (2, "done"), (0, "refused"), (10_000, "refused")])
async def test_capacity_never_falls_below_what_is_taken(
    db: Database, town: Town, clock: FrozenClock, agent: Visitor, wanted: int, outcome: str
) -> None:
    session = town.sessions["atelier", THURSDAY]
    await db.write(change_capacity, agent, session, 3, 2, clock())
    await put(db, town, "tom", "atelier", THURSDAY, "booked", clock())
    await put(db, town, "lina", "atelier", THURSDAY, "requested", clock())
    done = await db.write(change_capacity, agent, session, wanted, 3, clock())
    assert done.outcome == outcome
    assert (await session_row(db, town, "atelier", THURSDAY))["capacity"] == (2 if outcome == "done" else 3)
    assert outcome == "done" or done.text


async def test_the_second_agent_is_told_what_the_first_made_of_it(
    db: Database, town: Town, clock: FrozenClock, agent: Visitor
) -> None:
    session = town.sessions["atelier", THURSDAY]
    both = await asyncio.gather(
        db.write(change_capacity, agent, session, 10, 2, clock()),
        db.write(change_capacity, agent, session, 20, 2, clock()),
    )
    assert sorted(done.outcome for done in both) == ["conflict", "done"]
    assert "Modifiée entre-temps" in next(done.text for done in both if done.outcome == "conflict")


async def test_nobody_is_promoted_who_could_no_longer_refuse(
    db: Database, town: Town, clock: FrozenClock, agent: Visitor
) -> None:
    waiting = await crowd(db, town, 1, "atelier", THURSDAY, "waiting", clock())
    clock.set("2026-11-26T08:00:00+01:00")
    done = await db.write(change_capacity, agent, town.sessions["atelier", THURSDAY], 9, 2, clock())
    assert (done.promoted, await states(db, waiting)) == (0, ["waiting"])


async def test_an_unknown_session_is_not_found(db: Database, town: Town, clock: FrozenClock, agent: Visitor) -> None:
    with pytest.raises(NotFound):
        await db.write(change_capacity, agent, 999_999, 5, None, clock())


async def test_a_change_takes_nine_statements_at_most(
    db: Database, town: Town, clock: FrozenClock, agent: Visitor
) -> None:
    session = town.sessions["atelier", THURSDAY]
    await db.write(change_capacity, agent, session, 3, 2, clock())
    await crowd(db, town, 50, "atelier", THURSDAY, "waiting", clock())
    count = [0]
    done = await db.write(lambda: counted(change_capacity(agent, session, 53, 3, clock()), count))
    assert done.promoted == 50
    assert count[0] <= 9
