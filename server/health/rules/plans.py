"""PAI (projet d'accueil individualisé): asked for by parents, established by an agent for some days, ended.

What is kept is an instruction for those who look after the child, never the medical document.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from server.fields import Field, Typed

PACKED_MEAL = "panier repas"  # the unit of a canteen booking whose meal the parents bring
MOVES: dict[str, frozenset[str]] = {
    "asked": frozenset({"established", "refused", "withdrawn"}),
    "established": frozenset({"ended"}),
    "refused": frozenset(),
    "withdrawn": frozenset(),
    "ended": frozenset(),
}
STATES = {
    "asked": "Demandé",
    "established": "Établi",
    "refused": "Non établi",
    "withdrawn": "Demande retirée",
    "ended": "Terminé",
}
LONGEST_DAYS = 3 * 366  # a PAI is looked at again at least when the child changes school


@dataclass(frozen=True)
class Plan:
    """One PAI, from the asking on. `instruction` is for the staff, `answer` for the parents."""

    number: int
    state: str
    object: str
    asked_at: datetime
    asked_by: str
    first_day: date | None = None
    last_day: date | None = None
    packed_meal: bool = False
    instruction: str = ""
    answer: str = ""
    decided_at: datetime | None = None
    decided_by: str = ""

    def covers(self, day: date) -> bool:
        """Whether it is established on that day."""
        return self.state == "established" and bool(
            self.first_day and self.last_day and self.first_day <= day <= self.last_day
        )


ESTABLISHING = (
    Field("du", "Valable du", "date", True),
    Field("au", "au", "date", True),
    Field(
        "consigne", "Consigne pour l’équipe", "lines", True, longest=500,
        hint="Ce qu’il faut faire, pas le diagnostic : « trousse d’urgence dans le bureau, appeler le 15 ».",
    ),
    Field("panier", "Panier repas fourni par la famille", "tick"),
)  # fmt: skip
ANSWERING = (Field("reponse", "Réponse à la famille", "lines", True, longest=500),)
ASKING = (
    Field("pai_objet", "Objet du PAI", "lines", True, longest=1000, hint="Allergie, asthme, diabète, épilepsie…"),
)


def plan_on(plans: Iterable[Plan], day: date) -> Plan | None:
    """The PAI that holds on that day."""
    return next((plan for plan in plans if plan.covers(day)), None)


def open_request(plans: Iterable[Plan]) -> Plan | None:
    """The request nobody has decided yet."""
    return next((plan for plan in plans if plan.state == "asked"), None)


def asked(plans: Sequence[Plan], text: str, by: str, now: datetime) -> tuple[Plan, ...]:
    """With one request more; a second one before the answer only changes its words."""
    waiting = open_request(plans)
    if waiting:
        return tuple(replace(plan, object=text) if plan is waiting else plan for plan in plans)
    return (*plans, Plan(max((plan.number for plan in plans), default=0) + 1, "asked", text, now, by))


def moved(plans: Sequence[Plan], number: int, state: str, **changes: object) -> tuple[Plan, ...]:
    """With one PAI moved. Raises ValueError for a move the table does not allow, KeyError for one nobody knows."""
    found = next((plan for plan in plans if plan.number == number), None)
    if found is None:
        raise KeyError(number)
    if state not in MOVES[found.state]:
        raise ValueError(f"a PAI does not go from {found.state} to {state}")
    return tuple(replace(plan, state=state, **changes) if plan is found else plan for plan in plans)  # type: ignore[arg-type]


def establishing_faults(typed: Typed, today: date) -> Typed:
    """What is wrong with the days of a PAI."""
    if typed.error("du") or typed.error("au"):
        return typed
    first, last = typed.day("du"), typed.day("au")
    if first is None or last is None:
        return typed
    if last < first:
        return typed.but(au="Cette date précède le début.")
    if last < today:
        return typed.but(au="Cette date est passée.")
    if (last - first).days > LONGEST_DAYS:
        return typed.but(au="Trois ans au plus : un PAI se revoit.")
    return typed
