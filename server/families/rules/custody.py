"""Which household a child is with on a given day."""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Literal, get_args

Home = Literal["here", "away"]
Kind = Literal["always", "even", "odd", "weekdays"]


@dataclass(frozen=True)
class Stay:
    """Days that do not follow the pattern, both included: half of a holiday, a swapped weekend."""

    first: date
    last: date
    home: Home


@dataclass(frozen=True)
class Custody:
    """When one household has the child. `weekdays` are those of kind "weekdays" (Monday is 0)."""

    kind: Kind = "always"
    weekdays: frozenset[int] = frozenset()
    stays: tuple[Stay, ...] = ()  # the first that covers a day decides

    @property
    def shared(self) -> bool:
        """Whether the child lives in two households."""
        return self.kind != "always"


@lru_cache(maxsize=256)
def custody_from(text: str) -> Custody:
    """The custody a household's JSON text stands for. Raises ValueError for one nobody could have meant."""
    raw = json.loads(text)
    weekdays = frozenset(raw.get("weekdays", ()))
    if raw.get("kind") not in get_args(Kind) or not weekdays <= frozenset(range(7)):
        raise ValueError(f"unknown custody: {text}")
    return Custody(raw["kind"], weekdays, tuple(_stay(stay) for stay in raw.get("stays", ())))


def custody_to(custody: Custody) -> str:
    """The JSON text of a custody; what is left to its default is left out."""
    raw: dict[str, Any] = {"kind": custody.kind}
    if custody.weekdays:
        raw["weekdays"] = sorted(custody.weekdays)
    if custody.stays:
        raw["stays"] = [{"first": str(s.first), "last": str(s.last), "home": s.home} for s in custody.stays]
    return json.dumps(raw, separators=(",", ":"))


def whose_day(custody: Custody, day: date) -> Home:
    """Whether the child is with this household on that day; weeks are ISO weeks, Monday to Sunday."""
    for stay in custody.stays:
        if stay.first <= day <= stay.last:
            return stay.home
    match custody.kind:
        case "always":
            here = True
        case "even" | "odd":
            here = (day.isocalendar().week % 2 == 0) == (custody.kind == "even")
        case "weekdays":
            here = day.weekday() in custody.weekdays
    return "here" if here else "away"


def halves(first: date, last: date, first_half: Home) -> tuple[Stay, Stay]:
    """A holiday of two days or more shared in two; of an odd number the first half has one more."""
    middle = first + timedelta(days=(last - first).days // 2)
    second: Home = "away" if first_half == "here" else "here"
    return Stay(first, middle, first_half), Stay(middle + timedelta(days=1), last, second)


def _stay(raw: Any) -> Stay:
    stay = Stay(date.fromisoformat(raw["first"]), date.fromisoformat(raw["last"]), raw["home"])
    if stay.home not in get_args(Home) or stay.last < stay.first:
        raise ValueError(f"unknown stay: {raw}")
    return stay
