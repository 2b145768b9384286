"""A child of the town who was entered twice, in two homes, for the agents to find and to join."""

import secrets
from collections.abc import Mapping, Sequence

from server.database import Work, sql
from server.demo.people import Household
from server.families.finding import index_families

HOMES = (12, 22)  # whose child it is first, and who entered it again
CHILD = """
insert into child (ref, first_name, last_name, birth_date, colour, grade) values ($1, $2, $3, $4, $5, $6) returning id
"""


def write_twice(homes: Sequence[Household], ids: Mapping[str, int]) -> Work[None]:
    """The eldest of one home once more in another one, under its second family name too."""
    if len(homes) <= max(HOMES):
        return
    first, second = (homes[place] for place in HOMES)
    kid, family = first.kids[0], ids[second.ref]
    name = f"{kid.last_name}-{second.name}"
    rows = yield sql(CHILD, secrets.token_urlsafe(16), kid.first_name, name, kid.birth_date, kid.colour, kid.grade)
    yield sql("insert into household_child (family_id, child_id) values ($1, $2)", family, rows[0]["id"])
    yield from index_families([family])
