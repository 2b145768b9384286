"""The town's calendar as one frozen value: working, school, holiday and closed days, and how to count back."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from itertools import chain

ONE_DAY = timedelta(days=1)
MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = range(7)
FOUR_DAY_WEEK = frozenset({MONDAY, TUESDAY, THURSDAY, FRIDAY})
FOUR_AND_A_HALF_DAY_WEEK = FOUR_DAY_WEEK | {WEDNESDAY}
WEEKEND = frozenset({SATURDAY, SUNDAY})

# A break shorter than this (the Ascension bridge) does not cut a term in two.
SHORTEST_HOLIDAY = timedelta(days=7)


class DayKind(StrEnum):
    """What one counts when counting days back."""

    CALENDAR = "calendar"
    WORKING = "working"
    SCHOOL = "school"


@dataclass(frozen=True)
class SchoolPeriod:
    """One school holiday of one zone, both days included, and who said so."""

    zone: str
    school_year: str
    kind: str
    first_day: date
    last_day: date
    source: str = ""


@dataclass(frozen=True)
class PublicHoliday:
    """One public holiday of one zone."""

    zone: str
    day: date
    name: str


@dataclass(frozen=True)
class Closure:
    """Days the town closes, both included: for some activities, or for all when none is named."""

    first_day: date
    last_day: date
    reason: str
    activities: frozenset[int | str] = frozenset()

    def touches(self, activity: int | str | None) -> bool:
        return not self.activities or activity in self.activities


@dataclass(frozen=True)
class Skip:
    """Days that do not count, on top of what the kind of day already leaves out."""

    weekdays: frozenset[int] = frozenset()
    public_holidays: bool = False
    school_holidays: bool = False
    closures: bool = False

    def __bool__(self) -> bool:
        return bool(self.weekdays or self.public_holidays or self.school_holidays or self.closures)


NOTHING = Skip()


@dataclass(frozen=True)
class Landing:
    """Where a count ended, and the days it passed over without counting them, latest first."""

    day: date
    passed: tuple[date, ...] = ()


@dataclass(frozen=True, eq=False)
class TownCalendar:
    """Everything the town knows about its days; equal when the versions are, so it can key a cache."""

    public_holidays: Mapping[date, str] = field(default_factory=dict)
    school_periods: tuple[SchoolPeriod, ...] = ()
    closures: tuple[Closure, ...] = ()
    school_weekdays: frozenset[int] = FOUR_DAY_WEEK
    working_weekdays: frozenset[int] = FOUR_AND_A_HALF_DAY_WEEK
    version: str = ""

    def __post_init__(self) -> None:
        if not self.version:
            object.__setattr__(self, "version", self._fingerprint())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TownCalendar) and self.version == other.version

    def __hash__(self) -> int:
        return hash(self.version)

    def is_working_day(self, day: date) -> bool:
        """A « jour ouvré »: Monday to Friday unless the town says otherwise, public holidays left out."""
        return day.weekday() in self.working_weekdays and day not in self.public_holidays

    def is_school_day(self, day: date) -> bool:
        return (
            day.weekday() in self.school_weekdays
            and day not in self.public_holidays
            and day not in self._days_in_periods
        )

    def is_holiday_period(self, day: date) -> bool:
        return day in self._days_in_periods

    def holiday_period(self, day: date) -> SchoolPeriod | None:
        return self._days_in_periods.get(day)

    def closure_on(self, day: date, activity: int | str | None = None) -> Closure | None:
        """The closure that touches this activity on this day; without an activity, only those of the whole town."""
        return next((closure for closure in self._days_closed.get(day, ()) if closure.touches(activity)), None)

    def counts(self, day: date, kind: DayKind, skip: Skip = NOTHING, activity: int | str | None = None) -> bool:
        if kind is DayKind.WORKING and not self.is_working_day(day):
            return False
        if kind is DayKind.SCHOOL and not self.is_school_day(day):
            return False
        return not self.skips(day, skip, activity)

    def skips(self, day: date, skip: Skip, activity: int | str | None = None) -> bool:
        return (
            day.weekday() in skip.weekdays
            or (skip.public_holidays and day in self.public_holidays)
            or (skip.school_holidays and day in self._days_in_periods)
            or (skip.closures and self.closure_on(day, activity) is not None)
        )

    def back(
        self, day: date, n: int, kind: DayKind, skip: Skip = NOTHING, activity: int | str | None = None
    ) -> Landing:
        """The n-th day before that counts. A rule nothing satisfies stops far in the past: closed, never stuck."""
        passed: list[date] = []
        furthest = day - timedelta(days=8 * n + 800)
        while n and day > furthest:
            day -= ONE_DAY
            if self.counts(day, kind, skip, activity):
                n -= 1
            else:
                passed.append(day)
        return Landing(day, tuple(passed))

    def slide_back(self, day: date, skip: Skip, activity: int | str | None = None) -> Landing:
        """The day itself, or the nearest one before it that is not skipped."""
        if not self.skips(day, skip, activity):
            return Landing(day)
        landing = self.back(day, 1, DayKind.CALENDAR, skip, activity)
        return Landing(landing.day, (day, *landing.passed))

    def period_start(self, day: date) -> date | None:
        """The first day of the holiday, or of the term between two holidays, that holds this day, when known."""
        here = self.holiday_period(day)
        if here and here in self._real_holidays:
            return here.first_day
        ends = [period.last_day for period in self._real_holidays if period.last_day < day]
        return max(ends) + ONE_DAY if ends else None

    @cached_property
    def _real_holidays(self) -> tuple[SchoolPeriod, ...]:
        return tuple(p for p in self.school_periods if p.last_day - p.first_day + ONE_DAY >= SHORTEST_HOLIDAY)

    @cached_property
    def _days_in_periods(self) -> dict[date, SchoolPeriod]:
        return {day: period for period in self.school_periods for day in every_day(period.first_day, period.last_day)}

    @cached_property
    def _days_closed(self) -> dict[date, tuple[Closure, ...]]:
        closed: dict[date, tuple[Closure, ...]] = {}
        for closure in self.closures:
            for day in every_day(closure.first_day, closure.last_day):
                closed[day] = (*closed.get(day, ()), closure)
        return closed

    def _fingerprint(self) -> str:
        parts = chain(
            (f"{day} {name}" for day, name in sorted(self.public_holidays.items())),
            map(repr, self.school_periods),
            (f"{c.first_day} {c.last_day} {c.reason} {sorted(map(str, c.activities))}" for c in self.closures),
            (str(sorted(self.school_weekdays)), str(sorted(self.working_weekdays))),
        )
        return hashlib.blake2b("\n".join(parts).encode(), digest_size=12).hexdigest()


def every_day(first: date, last: date) -> tuple[date, ...]:
    return tuple(first + timedelta(days=n) for n in range((last - first).days + 1))
