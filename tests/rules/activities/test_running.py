"""On which days the town's activities take place."""

from datetime import UTC, date, datetime

import pytest

from server.activities.holidays import shipped_calendar
from server.activities.rules.running import SCHEDULES, days_of, instant_of, runs_on

CALENDAR = shipped_calendar("C")


@pytest.mark.parametrize(
    ("kind", "day", "runs"),
    [
        ("canteen", date(2026, 11, 16), True),
        ("canteen", date(2026, 11, 18), False),  # Wednesday
        ("canteen", date(2026, 11, 11), False),  # public holiday
        ("canteen", date(2026, 12, 21), False),  # Christmas holidays
        ("wednesday_care", date(2026, 11, 18), True),
        ("wednesday_care", date(2026, 11, 11), False),  # a Wednesday and a public holiday
        ("wednesday_care", date(2026, 12, 23), False),  # a Wednesday of the holidays is the leisure centre's
        ("leisure_centre", date(2026, 12, 23), True),
        ("leisure_centre", date(2026, 12, 25), False),
        ("leisure_centre", date(2026, 12, 26), False),  # Saturday
        ("leisure_centre", date(2026, 11, 16), False),
    ],
)
def test_an_activity_runs_on_its_days(kind: str, day: date, runs: bool) -> None:
    assert runs_on(SCHEDULES[kind], day, CALENDAR) is runs


def test_no_day_has_both_school_and_the_holiday_centre() -> None:
    year = (date(2026, 9, 1), date(2027, 8, 31))
    school, centre = (set(days_of(SCHEDULES[kind], *year, CALENDAR)) for kind in ("canteen", "leisure_centre"))
    assert school
    assert centre
    assert not school & centre


def test_the_clock_of_the_town_is_not_the_clock_of_the_machine() -> None:
    assert instant_of(date(2026, 10, 23), "08:00", "Europe/Paris") == datetime(2026, 10, 23, 6, tzinfo=UTC)
    assert instant_of(date(2026, 10, 26), "08:00", "Europe/Paris") == datetime(2026, 10, 26, 7, tzinfo=UTC)
