"""Whom to call for a child, in both households; for agents only."""

from dataclasses import dataclass

from server.database import Work, sql
from server.health.queries.people import all_people_of
from server.health.rules.people import Person

GUARDIANS = """
select g.first_name, g.last_name, g.phone, f.ref, f.name, f.number from household_child h
join family f on f.id = h.family_id join guardian g on g.family_id = f.id
where h.child_id = $1 order by f.id, g.holder desc, g.id
"""


@dataclass(frozen=True)
class Guardian:
    """An adult of one of the child's households."""

    name: str
    phone: str
    family_ref: str
    family: str
    number: str


@dataclass(frozen=True)
class Reach:
    """Everybody one may call, the guardians first."""

    guardians: tuple[Guardian, ...]
    people: tuple[Person, ...]


def reach_of(child_id: int) -> Work[Reach]:
    """Two statements."""
    rows = yield sql(GUARDIANS, child_id)
    guardians = tuple(
        Guardian(f"{row['first_name']} {row['last_name']}", row["phone"], row["ref"], row["name"], row["number"])
        for row in rows
    )
    people = yield from all_people_of(child_id)
    return Reach(guardians, tuple(sorted(people, key=lambda one: not one.emergency)))
