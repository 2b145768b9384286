"""The persons a household named for a child. The other household's are its own business."""

from server.database import Row, Work, sql
from server.health.rules.people import Person

PEOPLE = """
select name, link, phone, emergency from pickup_person where family_id = $1 and child_id = $2 order by position
"""
ANYBODYS = "select name, link, phone, emergency from pickup_person where child_id = $1 order by family_id, position"


def people_of(family_id: int, child_id: int) -> Work[tuple[Person, ...]]:
    """This household's own."""
    rows = yield sql(PEOPLE, family_id, child_id)
    return tuple(_person(row) for row in rows)


def all_people_of(child_id: int) -> Work[tuple[Person, ...]]:
    """Both households', for agents."""
    rows = yield sql(ANYBODYS, child_id)
    return tuple(_person(row) for row in rows)


def _person(row: Row) -> Person:
    return Person(row["name"], row["link"], row["phone"], bool(row["emergency"]))
