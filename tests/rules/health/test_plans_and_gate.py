"""PAI moves cell by cell, and what a file keeps a child from."""

from datetime import UTC, date, datetime

import pytest

from server.fields import read
from server.health.rules.gate import GOOD, INCOMPLETE, UNREADABLE, Standing, bar, unit_on
from server.health.rules.permissions import changed, fields_of, read_answers
from server.health.rules.plans import ESTABLISHING, MOVES, PACKED_MEAL, STATES, Plan, asked, establishing_faults, moved

NOW = datetime(2026, 11, 16, 8, tzinfo=UTC)
DAY = date(2026, 11, 26)
PEANUT = Plan(1, "established", "Arachide", NOW, "Alice", date(2026, 11, 1), date(2026, 12, 1), packed_meal=True)


@pytest.mark.parametrize("before", STATES)
@pytest.mark.parametrize("after", STATES)
def test_a_plan_moves_as_the_table_says(before: str, after: str) -> None:
    plans = (Plan(1, before, "Arachide", NOW, "Alice"),)
    if after in MOVES[before]:
        assert moved(plans, 1, after)[0].state == after
    else:
        with pytest.raises(ValueError, match="does not go"):
            moved(plans, 1, after)


def test_asking_twice_before_the_answer_changes_the_words_only() -> None:
    plans = asked(asked((), "Arachide", "Alice", NOW), "Arachide et lait", "Bob", NOW)
    assert [(plan.number, plan.object, plan.asked_by) for plan in plans] == [(1, "Arachide et lait", "Alice")]
    assert len(asked((PEANUT,), "Renouvellement", "Alice", NOW)) == 2
    with pytest.raises(KeyError):
        moved(plans, 7, "established")


@pytest.mark.parametrize(
    ("du", "au", "word"),
    [
        ("2026-11-20", "2026-11-19", "précède"),
        ("2026-01-01", "2026-11-15", "passée"),
        ("2026-11-20", "2031-01-01", "Trois ans"),
    ],
)
def test_the_days_of_a_plan_are_judged(du: str, au: str, word: str) -> None:
    posted = {"du": du, "au": au, "consigne": "Trousse au bureau"}
    assert word in establishing_faults(read(ESTABLISHING, posted, date(2026, 11, 16)), date(2026, 11, 16)).error("au")


def test_a_complete_file_bars_nothing() -> None:
    assert bar(GOOD, DAY, canteen=True) == ""
    assert unit_on(GOOD, DAY, canteen=True) == ""


def test_a_missing_part_bars_every_activity_in_words_that_tell_nothing() -> None:
    standing = Standing(missing=frozenset({"sheet"}))
    assert bar(standing, DAY, canteen=False) == bar(standing, DAY, canteen=True) == INCOMPLETE
    assert standing.lacking(DAY) == ("sheet",)


def test_vaccinations_may_wait_for_the_end_of_the_provisional_admission() -> None:
    standing = Standing(missing=frozenset({"vaccines"}), vaccines_until=date(2026, 12, 1))
    assert not bar(standing, date(2026, 12, 1), canteen=False)
    assert bar(standing, date(2026, 12, 2), canteen=False)


def test_an_agents_decision_puts_the_file_aside_until_its_day() -> None:
    standing = Standing(missing=frozenset({"sheet", "people"}), admitted_until=DAY)
    assert not bar(standing, DAY, canteen=False)
    assert bar(standing, date(2026, 11, 27), canteen=False)


def test_a_food_allergy_bars_the_canteen_until_a_plan_holds() -> None:
    standing = Standing(food_allergy=True, plans=(PEANUT,))
    assert not bar(standing, DAY, canteen=True)
    assert unit_on(standing, DAY, canteen=True) == PACKED_MEAL
    assert unit_on(standing, DAY, canteen=False) == ""
    assert bar(standing, date(2026, 12, 2), canteen=True)
    assert not bar(standing, date(2026, 12, 2), canteen=False)
    waiting = Standing(food_allergy=True, plans=(Plan(1, "asked", "Arachide", NOW, "Alice"),), admitted_until=DAY)
    assert bar(waiting, DAY, canteen=True), "an agent's pardon for a file is none for an allergy"


def test_a_file_nobody_can_open_keeps_the_child_out() -> None:
    assert bar(Standing(readable=False), DAY, canteen=False) == UNREADABLE


def test_only_changed_answers_are_kept_and_each_must_be_given() -> None:
    kinds = ("image", "alone")
    assert [one.name for one in fields_of(kinds)] == ["image", "alone"]
    typed = read_answers(kinds, {"image": "oui", "alone": "peut-être"}, DAY)
    assert typed.error("alone")
    good = read_answers(kinds, {"image": "oui", "alone": "non"}, DAY)
    assert changed(good, {"image": True}, kinds) == {"alone": False}
