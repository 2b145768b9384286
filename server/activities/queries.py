"""Reads of what the town offers: the catalogue of activities and the calendar, remembered by version."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import msgspec

from server.activities.rules.days import ONE_DAY, SHORTEST_HOLIDAY, Closure, SchoolPeriod, TownCalendar
from server.database import Row, Work, sql


@dataclass(frozen=True)
class Activity:
    """One activity as its table has it; the rules are JSON dicts, decoded in bookings."""

    id: int
    ref: str
    name: str
    short: str
    letter: str
    kind: str
    period: str
    position: int
    starts_at: str
    ends_at: str
    price_cents: int
    validation: str
    cancel_validation: str
    late_cancel: str
    absence: str  # billed | excused: what an absence costs when it is told too late to cancel
    waiting_list: bool
    units: tuple[str, ...]
    book_rule: Mapping[str, Any]
    cancel_rule: Mapping[str, Any]
    opening_rule: Mapping[str, Any]
    number: int = 0  # the publication its rules come from; 0 for the activity's own row


# What a publication replaces: how the activity takes bookings, and until when.
TERMS = (
    *("book_rule", "cancel_rule", "opening_rule"),
    *("validation", "cancel_validation", "late_cancel", "waiting_list"),
)
JSON_TERMS = TERMS[:3]
Published = tuple[tuple[date, Activity], ...]  # the latest publication first, each from its first day on


@dataclass(frozen=True)
class Catalogue:
    """Everything that changes with the catalogue's version, and with nothing else."""

    version: int
    activities: Mapping[int, Activity]
    calendar: TownCalendar
    zone: str  # IANA name of the town's clock
    published: Mapping[int, Published] = field(default_factory=dict)
    # What others have worked out under this version and under no other: it is forgotten with it.
    remembered: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def on(self, activity_id: int, day: date) -> Activity:
        """The activity under the rules of `day`: the latest publication that reaches it, else the activity's own."""
        for first_day, activity in self.published.get(activity_id, ()):
            if first_day <= day:
                return activity
        return self.activities[activity_id]

    def supposing(self, activity_id: int, first_day: date, terms: Mapping[str, Any]) -> "Catalogue":
        """The same town with one more publication, for simulations; only the server's commands make it true."""
        activity = self.activities[activity_id]
        before = self.published.get(activity_id, ())
        next_one = replace(activity, **terms, number=1 + max((each.number for _, each in before), default=0))
        return replace(self, published={**self.published, activity_id: ((first_day, next_one), *before)})


_known: dict[int, Catalogue] = {}
MOST_KNOWN = 4  # a few versions live side by side for the second in which agents change something


def catalogue_of(version: int) -> Work[Catalogue]:
    """The catalogue at `version`, as read with the visitor's session: no statement when this process knows it."""
    found = _known.get(version)
    if found is None:
        found = yield from read_catalogue(version)
        while len(_known) >= MOST_KNOWN:
            _known.pop(next(iter(_known)))
        _known[version] = found
    return found


def school_holidays() -> Work[tuple[tuple[date, date], ...]]:
    """The town's school holidays of a week or more, first and last day, in their order."""
    text = "select first_day, last_day from school_period where zone = (select zone from catalogue where id = 1)"
    rows = yield sql(f"{text} order by first_day")
    spans = ((row["first_day"], row["last_day"]) for row in rows)
    return tuple((first, last) for first, last in spans if last - first + ONE_DAY >= SHORTEST_HOLIDAY)


def forget_catalogues() -> None:
    """For tests, which change databases under one process."""
    _known.clear()


def read_catalogue(version: int) -> Work[Catalogue]:
    """The catalogue as it stands now: six statements."""
    town = (yield sql("select zone, public_holiday_zone, time_zone from catalogue where id = 1"))[0]
    activities = yield sql("select * from activity order by position, id")
    published = yield sql("select * from activity_rule order by activity_id, number desc")
    periods = yield sql("select * from school_period where zone = $1", town["zone"])
    holidays = yield sql("select day, name from public_holiday where zone = $1", town["public_holiday_zone"])
    closures = yield sql("select activity_id, first_day, last_day, reason from closure")
    calendar = TownCalendar(
        public_holidays={row["day"]: row["name"] for row in holidays},
        school_periods=tuple(_period(row) for row in periods),
        closures=tuple(_closure(row) for row in closures),
    )
    offered = {row["id"]: _activity(row) for row in activities}
    return Catalogue(version, offered, calendar, town["time_zone"], _published(offered, published))


def terms_from(row: Row) -> dict[str, Any]:
    """What a row says of TERMS, its rules decoded from JSON."""
    return {name: msgspec.json.decode(row[name]) if name in JSON_TERMS else row[name] for name in TERMS}


def _activity(row: Row) -> Activity:
    values = {name: row[name] for name in Activity.__dataclass_fields__ if name != "number"}
    return Activity(**{**values, **terms_from(row), "units": tuple(msgspec.json.decode(row["units"]))})


def _published(offered: Mapping[int, Activity], rows: Sequence[Row]) -> dict[int, Published]:
    found: dict[int, Published] = {}
    for row in rows:
        one = replace(offered[row["activity_id"]], **terms_from(row), number=row["number"])
        found[one.id] = (*found.get(one.id, ()), (row["first_day"], one))
    return found


def _period(row: Row) -> SchoolPeriod:
    return SchoolPeriod(**{name: row[name] for name in SchoolPeriod.__dataclass_fields__})


def _closure(row: Row) -> Closure:
    activities: frozenset[int | str] = frozenset() if row["activity_id"] is None else frozenset({row["activity_id"]})
    return Closure(row["first_day"], row["last_day"], row["reason"], activities)
