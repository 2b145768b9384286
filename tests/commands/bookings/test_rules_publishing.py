"""Publishing: what it touches is counted square by square, two agents at once do not overwrite each other."""

import asyncio
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from server.activities.queries import TERMS, forget_catalogues
from server.bookings.commands.rules import Kept, Seen, drop_draft, publish_rules, save_draft
from server.bookings.desk_queries.rules.dossier import Dossier, dossier_of
from server.bookings.desk_queries.rules.touched import Touched, touched_by
from server.bookings.desk_queries.rules.year import Year, year_of
from server.bookings.rules.cutoff import rule_from
from server.database import Database
from server.errors import NotFound
from tests.cast import Town
from tests.commands.bookings.phone import Phone
from tests.conftest import FrozenClock
from tests.counting import counted
from tests.desk import MONDAY, THURSDAY, TUESDAY, agent_of, crowd, put, rows_of
from tests.rules.bookings.test_cutoff_vectors import VECTORS

TODAY = date(2026, 11, 16)
EVE = {"kind": "days", "n": 1, "at": "18:00"}


def terms(book: dict[str, Any], **more: Any) -> dict[str, Any]:
    usual = ({}, {}, {"kind": "always"}, "at_once", "at_once", "refused", True)
    return {**dict(zip(TERMS, usual, strict=True)), "book_rule": book, "cancel_rule": book, **more}


async def keep(db: Database, town: Town, clock: FrozenClock, book: dict[str, Any], **more: Any) -> Seen:
    """A draft of the canteen's rules; what a form made from it has seen."""
    dossier: Dossier = await db.read(dossier_of, "cantine", 1)
    seen = Seen(dossier.draft.revision if dossier.draft else 0, dossier.latest)
    kept: Kept = await db.write(save_draft, agent_of(town), dossier.activity.id, terms(book, **more), seen, clock())
    assert kept.outcome == "done"
    (draft,) = await db.read(rows_of, "select revision from rule_draft")
    return Seen(draft["revision"], dossier.latest)


async def year(db: Database, clock: FrozenClock, first: date, version: int = 1) -> Year:
    dossier: Dossier = await db.read(dossier_of, "cantine", version)
    found: Year = await db.read(year_of, dossier, first, clock(), TODAY)
    return found


async def touched(db: Database, town: Town, clock: FrozenClock, first: date) -> Touched:
    found: Touched = await db.read(touched_by, await year(db, clock, first), town.activities["cantine"], clock())
    return found


async def test_free_squares_that_close_are_counted_one_by_one(db: Database, town: Town, clock: FrozenClock) -> None:
    """Nine days at noon: of the days from the 23rd on, Monday 23 and Tuesday 24 close. An odd week is the 16th's,
    an even one the 23rd's: Lina is at her father's, so hers are squares of the Duponts."""
    await put(db, town, "zoe", "cantine", MONDAY, "booked", clock())
    await put(db, town, "tom", "cantine", TUESDAY, "waiting", clock())
    await keep(db, town, clock, {"kind": "days", "n": 9, "at": "12:00"})
    found = await touched(db, town, clock, MONDAY)
    # Monday: Lina and Tom; Tuesday: Lina and Zoé. Zoé's booking of Monday can no longer be cancelled.
    assert found == Touched(closing=4, opening=0, stuck=1, loose=0, families=2)


async def test_a_kinder_rule_opens_squares_again(db: Database, town: Town, clock: FrozenClock) -> None:
    clock.set("2026-11-22T20:00:00+01:00")  # Sunday evening: Monday is closed under the eve at 18:00
    await put(db, town, "zoe", "cantine", MONDAY, "booked", clock())
    await keep(db, town, clock, {"kind": "days", "n": 0, "at": "08:00"})
    assert await touched(db, town, clock, MONDAY) == Touched(closing=0, opening=2, stuck=0, loose=1, families=2)


async def test_nothing_touched_asks_nothing_and_the_cost_does_not_grow(
    db: Database, town: Town, clock: FrozenClock
) -> None:
    await keep(db, town, clock, EVE)
    assert await touched(db, town, clock, MONDAY) == Touched()
    await keep(db, town, clock, {"kind": "days", "n": 9, "at": "12:00"})
    costs = []
    for more in (0, 40):
        if more:
            await crowd(db, town, more, "cantine", MONDAY, "booked", clock())
        plan, count = await year(db, clock, MONDAY), [0]
        await db.read(
            lambda plan=plan, count=count: counted(touched_by(plan, town.activities["cantine"], clock()), count)
        )
        costs.append(count[0])
    assert costs == [3, 3]


@pytest.mark.parametrize(("name", "rule"), [(name, rule) for name, rule, _ in VECTORS[::4]])
async def test_the_simulated_instant_is_where_taps_turn_from_yes_to_no(
    db: Database, town: Town, clock: FrozenClock, name: str, rule: dict[str, Any]
) -> None:
    rule_from(rule)
    seen = await keep(db, town, clock, rule)
    plan = (await year(db, clock, TODAY)).plan
    planned = next(each for each in plan if each.session.day >= THURSDAY and each.new.book.is_open(clock()))
    agent = agent_of(town)
    kept: Kept = await db.write(publish_rules, agent, town.activities["cantine"], seen, TODAY, "Essai", clock())
    assert kept.outcome == "done", name
    forget_catalogues()
    phone = Phone(town, db, clock, "stranger")
    phone.visitor = replace(phone.visitor, catalogue_version=2)
    clock.now = planned.new.book.closes_at
    late = await phone.wish("zoe", "cantine", planned.session.day)
    assert (late.outcome, late.code) == ("rejected", "cutoff")
    clock.move(microseconds=-1)
    assert (await phone.wish("zoe", "cantine", planned.session.day)).state == "booked"


async def test_of_two_publications_at_once_one_is_told_it_came_second(
    db: Database, town: Town, clock: FrozenClock
) -> None:
    seen = await keep(db, town, clock, {"kind": "days", "n": 3, "at": "12:00"})
    agent, cantine = agent_of(town), town.activities["cantine"]
    told = await asyncio.gather(
        *(db.write(publish_rules, agent, cantine, seen, day, "Essai", clock()) for day in (MONDAY, THURSDAY))
    )
    assert sorted(kept.outcome for kept in told) == ["conflict", "done"]
    (late,) = [kept for kept in told if kept.outcome == "conflict"]
    assert late.text == "Agent Dupont a publié une nouvelle règle entre-temps. Rien n’a été enregistré."
    assert len(await db.read(rows_of, "select id from activity_rule")) == 1
    (version,) = await db.read(rows_of, "select version from catalogue")
    assert version["version"] == 2


async def test_a_draft_given_up_and_begun_again_is_another_one(db: Database, town: Town, clock: FrozenClock) -> None:
    seen, cantine = await keep(db, town, clock, EVE), town.activities["cantine"]
    await db.write(drop_draft, agent_of(town), cantine, seen, clock())
    clock.move(seconds=2)
    await keep(db, town, clock, {"kind": "days", "n": 5, "at": "12:00"})
    late: Kept = await db.write(drop_draft, agent_of(town), cantine, seen, clock())
    assert late.outcome == "conflict"


async def test_an_activity_nobody_has_is_not_found(db: Database, town: Town, clock: FrozenClock) -> None:
    with pytest.raises(NotFound):
        await db.write(save_draft, agent_of(town), 999_999, terms(EVE), Seen(0, 0), clock())
    with pytest.raises(NotFound):
        await db.write(publish_rules, agent_of(town), 999_999, Seen(0, 0), MONDAY, "Essai", clock())


async def test_how_the_town_answers_changes_with_the_day_too(db: Database, town: Town, clock: FrozenClock) -> None:
    seen = await keep(db, town, clock, EVE, validation="agent")
    await db.write(publish_rules, agent_of(town), town.activities["cantine"], seen, THURSDAY, "Essai", clock())
    forget_catalogues()
    phone = Phone(town, db, clock, "stranger")
    phone.visitor = replace(phone.visitor, catalogue_version=2)
    assert (await phone.wish("zoe", "cantine", TUESDAY)).state == "booked"
    assert (await phone.wish("zoe", "cantine", THURSDAY)).state == "requested"
