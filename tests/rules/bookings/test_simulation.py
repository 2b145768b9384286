"""The year of a draft: the very deadlines taps are judged by, what changes, what is odd and what is only a habit."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.activities.holidays import shipped_calendar
from server.activities.queries import Activity, Catalogue
from server.activities.rules.days import Closure, TownCalendar
from server.activities.rules.running import instant_of
from server.bookings.desk_queries.rules.year import plan_of
from server.bookings.queries.deadlines import deadlines_of, forget_deadlines, terms_of
from server.bookings.rules.codec import opening_to, rule_to
from server.bookings.rules.cutoff import Cutoff, SessionTime
from server.bookings.rules.forms import Opening
from server.bookings.rules.oddities.plan import Found, oddities_of
from server.bookings.rules.simulation import Planned, first_calm_day, shift_words, summary_of
from server.bookings.rules.squares import Session, Square
from server.bookings.rules.wishes import Wish, decide
from tests.rules.bookings.test_cutoff_properties import rules
from tests.rules.bookings.test_editing import openings

CALENDAR = shipped_calendar("C", years=range(2025, 2029))
MOMENT = timedelta(microseconds=1)
EVE = {"kind": "days", "n": 1, "at": "18:00"}
ROOM = Session(capacity=None, taken=0, next_rank=1, closed_reason=None)


def catalogue(calendar: TownCalendar = CALENDAR, version: int = 1, **terms: Any) -> Catalogue:
    usual: dict[str, Any] = {
        "id": 1, "ref": "cantine", "name": "Cantine", "short": "Cantine", "letter": "C", "kind": "canteen",
        "period": "noon", "position": 1, "starts_at": "12:00", "ends_at": "14:00", "price_cents": 455,
        "validation": "at_once", "cancel_validation": "at_once", "late_cancel": "refused", "waiting_list": True,
        "units": (), "book_rule": EVE, "cancel_rule": EVE, "opening_rule": {"kind": "always"}, "absence": "billed",
    }  # fmt: skip
    return Catalogue(version, {1: Activity(**{**usual, **terms})}, calendar, "Europe/Paris")


def terms(book: Mapping[str, Any], cancel: Mapping[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {"book_rule": book, "cancel_rule": cancel or book, **more}


def sessions(first: date, last: date, at: str = "12:00", weekdays: tuple[int, ...] = (0, 1, 3, 4)) -> list[SessionTime]:
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [
        SessionTime(day, instant_of(day, at, "Europe/Paris"), 1)
        for day in days
        if day.weekday() in weekdays and day not in CALENDAR.public_holidays
    ]


def year(
    book: Mapping[str, Any],
    first: date = date(2026, 9, 1),
    last: date = date(2027, 7, 3),
    calendar: TownCalendar = CALENDAR,
    **more: Any,
) -> tuple[Planned, ...]:
    """School days of a year under a rule proposed from its first day on, beside the eve at 18:00."""
    before = catalogue(calendar)
    days = [each for each in sessions(first, last) if not calendar.is_holiday_period(each.day)]
    return plan_of(days, before, before.supposing(1, first, terms(book, **more)))


def odd(plan: tuple[Planned, ...], day: date, far: int = 100, calendar: TownCalendar = CALENDAR) -> dict[str, str]:
    """What is odd about one day, by kind."""
    found = oddities_of(plan, calendar, "12:00", far)
    days = [each.session.day for each in plan]
    return {each.kind: each.text.replace("\u00a0", " ") for each in found.by_day[days.index(day)]}


@settings(max_examples=60, deadline=None)
@given(rules, rules, openings, st.dates(date(2026, 9, 1), date(2027, 12, 31)), st.booleans())
def test_the_simulated_deadline_is_the_one_a_tap_is_judged_by(
    book: Cutoff, cancel: Cutoff, opening: Opening, day: date, resident: bool
) -> None:
    forget_deadlines()
    proposed = terms(rule_to(book), rule_to(cancel), opening_rule=opening_to(opening))
    session = SessionTime(day, instant_of(day, "12:00", "Europe/Paris"), 1)
    before = catalogue()
    (planned,) = plan_of([session], before, before.supposing(1, day, proposed))
    published = catalogue(version=2, **proposed)
    limits = deadlines_of(published, published.activities[1], day, session.starts_at, resident).limits
    opens = planned.new.opens_at if resident else planned.new.opens_to_others
    assert (limits.opens_at, limits.book_until, limits.cancel_until) == (
        opens, planned.new.book.closes_at, planned.new.cancel.closes_at,
    )  # fmt: skip
    for now in {limits.book_until, limits.book_until - MOMENT, *([opens, opens - MOMENT] if opens else [])}:
        verdict = decide(Wish("booked", "", 0, 1, None), Square(), ROOM, terms_of(published.activities[1]), limits, now)
        accepted = (opens is None or opens <= now) and now < planned.new.book.closes_at
        assert (verdict.outcome == "applied") == accepted, verdict


def test_days_before_the_first_keep_their_rule() -> None:
    days = sessions(date(2026, 11, 23), date(2026, 12, 4))
    before = catalogue()
    plan = plan_of(
        days, before, before.supposing(1, date(2026, 11, 30), terms({"kind": "days", "n": 3, "at": "12:00"}))
    )
    assert [each.changes for each in plan] == [False] * 4 + [True] * 4


def test_the_summary_counts_and_names_the_furthest_moves() -> None:
    plan = year({"kind": "days", "n": 1, "at": "18:00", "count": "school"}, date(2026, 11, 23), date(2027, 1, 8))
    found = summary_of(plan)
    assert found.days == len(plan)
    # Mondays close on Friday, Thursdays on Tuesday; after Christmas the last school day is a fortnight away.
    assert found.changed == found.book == sum(each.session.day.weekday() in (0, 3) for each in plan)
    assert found.opening == 0
    assert found.earlier
    assert found.earlier.planned.session.day == date(2027, 1, 4)
    assert shift_words(found.earlier.by) == "16 jours plus tôt"
    assert found.later is None


def test_the_summary_of_nothing_is_nothing() -> None:
    assert summary_of(()).days == 0
    assert summary_of(year(EVE)).changed == 0


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (0, "inchangée"),
        (90, "1_h_30 plus tard"),
        (-1440, "1 jour plus tôt"),
        (-1500, "1 jour et 1_h plus tôt"),
        (20, "20 min plus tard"),
    ],
)
def test_moves_are_said_in_days_and_hours(minutes: int, said: str) -> None:
    assert shift_words(timedelta(minutes=minutes)) == said.replace("_", "\u00a0")


def test_a_change_of_hour_is_no_move_of_the_deadline() -> None:
    plan = year({"kind": "days", "n": 4, "at": "18:00"}, date(2027, 3, 29), date(2027, 3, 30))
    assert shift_words(summary_of(plan).earlier.by) == "3 jours plus tôt"  # type: ignore[union-attr]


# Oddities ---------------------------------------------------------------------------------------------------------------

WORKING = {"kind": "days", "n": 2, "at": "10:00", "count": "working"}


def test_a_public_holiday_and_what_it_moves_are_told() -> None:
    found = odd(year(WORKING), date(2026, 11, 12))
    assert found["holiday"] == "mercredi 11 novembre est férié (Armistice de 1918)"
    assert found["moved"] == "réservation : lundi 9 novembre à 10 h, au lieu de mardi 10 novembre à 10 h"


def test_an_ordinary_week_has_nothing_to_tell() -> None:
    plan = year(WORKING)
    for day in (date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 26), date(2026, 11, 27)):
        assert odd(plan, day) == {}


def test_a_bridge_is_told() -> None:
    holidays = {**CALENDAR.public_holidays, date(2026, 11, 26): "Fête du port"}
    bridged = TownCalendar(holidays, CALENDAR.school_periods)
    plan = year(WORKING, date(2026, 11, 23), date(2026, 12, 4), bridged)
    assert odd(plan, date(2026, 11, 24), calendar=bridged)["bridge"] == "vendredi 27 novembre fait le pont"


def test_the_days_after_school_holidays_are_told() -> None:
    found = odd(year(EVE), date(2027, 1, 4))
    assert found["edge"] == "la date limite tombe pendant les vacances de Noël"
    found = odd(year({"kind": "days", "n": 1, "at": "18:00", "count": "school"}), date(2027, 1, 4))
    assert found["edge"] == "première séance après les vacances de Noël"


def test_a_change_of_hour_on_the_way_is_told() -> None:
    found = odd(year({"kind": "hours", "n": 72}), date(2027, 3, 30))
    assert found["clock"] == "les horloges changent entre samedi 27 mars et mardi 30 mars"
    assert "clock" not in odd(year({"kind": "hours", "n": 72}), date(2027, 3, 23))


def test_a_session_at_an_unusual_hour_is_told() -> None:
    before = catalogue()
    plan = plan_of(sessions(date(2026, 11, 23), date(2026, 11, 23), "11:30"), before, before)
    assert odd(plan, date(2026, 11, 23))["hours"] == "commence à 11 h 30 au lieu de 12 h"


def test_a_deadline_on_a_closed_town_hall_or_a_holiday_is_told() -> None:
    closed = TownCalendar(
        CALENDAR.public_holidays, CALENDAR.school_periods, (Closure(date(2026, 11, 23), date(2026, 11, 23), "Travaux"),)
    )
    plan = year(EVE, date(2026, 11, 23), date(2026, 12, 4), closed)
    told = odd(plan, date(2026, 11, 24), calendar=closed)
    assert told["landing"] == "la réservation et l’annulation ferment lundi 23 novembre, jour de fermeture (Travaux)"
    assert "férié (Armistice de 1918)" in odd(year(EVE), date(2026, 11, 12))["landing"]


def test_what_comes_back_every_week_is_a_habit_told_once() -> None:
    plan = year(EVE)
    found: Found = oddities_of(plan, CALENDAR, "12:00", 100)
    assert [habit.replace("\u00a0", " ") for habit in found.habits] == [
        "Presque tous les lundis : la date limite tombe un dimanche ou un jour fermé."
    ]
    assert "landing" not in odd(plan, date(2026, 11, 23))


def test_a_session_that_closes_before_it_opens_is_told() -> None:
    plan = year({"kind": "days", "n": 21, "at": "00:00"}, opening_rule={"kind": "weeks_ahead", "n": 3})
    assert "on ne peut jamais la réserver" in oddities_of(plan, CALENDAR, "12:00", 100).habits[0]
    lone = plan[:1]
    assert odd(lone, lone[0].session.day)["never"].endswith("jamais réservable")
    late = {"kind": "residents_first", "days": 15, "opening": {"kind": "weeks_ahead", "n": 5}}
    lone = year({"kind": "days", "n": 21, "at": "00:00"}, opening_rule=late)[:1]
    assert "pour les familles d’autres communes" in odd(lone, lone[0].session.day)["never"]


def test_a_later_day_with_an_earlier_deadline_is_told() -> None:
    table = {"kind": "per_weekday", "table": {"friday": {"kind": "days", "n": 5, "at": "10:00"}, "thursday": EVE}}
    plan = year(table, date(2026, 11, 26), date(2026, 11, 27))
    assert odd(plan, date(2026, 11, 27))["order"] == (
        "se réserve avant la date limite de jeudi 26 novembre, qui vient plus tôt"
    )


def test_a_deadline_further_away_than_asked_for_is_told() -> None:
    plan = year({"kind": "days", "n": 1, "at": "12:00", "count": "school"})
    assert odd(plan, date(2027, 1, 4), far=10)["far"] == "la réservation et l’annulation ferment 17 jours avant"
    assert "far" not in odd(plan, date(2027, 1, 4), far=17)


# The first day of a publication -----------------------------------------------------------------------------------------

NOW = datetime(2026, 11, 16, 8, tzinfo=UTC)


def test_a_kinder_rule_may_hold_at_once() -> None:
    plan = year({"kind": "days", "n": 0, "at": "08:00"}, date(2026, 11, 17), date(2026, 12, 18))
    assert first_calm_day(plan, NOW) is plan[0]


def test_a_stricter_rule_waits_until_nobody_is_caught_out() -> None:
    plan = year({"kind": "days", "n": 10, "at": "12:00"}, date(2026, 11, 17), date(2026, 12, 18))
    calm = first_calm_day(plan, NOW)
    assert calm
    assert calm.new.book.closes_at >= NOW + timedelta(days=7)
    earlier = plan[plan.index(calm) - 1]
    assert earlier.new.book.closes_at < NOW + timedelta(days=7)
    assert first_calm_day((), NOW) is None
