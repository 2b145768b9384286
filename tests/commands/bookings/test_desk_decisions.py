"""Verdicts of the inbox and days booked outside the rules, on both engines."""

import asyncio

import pytest

from server.bookings.commands.decisions import Outcome, decide_requests
from server.bookings.desk.outcomes import told_of
from server.database import Database
from server.web.visitor import Visitor
from tests.cast import Town
from tests.conftest import FrozenClock
from tests.counting import counted
from tests.desk import THURSDAY, WEDNESDAY, crowd, put, rows_of, run, session_row, square, states, told


async def test_a_request_is_accepted_and_both_parents_are_told(
    db: Database, town: Town, clock: FrozenClock, agent: Visitor
) -> None:
    asked = await put(db, town, "tom", "mercredi", WEDNESDAY, "requested", clock())
    outcome = await db.write(decide_requests, agent, [(asked, 1)], "accept", "", clock())
    after = await square(db, asked)
    assert (outcome.requests, outcome.stale) == (1, ())
    assert (after["state"], after["version"], after["changed_by"]) == ("booked", 2, agent.account_id)
    assert await told(db) == [
        (town.accounts["owner"], "bookings_validated"),
        (town.accounts["coguardian"], "bookings_validated"),
    ]
    assert (await db.read(rows_of, "select action, actor_id from audit"))[0] == {
        "action": "decision",
        "actor_id": agent.account_id,
    }


async def test_a_refusal_keeps_its_reason_and_gives_the_place_back(
    db: Database, town: Town, clock: FrozenClock, agent: Visitor
) -> None:
    asked = await put(db, town, "tom", "mercredi", WEDNESDAY, "requested", clock())
    await db.write(decide_requests, agent, [(asked, 1)], "refuse", "Dossier incomplet.", clock())
    after = await square(db, asked)
    assert (after["state"], after["reason"]) == ("refused", "Dossier incomplet.")
    assert (await session_row(db, town, "mercredi", WEDNESDAY))["taken"] == 0
    assert {kind for _, kind in await told(db)} == {"bookings_refused"}


@pytest.mark.parametrize(("verdict", "state", "taken"), [("accept", "free", 0), ("refuse", "booked", 1)])
async def test_a_cancellation_is_decided(
    db: Database, town: Town, clock: FrozenClock, agent: Visitor, verdict: str, state: str, taken: int
) -> None:
    asked = await put(db, town, "tom", "mercredi", WEDNESDAY, "cancel_requested", clock())
    outcome = await db.write(decide_requests, agent, [(asked, 1)], verdict, "Repas commandé.", clock())
    after = await square(db, asked)
    assert (outcome.cancellations, after["state"], after["reason"]) == (1, state, "Repas commandé.")
    assert (await session_row(db, town, "mercredi", WEDNESDAY))["taken"] == taken
    assert {kind for _, kind in await told(db)} == {"cancellations_decided"}


async def test_a_refusal_without_a_reason_is_a_mistake_of_ours(
    db: Database, town: Town, clock: FrozenClock, agent: Visitor
) -> None:
    asked = await put(db, town, "tom", "mercredi", WEDNESDAY, "requested", clock())
    with pytest.raises(ValueError):
        await db.write(decide_requests, agent, [(asked, 1)], "refuse", "", clock())
    assert (await square(db, asked))["state"] == "requested"


async def test_the_second_agent_learns_who_was_first(
    db: Database, town: Town, clock: FrozenClock, agent: Visitor
) -> None:
    picks = [
        (await put(db, town, child, "mercredi", WEDNESDAY, "requested", clock()), 1) for child in ("lina", "tom", "zoe")
    ]
    await db.write(decide_requests, agent, picks[:1], "refuse", "Complet.", clock())
    outcome = await db.write(decide_requests, agent, picks, "accept", "", clock())
    assert (outcome.requests, [stale.state for stale in outcome.stale]) == (2, ["refused"])
    assert told_of(outcome)["title"] == "2 réservations validées"
    assert "1 déjà traitée par Agent Dupont." in told_of(outcome)["text"]


async def test_a_request_the_family_changed_meanwhile_is_not_decided_blindly(
    db: Database, town: Town, clock: FrozenClock, agent: Visitor
) -> None:
    asked = await put(db, town, "tom", "mercredi", WEDNESDAY, "requested", clock(), version=3)
    await run(db, "update booking set changed_by = $1", town.accounts["owner"])
    outcome = await db.write(decide_requests, agent, [(asked, 2)], "accept", "", clock())
    assert (outcome.done, outcome.stale[0].by) == (0, "")
    assert told_of(outcome) == {
        "kind": "wait",
        "title": "Rien n’a été changé",
        "text": "1 modifiée entre-temps par la famille.",
        "undo": "",
    }


async def test_two_agents_at_the_same_instant_decide_each_row_once(
    db: Database, town: Town, clock: FrozenClock, agent: Visitor
) -> None:
    ids = await crowd(db, town, 20, "mercredi", WEDNESDAY, "requested", clock())
    picks = [(id_, 1) for id_ in ids]
    both: list[Outcome] = await asyncio.gather(
        db.write(decide_requests, agent, picks, "accept", "", clock()),
        db.write(decide_requests, agent, list(reversed(picks)), "refuse", "Complet.", clock()),
    )
    assert sorted((outcome.done, len(outcome.stale)) for outcome in both) == [(0, 20), (20, 0)]
    assert len(set(await states(db, ids))) == 1


async def test_freed_places_go_to_the_waiting_list_in_its_order(
    db: Database, town: Town, clock: FrozenClock, agent: Visitor
) -> None:
    held = [
        await put(db, town, child, "atelier", THURSDAY, state, clock())
        for child, state in (("lina", "requested"), ("tom", "cancel_requested"))
    ]
    waiting = await crowd(db, town, 3, "atelier", THURSDAY, "waiting", clock())
    outcome = await db.write(decide_requests, agent, [(held[0], 1)], "refuse", "Complet.", clock())
    assert (outcome.promoted, await states(db, waiting)) == (1, ["booked", "waiting", "waiting"])
    await db.write(decide_requests, agent, [(held[1], 1)], "accept", "", clock())
    assert await states(db, waiting) == ["booked", "booked", "waiting"]
    assert (await session_row(db, town, "atelier", THURSDAY))["taken"] == 2
    audit = await db.read(rows_of, "select actor_id from audit where action = 'promoted'")
    assert [row["actor_id"] for row in audit] == [None, None]


async def test_the_same_row_sent_twice_counts_once(
    db: Database, town: Town, clock: FrozenClock, agent: Visitor
) -> None:
    asked = await put(db, town, "tom", "mercredi", WEDNESDAY, "requested", clock())
    outcome = await db.write(decide_requests, agent, [(asked, 1), (asked, 1), (999_999, 1)], "accept", "", clock())
    assert (outcome.done, outcome.gone) == (1, 1)


@pytest.mark.parametrize("rows", [1, 300])
async def test_a_verdict_takes_as_many_statements_for_300_rows_as_for_one(
    db: Database, town: Town, clock: FrozenClock, agent: Visitor, rows: int
) -> None:
    first = await put(db, town, "tom", "mercredi", WEDNESDAY, "requested", clock())
    await db.write(decide_requests, agent, [(first, 1)], "accept", "", clock())  # the catalogue is known from now on
    ids = await crowd(db, town, rows, "mercredi", WEDNESDAY, "requested", clock())
    count = [0]
    outcome = await db.write(
        lambda: counted(decide_requests(agent, [(id_, 1) for id_ in ids], "refuse", "Complet.", clock()), count)
    )
    assert (outcome.done, set(await states(db, ids))) == (rows, {"refused"})
    assert count[0] <= 8


async def test_a_request_of_a_child_who_left_every_household_is_only_not_found(
    db: Database, town: Town, clock: FrozenClock, agent: Visitor
) -> None:
    asked = await put(db, town, "zoe", "mercredi", WEDNESDAY, "requested", clock())
    await run(db, "delete from household_child where child_id = $1", town.children["zoe"])
    assert (await db.write(decide_requests, agent, [(asked, 1)], "accept", "", clock())).gone == 1
