"""Agents outside the rules: booked, cancelled or marked absent for a family, with the places still counted."""

import pytest

from server.bookings.commands.overriding import Overridden, override
from server.database import Database
from server.errors import NotFound
from server.web.visitor import Visitor
from tests.cast import Town
from tests.conftest import FrozenClock
from tests.desk import MONDAY, THURSDAY, crowd, put, rows_of, run, session_row, square, states, told


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
