"""Reads of enrolments: which child may come to what, from when to when."""

from dataclasses import dataclass
from datetime import date

from server.database import Work, sql


@dataclass(frozen=True)
class Enrolment:
    """One child in one activity, paid by one household."""

    child_id: int
    activity_id: int
    activity: str
    first_day: date
    last_day: date
    unit: str
    status: str  # requested | accepted | refused | ended


ENROLMENTS = """
select e.child_id, e.activity_id, a.name as activity, e.first_day, e.last_day, e.unit, e.status
from enrolment e join activity a on a.id = e.activity_id
where e.family_id = $1 and e.status <> 'ended' and e.last_day >= $2 order by a.position, a.id
"""


def enrolments_of(family_id: int, today: date) -> Work[dict[int, list[Enrolment]]]:
    """The household's own enrolments that are not over, by child. The other household's are its own business."""
    found: dict[int, list[Enrolment]] = {}
    for row in (yield sql(ENROLMENTS, family_id, today)):
        found.setdefault(row["child_id"], []).append(Enrolment(**dict(row)))
    return found
