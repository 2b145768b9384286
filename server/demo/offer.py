"""What the town offers: six activities under the preset rules, for two school years."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import msgspec

from server.activities.holidays import coverage
from server.bookings.rules.presets import DEMO

ZONE, HOLIDAY_ZONE = "C", "Métropole"


@dataclass(frozen=True)
class Offered:
    """One activity, before the database knows it."""

    ref: str
    name: str
    short: str
    letter: str
    kind: str
    period: str
    starts_at: str
    ends_at: str
    price_cents: int
    preset: str
    capacity: int | None = None
    cancel_validation: str = "at_once"
    late_cancel: str = "refused"
    units: tuple[str, ...] = ()
    absence: str = "billed"


OFFER = (
    Offered(
        "accueil-matin", "Accueil du matin", "Matin", "M", "morning_care", "morning", "07:30", "08:30", 180,
        "morning_care", absence="excused",
    ),
    Offered(
        "cantine", "Cantine", "Cantine", "C", "canteen", "noon", "12:00", "14:00", 455, "canteen",
        units=("classique", "végétarien"),
    ),
    Offered("etude", "Étude", "Étude", "E", "study", "evening", "16:30", "17:30", 150, "study_room"),
    Offered(
        "accueil-soir", "Accueil du soir", "Soir", "S", "evening_care", "evening", "16:30", "18:30", 220,
        "evening_care", late_cancel="billed",
    ),
    Offered(
        "mercredi", "Mercredi", "Mercredi", "J", "wednesday_care", "day", "08:00", "18:00", 1591, "wednesday",
        capacity=40, cancel_validation="agent",
    ),
    Offered(
        "centre", "Centre de loisirs", "Centre", "V", "leisure_centre", "day", "08:00", "18:00", 1820,
        "holiday_centre", capacity=24,
    ),
)  # fmt: skip

COLUMNS = (
    "ref, name, short, letter, kind, period, position, starts_at, ends_at, price_cents, validation, "
    "cancel_validation, late_cancel, waiting_list, units, book_rule, cancel_rule, opening_rule, absence"
)


def activity_rows() -> Iterator[tuple[object, ...]]:
    """The rows of the activity table, in the order of COLUMNS."""
    for position, one in enumerate(OFFER, 1):
        rules = DEMO[one.preset]
        yield (
            one.ref, one.name, one.short, one.letter, one.kind, one.period, position, one.starts_at, one.ends_at,
            one.price_cents, rules["validation"], one.cancel_validation, one.late_cancel,
            rules.get("waiting_list", True), _json(list(one.units)),
            _json(rules["book"]), _json(rules["cancel"]), _json(rules["opening"]), one.absence,
        )  # fmt: skip


def school_year_of(day: date) -> int:
    """The year in which the school year of `day` began."""
    return day.year if day.month >= 9 else day.year - 1


def sessions_span(first_year: int) -> tuple[date, date]:
    """From 1 September to the end of the last summer whose holidays are known, two school years at most."""
    years = (first_year, first_year + 1)
    known = [year for year in years if coverage(ZONE, f"{year}-{year + 1}").state == "complete"]
    return date(first_year, 9, 1), date(known[-1] + 1, 8, 31) if known else date(first_year + 1, 7, 4)


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
