"""What a child's file keeps the child from: bookings while it is incomplete, the canteen without a PAI.

The words name neither the child nor what is missing: a phone keeps them in its calendar, a locked screen may show them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from server.health.rules.plans import PACKED_MEAL, Plan, plan_on

INCOMPLETE = "Dossier de l’enfant à compléter."
UNREADABLE = "Le dossier de l’enfant ne peut pas être lu pour le moment : réessayez plus tard."
PARTS = {
    "sheet": "Fiche sanitaire",
    "vaccines": "Vaccinations",
    "people": "Personnes autorisées à venir chercher l’enfant",
    "permissions": "Autorisations",
}


@dataclass(frozen=True)
class Standing:
    """Where a child's file stands. `vaccines_until`: the last day of a provisional admission."""

    missing: frozenset[str] = frozenset()  # of PARTS
    vaccines_until: date | None = None
    admitted_until: date | None = None  # an agent's decision puts all of it aside
    food_allergy: bool = False
    plans: tuple[Plan, ...] = ()
    readable: bool = True

    def lacking(self, day: date) -> tuple[str, ...]:
        """The parts that keep the child from coming that day, in the order of the page."""
        if self.admitted_until and day <= self.admitted_until:
            return ()
        provisional = self.vaccines_until is not None and day <= self.vaccines_until
        return tuple(part for part in PARTS if part in self.missing and not (part == "vaccines" and provisional))


GOOD = Standing()


def bar(standing: Standing, day: date, canteen: bool) -> str:
    """Why the child cannot be booked that day, in words; empty when nothing stands in the way."""
    if not standing.readable:
        return UNREADABLE
    if standing.lacking(day) or (canteen and needs_plan(standing, day)):
        return INCOMPLETE
    return ""


def needs_plan(standing: Standing, day: date) -> bool:
    """Whether a food allergy keeps the child from the canteen: no PAI holds that day."""
    return standing.food_allergy and plan_on(standing.plans, day) is None


def unit_on(standing: Standing, day: date, canteen: bool) -> str:
    """The meal a PAI prescribes that day; empty when it prescribes none."""
    plan = plan_on(standing.plans, day) if canteen else None
    return PACKED_MEAL if plan and plan.packed_meal else ""


def listed(parts: Iterable[str]) -> tuple[str, ...]:
    """The parts by their names."""
    return tuple(PARTS[part] for part in parts)
