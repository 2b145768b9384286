"""When a square opens, and what the parent reads before it does."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from server.activities.holidays import shipped_calendar
from server.activities.rules.days import TownCalendar
from server.bookings.rules.cutoff import SessionTime, rule_from, rule_to
from server.bookings.rules.moments import wall
from server.bookings.rules.opening import OpensAt, describe_opening, opening_from, opening_to, opens_at
from server.bookings.rules.presets import DEMO, opening_on

A = shipped_calendar("A")
H = "\u00a0h"


def opening(rule: dict[str, Any], day: date, *, resident: bool = True, calendar: TownCalendar = A) -> OpensAt:
    session = SessionTime(day, wall(day, 510, "Europe/Paris"), 1)
    return opens_at(opening_from(rule), session, calendar, resident=resident)


def test_from_one_announced_instant() -> None:
    told = opening(opening_on(date(2027, 6, 1)), date(2027, 7, 12))
    assert told.sentence == f"Ouvre le mardi 1er juin à 8{H}"
    assert told.opens_at == datetime(2027, 6, 1, 6, 0, tzinfo=UTC)


def test_at_the_opening_instant_it_is_open_and_just_before_it_is_not() -> None:
    told = opening(opening_on(date(2027, 6, 1)), date(2027, 7, 12))
    assert told.opens_at is not None
    assert told.is_open(told.opens_at)
    assert not told.is_open(told.opens_at - timedelta(microseconds=1))


def test_residents_first_and_the_others_two_weeks_later() -> None:
    rule = opening_on(date(2027, 6, 1), others_after=14)
    assert opening(rule, date(2027, 7, 12)).sentence == f"Ouvre le mardi 1er juin à 8{H}"
    others = opening(rule, date(2027, 7, 12), resident=False)
    assert others.sentence == f"Ouvre le mardi 15 juin à 8{H}"
    assert others.why == "date d’ouverture, 2 semaines après les familles de la commune"


def test_weeks_ahead_opens_each_day_on_its_own() -> None:
    told = opening({"kind": "weeks_ahead", "n": 6, "at": "08:00"}, date(2026, 11, 25))
    assert told.sentence == f"Ouvre le mercredi 14 octobre à 8{H}"
    assert told.why == "6 semaines avant"
    # The change of hour between the opening and the session moves nothing.
    assert told.opens_at == datetime(2026, 10, 14, 6, 0, tzinfo=UTC)


def test_a_period_between_holidays_opens_all_at_once() -> None:
    rule = {"kind": "per_period", "days": 14, "at": "08:00"}
    first, last = opening(rule, date(2026, 11, 2)), opening(rule, date(2026, 12, 18))
    assert first.sentence == f"Ouvre le lundi 19 octobre à 8{H}"
    assert last.opens_at == first.opens_at
    assert first.why == "2 semaines avant le lundi 2 novembre, début de la période"
    winter = opening(rule, date(2027, 2, 22))
    assert winter.why == "2 semaines avant le samedi 13 février, début de la période"


def test_a_period_the_calendar_does_not_know_opens_late_rather_than_early() -> None:
    told = opening({"kind": "per_period", "days": 14}, date(2026, 11, 20), calendar=TownCalendar())
    assert told.opens_at == wall(date(2026, 11, 6), 0, "Europe/Paris")


def test_always_open_has_no_instant() -> None:
    told = opening({"kind": "always"}, date(2026, 11, 20))
    assert told.opens_at is None
    assert told.is_open(datetime(2000, 1, 1, tzinfo=UTC))
    assert told.sentence == "Déjà ouvert"


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"kind": "always"}, "ouvert en permanence"),
        (opening_on(date(2027, 6, 1)), f"à partir du mardi 1er juin 2027 à 8{H}"),
        ({"kind": "weeks_ahead", "n": 6}, "6 semaines avant chaque séance"),
        ({"kind": "per_period", "days": 42, "at": "08:00"}, f"par période, 6 semaines avant son début à 8{H}"),
        (
            opening_on(date(2027, 6, 1), others_after=14),
            f"à partir du mardi 1er juin 2027 à 8{H}, 2 semaines plus tard pour les autres communes",
        ),
    ],
)
def test_an_opening_is_told_in_plain_french_and_survives_json(rule: dict[str, Any], words: str) -> None:
    assert describe_opening(opening_from(rule)) == words
    assert opening_to(opening_from(rule)) == rule


@pytest.mark.parametrize("name", DEMO)
def test_the_demo_rules_are_written_as_they_would_be_saved(name: str) -> None:
    preset = DEMO[name]
    assert opening_to(opening_from(preset["opening"])) == preset["opening"]
    assert rule_to(rule_from(preset["book"])) == preset["book"]
    assert rule_to(rule_from(preset["cancel"])) == preset["cancel"]
