"""Which dates ahead are not those of an ordinary week."""

from datetime import UTC, date, datetime

import pytest

from server.activities.rules.days import Closure, DayKind, SchoolPeriod, Skip, TownCalendar
from server.bookings.rules.cutoff import SessionTime, closes_at
from server.bookings.rules.forms import (
    BeforePeriod,
    Cutoff,
    DayOfPreviousMonth,
    DaysBefore,
    Earliest,
    HoursBefore,
    NoCutoff,
    PerWeekday,
)
from server.bookings.rules.unusual import usual_for

TWO_WORKING = DaysBefore(2, 600, DayKind.WORKING)
CALENDAR = TownCalendar(
    public_holidays={date(2026, 11, 11): "Armistice de 1918"},
    school_periods=(SchoolPeriod("C", "2026-2027", "Vacances de Noël", date(2026, 12, 19), date(2027, 1, 3)),),
    closures=(Closure(date(2026, 11, 25), date(2026, 11, 25), "Travaux"),),
)


def usual(rule: Cutoff, day: date) -> str:
    session = SessionTime(day, datetime(day.year, day.month, day.day, 11, tzinfo=UTC), "cantine")
    found = usual_for(rule, session, CALENDAR)
    assert found is None or found != closes_at(rule, session, CALENDAR).closes_at
    return found.date().isoformat() if found else ""


@pytest.mark.parametrize(
    ("rule", "day", "expected"),
    [
        (TWO_WORKING, date(2026, 11, 20), ""),
        (TWO_WORKING, date(2026, 11, 12), "2026-11-10"),  # the 11th counts no more: the 9th it is
        (DaysBefore(2, 600), date(2026, 11, 12), ""),  # calendar days: a holiday changes nothing
        (DaysBefore(1, 600, DayKind.SCHOOL), date(2027, 1, 4), "2027-01-01"),
        (HoursBefore(48, Skip(closures=True)), date(2026, 11, 26), "2026-11-24"),
        (Earliest((NoCutoff(), TWO_WORKING)), date(2026, 11, 12), "2026-11-10"),
        (PerWeekday(((3, TWO_WORKING),)), date(2026, 11, 12), "2026-11-10"),
        (BeforePeriod(21, 0), date(2026, 12, 22), ""),
        (DayOfPreviousMonth(15, 0, Skip(public_holidays=True)), date(2026, 12, 11), ""),
    ],
)
def test_a_date_moved_by_the_calendar_is_told_with_the_usual_one(rule: Cutoff, day: date, expected: str) -> None:
    assert usual(rule, day) == expected
