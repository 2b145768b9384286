"""Verdicts of the inbox and days booked outside the rules, on both engines."""

import asyncio

import pytest

from server.bookings.commands.decisions import Outcome, decide_requests
from server.bookings.commands.overriding import Overridden, override
from server.bookings.desk.outcomes import told_of
from server.bookings.rules.decisions import VERDICTS, decided, override_fault, overrides_from
from server.bookings.rules.squares import Session
from server.bookings.rules.states import LABELS, MOVES
from server.database import Database
from server.errors import NotFound
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


# outside the rules


async def bring(
    db: Database,
    town: Town,
    clock: FrozenClock,
    agent: Visitor,
    state: str,
    child: str = "tom",
    activity: str = "cantine",
    day=MONDAY,
    version: int = 0,
    family: str = "dupont",
    reason: str = "À votre demande.",
) -> Overridden:  # type: ignore[no-untyped-def]
    return await db.write(
        override,
        agent,
        town.families[family],
        town.refs[child],
        town.sessions[activity, day],
        state,
        reason,
        version,
        clock(),
    )


async def test_an_agent_books_after_the_cutoff_and_the_family_reads_why(
    db: Database, town: Town, clock: FrozenClock, agent: Visitor
) -> None:
    clock.set("2026-11-23T11:55:00+01:00")
    done = await bring(db, town, clock, agent, "booked", reason="Par téléphone.")
    kept = (await db.read(rows_of, "select state, reason, family_id from booking"))[0]
    assert (done.outcome, kept) == (
        "done",
        {"state": "booked", "reason": "Par téléphone.", "family_id": town.families["dupont"]},
    )
    assert await told(db) == [
        (town.accounts["owner"], "booked_by_agent"),
        (town.accounts["coguardian"], "booked_by_agent"),
    ]
    line = (await db.read(rows_of, "select action, actor_id, detail from audit"))[0]
    assert (line["action"], line["actor_id"]) == ("override", agent.account_id)
    assert "Par téléphone." in line["detail"]


async def test_an_override_walks_through_every_state_an_agent_may_choose(
    db: Database, town: Town, clock: FrozenClock, agent: Visitor
) -> None:
    for version, state in enumerate(("booked", "absent_excused", "absent_billed", "booked", "free", "booked")):
        assert (await bring(db, town, clock, agent, state, version=version)).outcome == "done"
    assert (await session_row(db, town, "cantine", MONDAY))["taken"] == 1


async def test_capacity_holds_for_agents_too_and_the_sentence_says_the_way_out(
    db: Database, town: Town, clock: FrozenClock, agent: Visitor
) -> None:
    await crowd(db, town, 2, "atelier", THURSDAY, "booked", clock())
    full = await bring(db, town, clock, agent, "booked", activity="atelier", day=THURSDAY)
    assert (full.outcome, full.state) == ("refused", "free")
    assert "2 places prises sur 2" in full.text
    assert "Augmentez la capacité" in full.text
    assert "liste d’attente" in full.text
    assert (await bring(db, town, clock, agent, "waiting", activity="atelier", day=THURSDAY)).outcome == "done"


async def test_cancelling_for_a_family_calls_the_waiting_list(
    db: Database, town: Town, clock: FrozenClock, agent: Visitor
) -> None:
    await put(db, town, "tom", "atelier", THURSDAY, "booked", clock())
    await put(db, town, "lina", "atelier", THURSDAY, "booked", clock())
    waiting = await crowd(db, town, 2, "atelier", THURSDAY, "waiting", clock())
    await bring(db, town, clock, agent, "free", activity="atelier", day=THURSDAY, version=1)
    assert await states(db, waiting) == ["booked", "waiting"]


async def test_a_stale_version_changes_nothing_and_says_who(
    db: Database, town: Town, clock: FrozenClock, agent: Visitor
) -> None:
    await bring(db, town, clock, agent, "booked")
    late = await bring(db, town, clock, agent, "free", version=0)
    assert late.outcome == "conflict"
    assert late.text == "Modifié entre-temps par Agent Dupont : « Réservé ». Rien n’a été changé."


async def test_a_child_of_another_family_is_not_found(
    db: Database, town: Town, clock: FrozenClock, agent: Visitor
) -> None:
    with pytest.raises(NotFound):
        await bring(db, town, clock, agent, "booked", child="zoe")


async def test_nobody_is_booked_into_an_activity_without_enrolment(
    db: Database, town: Town, clock: FrozenClock, agent: Visitor
) -> None:
    await run(db, "delete from enrolment")
    assert "n’est pas inscrit" in (await bring(db, town, clock, agent, "booked")).text


async def test_the_other_households_booking_stays_theirs(
    db: Database, town: Town, clock: FrozenClock, agent: Visitor
) -> None:
    theirs = await put(db, town, "lina", "cantine", MONDAY, "booked", clock(), family="martin")
    assert (await bring(db, town, clock, agent, "absent_billed", child="lina", version=1)).outcome == "done"
    assert (await square(db, theirs))["family_id"] == town.families["martin"]
    assert await told(db) == [(town.accounts["other_home"], "booked_by_agent")]


# the tables of the rules


def test_every_verdict_is_a_move_the_squares_allow() -> None:
    assert all(after in MOVES[before] for verdict in VERDICTS.values() for before, after in verdict.items())


@pytest.mark.parametrize("state", sorted(LABELS))
def test_only_what_waits_can_be_decided(state: str) -> None:
    waits = state in ("requested", "cancel_requested")
    assert all((decided(state, verdict) is not None) == waits for verdict in VERDICTS)


@pytest.mark.parametrize("state", sorted(LABELS))
def test_every_offered_override_is_allowed_while_there_is_room(state: str) -> None:
    room = Session(None, 0, 1)
    assert all(
        not override_fault(state, wanted, room, True, True) for wanted in overrides_from(state) if wanted != "waiting"
    )


def test_a_closed_day_is_closed_for_agents_too() -> None:
    assert override_fault("free", "booked", Session(None, 0, 1, "Grève"), True, True) == "Ce jour est fermé : Grève"
