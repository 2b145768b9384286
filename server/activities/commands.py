"""Writes to the town's calendar and the sessions made from it. Closing a day is bookings' business: it cancels."""

from collections.abc import Sequence
from datetime import date
from typing import TypeVar

from server.activities.queries import Catalogue, read_catalogue
from server.activities.rules.days import PublicHoliday, SchoolPeriod
from server.activities.rules.running import SCHEDULES, Schedule, days_of, instant_of
from server.database import Work, flat, marks, sql, values_marks

T = TypeVar("T")

TOGETHER = 500  # rows of one insert: both engines limit the values a statement may carry

KEEP_SESSIONS = """
insert into session (activity_id, day, starts_at, ends_at, capacity, closed_reason) values {values}
on conflict (activity_id, day) do nothing returning id
"""
KEEP_PERIODS = """
insert into school_period (zone, school_year, kind, first_day, last_day, source) values {values}
on conflict (zone, school_year, kind, first_day) do update set last_day = excluded.last_day, source = excluded.source
"""
KEEP_HOLIDAYS = """
insert into public_holiday (zone, day, name) values {values}
on conflict (zone, day) do update set name = excluded.name
"""


def bump_version() -> Work[int]:
    """The catalogue changed: every process reads it again. The new version."""
    rows = yield sql("update catalogue set version = version + 1 where id = 1 returning version")
    return int(rows[0]["version"])


def replace_periods(periods: Sequence[SchoolPeriod]) -> Work[None]:
    """These periods now stand. Those of the same zone they overlap go: an official correction may move a first day."""
    gone: list[int] = []
    for zone in sorted({period.zone for period in periods}):
        mine = [period for period in periods if period.zone == zone]
        for row in (yield sql("select id, first_day, last_day from school_period where zone = $1", zone)):
            if any(row["first_day"] <= p.last_day and p.first_day <= row["last_day"] for p in mine):
                gone.append(row["id"])
    for ids in _batches(gone):
        yield sql(f"delete from school_period where id in ({marks(len(ids))})", *ids)
    rows = [(p.zone, p.school_year, p.kind[:40], p.first_day, p.last_day, p.source[:200]) for p in periods]
    for some in _batches(rows):
        yield sql(KEEP_PERIODS.format(values=values_marks(len(some), 6)), *flat(some))
    yield from bump_version()


def keep_public_holidays(holidays: Sequence[PublicHoliday]) -> Work[None]:
    """Add these public holidays; those known already take the new name."""
    for some in _batches([(holiday.zone, holiday.day, holiday.name) for holiday in holidays]):
        yield sql(KEEP_HOLIDAYS.format(values=values_marks(len(some), 3)), *flat(some))
    yield from bump_version()


def make_sessions(
    activity_id: int, first: date, last: date, capacity: int | None, schedule: Schedule | None = None
) -> Work[int]:
    """The sessions of one activity on all its days in a range; those that exist stay as they are. How many are new.

    Without a schedule, the activity's kind has one: school days, the term's Wednesdays, the holidays' weekdays.
    """
    catalogue = yield from read_catalogue(0)  # not the remembered one: the calendar may change in this transaction
    activity = catalogue.activities[activity_id]
    days = days_of(schedule or SCHEDULES[activity.kind], first, last, catalogue.calendar)
    made = 0
    for some in _batches([_session(catalogue, activity_id, day, capacity) for day in days]):
        rows = yield sql(KEEP_SESSIONS.format(values=values_marks(len(some), 6)), *flat(some))
        made += len(rows)
    return made


def _session(catalogue: Catalogue, activity_id: int, day: date, capacity: int | None) -> tuple[object, ...]:
    activity = catalogue.activities[activity_id]
    starts, ends = (instant_of(day, clock, catalogue.zone) for clock in (activity.starts_at, activity.ends_at))
    closure = catalogue.calendar.closure_on(day, activity_id)
    return activity_id, day, starts, ends, capacity, closure.reason if closure else None


def _batches(rows: Sequence[T]) -> list[Sequence[T]]:
    return [rows[start : start + TOGETHER] for start in range(0, len(rows), TOGETHER)]
