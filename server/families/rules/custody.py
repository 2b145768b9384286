"""Which household a child is with on a given day."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

Home = Literal["here", "away"]
Kind = Literal["always", "even", "odd", "weekdays"]
Half = Literal["", "first", "second", "first_even", "second_even"]
MOST_WEEKS = 4
OTHER_HOME: Mapping[Home, Home] = {"here": "away", "away": "here"}
OTHER_KIND: Mapping[Kind, Kind] = {"even": "odd", "odd": "even"}
OTHER_HALF: Mapping[Half, Half] = {
    "": "", "first": "second", "second": "first", "first_even": "second_even", "second_even": "first_even"
}  # fmt: skip


@dataclass(frozen=True)
class Stay:
    """Days that do not follow the pattern, both included: half of a holiday, a swapped weekend."""

    first: date
    last: date
    home: Home


@dataclass(frozen=True)
class Custody:
    """When one household has the child.

    Of even and odd weeks: `change` is the weekday the child arrives (Monday is 0), in the `evening` when that day is
    still the other home's; the ISO week of the arrival counts. Of kind "weekdays": the days of a cycle of `weeks`
    weeks, of which one began on the Monday `anchor`.
    """

    kind: Kind = "always"
    weekdays: frozenset[int] = frozenset()
    stays: tuple[Stay, ...] = ()  # the first that covers a day decides
    change: int = 0
    evening: bool = False
    weeks: int = 1
    anchor: date | None = None
    half: Half = ""  # of each school holiday, here; "…_even": in even years, the other half in odd ones
    holidays: tuple[tuple[date, date], ...] = ()  # the school holidays known when this was written
    since: date | None = None  # before this day `earlier` held
    earlier: "Custody | None" = None

    @property
    def shared(self) -> bool:
        """Whether the child lives in two households."""
        return self.kind != "always"

    @property
    def one_sided(self) -> bool:
        """Whether the cycle gives all its days to one home."""
        return self.kind == "weekdays" and len(self.weekdays) in (0, 7 * self.weeks)

    @property
    def asked(self) -> "Custody":
        """What people chose, without what is worked out from the calendar and without what was before."""
        return replace(self, holidays=(), since=None, earlier=None)


def whose_day(custody: Custody, day: date) -> Home:
    """Whether the child is with this household on that day: exceptions, then holidays, then the pattern."""
    if custody.since and custody.earlier and day < custody.since:
        return whose_day(custody.earlier, day)
    for stay in custody.stays:
        if stay.first <= day <= stay.last:
            return stay.home
    if custody.half:
        for first, last in custody.holidays:
            if first <= day <= last:
                return _half_of(custody.half, first, last, day)
    return "here" if _by_pattern(custody, day) else "away"


def _by_pattern(custody: Custody, day: date) -> bool:
    match custody.kind:
        case "always":
            return True
        case "even" | "odd":
            came = arrival(custody, day) if custody.change or custody.evening else day
            return (came.isocalendar().week % 2 == 0) == (custody.kind == "even")
        case "weekdays":
            gone = (day - custody.anchor).days if custody.anchor else day.weekday()
            return gone % (7 * custody.weeks) in custody.weekdays


def arrival(custody: Custody, day: date) -> date:
    """The day of the change that began the seven days `day` belongs to; weeks are ISO weeks."""
    evening = timedelta(days=1 if custody.evening else 0)
    return day - evening - timedelta(days=((day - evening).weekday() - custody.change) % 7)


def _half_of(half: Half, first: date, last: date, day: date) -> Home:
    swapped = half.endswith("_even") and first.year % 2 == 1
    first_half: Home = "here" if half.startswith("first") != swapped else "away"
    one, other = halves(first, last, first_half) if last > first else (Stay(first, last, first_half),) * 2
    return one.home if day <= one.last else other.home


def halves(first: date, last: date, first_half: Home) -> tuple[Stay, Stay]:
    """A holiday of two days or more shared in two; of an odd number the first half has one more."""
    middle = first + timedelta(days=(last - first).days // 2)
    return Stay(first, middle, first_half), Stay(middle + timedelta(days=1), last, OTHER_HOME[first_half])


def seen_from_the_other(custody: Custody) -> Custody:
    """The same days as the other of two homes has them: what is here is away."""
    return replace(
        custody,
        kind=OTHER_KIND.get(custody.kind, custody.kind),
        weekdays=frozenset(range(7 * custody.weeks)) - custody.weekdays if custody.kind == "weekdays" else frozenset(),
        stays=tuple(Stay(stay.first, stay.last, OTHER_HOME[stay.home]) for stay in custody.stays),
        half=OTHER_HALF[custody.half],
        earlier=seen_from_the_other(custody.earlier) if custody.earlier else None,
    )


def starting(custody: Custody, since: date, before: Custody) -> Custody:
    """The same from that day on; until then what was held. Of several changes only the last one is remembered."""
    held = before.earlier if before.earlier and before.since and before.since >= since else before
    return replace(custody, since=since, earlier=replace(held, since=None, earlier=None))


def moved_days(old: Custody, new: Custody, first: date, last: date) -> Iterator[tuple[date, Home]]:
    """The days that change homes, with the home they come to."""
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        if whose_day(old, day) != whose_day(new, day):
            yield day, whose_day(new, day)


def overlapping(stays: Sequence[Stay]) -> tuple[int, int] | None:
    """The places of two exceptions that speak of a same day, or None."""
    for two, later in enumerate(stays):
        for one, sooner in enumerate(stays[:two]):
            if later.first <= sooner.last and sooner.first <= later.last:
                return one, two
    return None
