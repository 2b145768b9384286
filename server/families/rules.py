"""Decisions about families: which household a child is with on a given day."""

import json
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

Home = Literal["here", "away"]


@dataclass(frozen=True)
class Custody:
    """When one household has the child. `weekdays` are those of kind "weekdays" (Monday is 0)."""

    kind: Literal["always", "even", "odd", "weekdays"] = "always"
    weekdays: frozenset[int] = frozenset()

    @property
    def shared(self) -> bool:
        """Whether the child lives in two households."""
        return self.kind != "always"


@lru_cache(maxsize=256)
def custody_from(text: str) -> Custody:
    """The custody a household's JSON text stands for. Raises ValueError for one nobody could have meant."""
    raw = json.loads(text)
    if raw.get("kind") not in ("always", "even", "odd", "weekdays"):
        raise ValueError(f"unknown custody: {text}")
    return Custody(raw["kind"], frozenset(raw.get("weekdays", ())))


def whose_day(custody: Custody, day: date) -> Home:
    """Whether the child is with this household on that day; weeks are ISO weeks, Monday to Sunday."""
    match custody.kind:
        case "always":
            here = True
        case "even" | "odd":
            here = (day.isocalendar().week % 2 == 0) == (custody.kind == "even")
        case "weekdays":
            here = day.weekday() in custody.weekdays
    return "here" if here else "away"
