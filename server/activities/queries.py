"""Reads of what the town offers: the catalogue of activities and the calendar, remembered by version."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from server.activities.rules.days import Closure, SchoolPeriod, TownCalendar
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


@dataclass(frozen=True)
class Catalogue:
    """Everything that changes with the catalogue's version, and with nothing else."""

    version: int
    activities: Mapping[int, Activity]
    calendar: TownCalendar
    zone: str  # IANA name of the town's clock


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


def forget_catalogues() -> None:
    """For tests, which change databases under one process."""
    _known.clear()


def read_catalogue(version: int) -> Work[Catalogue]:
    """The catalogue as it stands now: five statements."""
    town = (yield sql("select zone, public_holiday_zone, time_zone from catalogue where id = 1"))[0]
    activities = yield sql("select * from activity order by position, id")
    periods = yield sql("select * from school_period where zone = $1", town["zone"])
    holidays = yield sql("select day, name from public_holiday where zone = $1", town["public_holiday_zone"])
    closures = yield sql("select activity_id, first_day, last_day, reason from closure")
    calendar = TownCalendar(
        public_holidays={row["day"]: row["name"] for row in holidays},
        school_periods=tuple(_period(row) for row in periods),
        closures=tuple(_closure(row) for row in closures),
    )
    return Catalogue(version, {row["id"]: _activity(row) for row in activities}, calendar, town["time_zone"])


def _activity(row: Row) -> Activity:
    values = {name: row[name] for name in Activity.__dataclass_fields__}
    for name in ("book_rule", "cancel_rule", "opening_rule"):
        values[name] = msgspec.json.decode(row[name])
    return Activity(**{**values, "units": tuple(msgspec.json.decode(row["units"]))})


def _period(row: Row) -> SchoolPeriod:
    return SchoolPeriod(**{name: row[name] for name in SchoolPeriod.__dataclass_fields__})


def _closure(row: Row) -> Closure:
    activities: frozenset[int | str] = frozenset() if row["activity_id"] is None else frozenset({row["activity_id"]})
    return Closure(row["first_day"], row["last_day"], row["reason"], activities)
