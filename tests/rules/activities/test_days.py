"""The town's calendar: what each day is, and how days are counted back."""

from datetime import date, timedelta

import pytest

from server.activities.holidays import coverage, covered, shipped_calendar, shipped_periods
from server.activities.rules.days import (
    FOUR_AND_A_HALF_DAY_WEEK,
    WEDNESDAY,
    WEEKEND,
    Closure,
    DayKind,
    Skip,
    TownCalendar,
)
from server.activities.rules.zones import ZONES, zone_of_academie, zones_named

A = shipped_calendar("A")


def test_a_working_day_is_monday_to_friday_and_no_public_holiday() -> None:
    assert A.is_working_day(date(2026, 11, 10))
    assert not A.is_working_day(date(2026, 11, 11))
    assert not A.is_working_day(date(2026, 11, 14))
    assert A.is_working_day(date(2026, 12, 21)), "school holidays are worked"


def test_a_school_day_is_in_the_towns_week_out_of_holidays_and_feasts() -> None:
    assert A.is_school_day(date(2026, 11, 10))
    assert not A.is_school_day(date(2026, 11, 11)), "armistice, and a Wednesday"
    assert not A.is_school_day(date(2026, 11, 18)), "a Wednesday in a four-day week"
    assert not A.is_school_day(date(2026, 12, 21)), "Christmas holidays"
    half = TownCalendar(school_weekdays=FOUR_AND_A_HALF_DAY_WEEK)
    assert half.is_school_day(date(2026, 11, 18))


def test_holidays_include_their_first_and_last_day() -> None:
    assert not A.is_holiday_period(date(2026, 12, 18))
    assert A.is_holiday_period(date(2026, 12, 19))
    assert A.is_holiday_period(date(2027, 1, 3))
    assert not A.is_holiday_period(date(2027, 1, 4))


def test_a_closure_touches_the_whole_town_or_the_activities_it_names() -> None:
    strike = Closure(date(2026, 11, 24), date(2026, 11, 25), "Grève", frozenset({7}))
    bridge = Closure(date(2027, 5, 7), date(2027, 5, 7), "Pont")
    calendar = TownCalendar(closures=(strike, bridge))
    assert calendar.closure_on(date(2026, 11, 25), 7) == strike
    assert calendar.closure_on(date(2026, 11, 25), 8) is None
    assert calendar.closure_on(date(2026, 11, 25)) is None
    assert calendar.closure_on(date(2027, 5, 7), 8) == bridge
    assert calendar.closure_on(date(2027, 5, 7)) == bridge


def test_counting_back_counts_only_what_counts_and_says_what_it_passed() -> None:
    tuesday_after_easter = date(2027, 3, 30)
    landing = A.back(tuesday_after_easter, 2, DayKind.WORKING)
    assert landing.day == date(2027, 3, 25)
    assert landing.passed == (date(2027, 3, 29), date(2027, 3, 28), date(2027, 3, 27))
    assert A.back(date(2027, 1, 4), 1, DayKind.SCHOOL).day == date(2026, 12, 18)
    assert A.back(date(2026, 11, 19), 1, DayKind.CALENDAR, Skip(frozenset({WEDNESDAY}))).day == date(2026, 11, 17)
    assert A.back(date(2026, 11, 19), 0, DayKind.WORKING).day == date(2026, 11, 19)


def test_a_count_nothing_satisfies_ends_in_the_past_instead_of_never() -> None:
    always_closed = TownCalendar(closures=(Closure(date(2020, 1, 1), date(2030, 1, 1), "Travaux"),))
    landing = always_closed.back(date(2027, 1, 4), 1, DayKind.CALENDAR, Skip(closures=True))
    assert landing.day < date(2025, 1, 1)


def test_sliding_back_stays_put_unless_the_day_is_skipped() -> None:
    assert A.slide_back(date(2026, 11, 14), Skip(WEEKEND)).day == date(2026, 11, 13)
    assert A.slide_back(date(2026, 11, 13), Skip(WEEKEND)).day == date(2026, 11, 13)


def test_a_term_starts_the_day_after_the_holidays_and_a_bridge_does_not_cut_it() -> None:
    assert A.period_start(date(2026, 11, 20)) == date(2026, 11, 2)
    assert A.period_start(date(2026, 12, 25)) == date(2026, 12, 19)
    assert A.period_start(date(2027, 5, 7)) == date(2027, 4, 26), "on the bridge"
    assert A.period_start(date(2027, 5, 20)) == date(2027, 4, 26), "after the bridge"
    assert A.period_start(date(2020, 1, 1)) is None


def test_calendars_are_equal_when_their_versions_are() -> None:
    assert shipped_calendar("A") == A
    assert hash(shipped_calendar("A")) == hash(A)
    assert shipped_calendar("B") != A
    assert TownCalendar({date(2027, 1, 1): "Jour de l'an"}, version="12") == TownCalendar(version="12")
    assert TownCalendar(closures=(Closure(date(2027, 1, 1), date(2027, 1, 2), "x"),)) != TownCalendar()


def test_shipped_holidays_are_well_formed_sourced_and_do_not_overlap() -> None:
    for zone in ZONES:
        ends = date(2000, 1, 1)
        for period in shipped_periods(zone):
            assert ends < period.first_day <= period.last_day, period
            assert period.last_day - period.first_day < timedelta(days=80), period
            assert period.source
            assert len(period.source) <= 200
            ends = period.last_day
    assert {period.zone for period in shipped_periods()} <= set(ZONES)


@pytest.mark.parametrize("zone", ["A", "B", "C"])
@pytest.mark.parametrize("year", ["2025-2026", "2026-2027", "2027-2028"])
def test_the_three_zones_are_covered_with_their_six_breaks(zone: str, year: str) -> None:
    assert covered(zone, year)
    kinds = {period.kind for period in shipped_periods(zone) if period.school_year == year}
    assert kinds == {
        "Vacances de la Toussaint",
        "Vacances de Noël",
        "Vacances d'hiver",
        "Vacances de printemps",
        "Pont de l'Ascension",
        "Vacances d'été",
    }


def test_what_is_not_known_is_said_not_invented() -> None:
    assert coverage("Polynésie", "2026-2027").state == "absent"
    assert "inconnu pour la zone Polynésie" in coverage("Polynésie", "2026-2027").warning
    assert coverage("Corse", "2026-2027").state == "partial"
    assert not covered("Corse", "2026-2027")
    assert not covered("A", "2028-2029")
    assert coverage("A", "2026-2027").warning == ""


def test_zones_are_read_in_every_spelling() -> None:
    assert zones_named("Zones A/B/C") == ("A", "B", "C")
    assert zones_named("Zone A, Zone C") == ("A", "C")
    assert zones_named("zones b et c") == ("B", "C")
    assert zones_named("b") == ("B",)
    assert zones_named("La Réunion") == ("Réunion",)
    assert zones_named("Saint Pierre et Miquelon") == ("Saint-Pierre-et-Miquelon",)
    assert zones_named("Nouvelle Calédonie") == ("Nouvelle-Calédonie",)
    assert zones_named("Zone D") == ()
    assert zone_of_academie("Clermont Ferrand") == "A"
    assert zone_of_academie("orleans-tours") == "B"
    assert zone_of_academie("Bruxelles") is None
