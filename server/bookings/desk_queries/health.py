"""Whose health instructions the staff of a day may read, and what they say in one line each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from server.database import Work, marks, sql
from server.health.queries.gate import Gate
from server.health.rules.plans import Plan, plan_on
from server.health.rules.sheet import ALLERGIES, DIETS, Sheet
from server.health.sealing import opened

RECORDS = "select child_id, sheet, vaccines, plans, admission from health_record where child_id in ({marks})"
COMES = """
select c.id from child c where c.ref = $1 and (
  exists (select 1 from booking b join session s on s.id = b.session_id
          where b.child_id = c.id and s.day = $2 and b.state not in ('free', 'refused'))
  or exists (select 1 from enrolment e where e.child_id = c.id and e.status = 'accepted'
             and e.first_day <= $2 and e.last_day >= $2))
"""


@dataclass(frozen=True)
class Cared:
    """What must be known of a child that day; nothing else of the file."""

    alerts: tuple[str, ...]


def cared_for(gate: Gate, child_ids: Sequence[int], day: date) -> Work[Mapping[int, Cared]]:
    """The children with something to know, among these. Raises Sealed."""
    if not child_ids:
        return {}
    rows = yield sql(RECORDS.format(marks=marks(len(child_ids))), *child_ids)
    found = {}
    for row in rows:
        record = opened(gate.vault, row)
        sheet = record.sheet.value if record.sheet else Sheet()
        alerts = _alerts(sheet, record.all_plans, day, gate.choices.canteen_needs_plan)
        if alerts:
            found[row["child_id"]] = Cared(alerts)
    return found


def comes_that_day(ref: str, day: date) -> Work[bool]:
    """Whether the child is expected, or enrolled and may turn up."""
    return bool((yield sql(COMES, ref, day)))


def _alerts(sheet: Sheet, plans: Sequence[Plan], day: date, needed: bool) -> tuple[str, ...]:
    plan = plan_on(plans, day)
    names = ", ".join(ALLERGIES[key] for key in sheet.allergies if key in ALLERGIES)
    without = f"Allergie alimentaire sans PAI{' : pas de cantine' if needed else ''}"
    told = (
        f"PAI : {plan.instruction}" if plan else "",
        "Panier repas" if plan and plan.packed_meal else "",
        f"Allergies : {'. '.join(filter(None, (names, sheet.food)))}" if names or sheet.food else "",
        f"Médicaments à éviter : {sheet.drugs}" if sheet.drugs else "",
        f"Repas : {DIETS[sheet.diet].lower()}" if sheet.diet in DIETS else "",
        without if sheet.food_allergy and not plan else "",
    )
    return tuple(line for line in told if line)
