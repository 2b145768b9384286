"""On which days an activity takes place, and at which instants it starts and ends."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Literal
from zoneinfo import ZoneInfo

from server.activities.rules.days import MONDAY, SATURDAY, WEDNESDAY, TownCalendar, every_day

Season = Literal["school", "term", "holidays"]


@dataclass(frozen=True)
class Schedule:
    """School days; or these weekdays of the terms between holidays; or these weekdays of the holidays."""

    season: Season
    weekdays: frozenset[int] = frozenset()


SCHOOL_DAYS = Schedule("school")
SCHEDULES: Mapping[str, Schedule] = {
    "canteen": SCHOOL_DAYS,
    "morning_care": SCHOOL_DAYS,
    "evening_care": SCHOOL_DAYS,
    "study": SCHOOL_DAYS,
    "wednesday_care": Schedule("term", frozenset({WEDNESDAY})),
    "leisure_centre": Schedule("holidays", frozenset(range(MONDAY, SATURDAY))),
}


def runs_on(schedule: Schedule, day: date, calendar: TownCalendar) -> bool:
    """Whether there is a session on that day. Closures do not count here: a closed session exists and says why."""
    if schedule.season == "school":
        return calendar.is_school_day(day)
    if day in calendar.public_holidays or day.weekday() not in schedule.weekdays:
        return False
    return calendar.is_holiday_period(day) == (schedule.season == "holidays")


def days_of(schedule: Schedule, first: date, last: date, calendar: TownCalendar) -> Iterator[date]:
    """The days of the activity from `first` to `last`, both included."""
    return (day for day in every_day(first, last) if runs_on(schedule, day, calendar))


def instant_of(day: date, clock: str, zone: str) -> datetime:
    """The instant the town's clocks show « HH:MM » on that day."""
    return datetime.combine(day, time.fromisoformat(clock), ZoneInfo(zone)).astimezone(UTC)
