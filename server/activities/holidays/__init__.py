"""Official school holidays shipped with the program: a data file has no place among rules, hence this folder."""

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

from server.activities.rules.days import SchoolPeriod, TownCalendar
from server.activities.rules.public_holidays import public_holidays
from server.french import NBSP

SHIPPED = Path(__file__).with_name("school_periods.json")
PARTIAL_WARNING = f"Calendrier scolaire {{year}} incomplet pour la zone {{zone}}{NBSP}: {{missing}}."
ABSENT_WARNING = (
    f"Calendrier scolaire {{year}} inconnu pour la zone {{zone}}{NBSP}: importez le fichier officiel ou saisissez-le."
)


@dataclass(frozen=True)
class Coverage:
    """How much of one zone's school year is known, and the sentence that warns the town, empty when all is well."""

    state: Literal["complete", "partial", "absent"]
    warning: str


def shipped_periods(zone: str | None = None) -> tuple[SchoolPeriod, ...]:
    """Every school holiday shipped, or those of one zone, each naming its source."""
    return tuple(period for period in _periods() if zone in (None, period.zone))


def coverage(zone: str, school_year: str) -> Coverage:
    """What the shipped file knows of this zone and year (« 2026-2027 », in the Pacific « 2026 »)."""
    shipped = _shipped()
    if [zone, school_year] in shipped["complete"]:
        return Coverage("complete", "")
    for partial_zone, partial_year, missing in shipped["partial"]:
        if (partial_zone, partial_year) == (zone, school_year):
            return Coverage("partial", PARTIAL_WARNING.format(zone=zone, year=school_year, missing=missing))
    return Coverage("absent", ABSENT_WARNING.format(zone=zone, year=school_year))


def covered(zone: str, school_year: str) -> bool:
    """Whether the town may trust the shipped calendar for this year without looking at it."""
    return coverage(zone, school_year).state == "complete"


def shipped_calendar(zone: str, holiday_zone: str = "Métropole", years: range = range(2025, 2029)) -> TownCalendar:
    """The calendar of a town that changed nothing."""
    feasts = {feast.day: feast.name for year in years for feast in public_holidays(year, holiday_zone)}
    return TownCalendar(feasts, shipped_periods(zone))


@cache
def _shipped() -> dict[str, Any]:
    shipped: dict[str, Any] = json.loads(SHIPPED.read_text(encoding="utf-8"))
    return shipped


@cache
def _periods() -> tuple[SchoolPeriod, ...]:
    sources = _shipped()["sources"]
    return tuple(
        SchoolPeriod(zone, year, kind, date.fromisoformat(first), date.fromisoformat(last), sources[source])
        for zone, year, kind, first, last, source in _shipped()["periods"]
    )
