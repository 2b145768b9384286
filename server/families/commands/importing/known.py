"""What the portal knows of the people of a list, in a few reads however long it is."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from server.database import Row, Work, alone, marks, sql
from server.families.rules.importing import Person
from server.web.folding import fold

SOME = 2_000  # values of one `in (...)`


@dataclass(frozen=True)
class Known:
    """Two readings are equal when nothing of it changed between them."""

    families: dict[str, int]  # by number
    adults: tuple[dict[str, Any], ...]
    children: tuple[dict[str, Any], ...]  # born on one of the list's days, once for each home
    homes: dict[int, int]  # family: how many children
    schools: dict[str, int]  # by folded name
    taken: frozenset[str]  # e-mails of the list that have an account


FAMILIES = "select id, number from family where number in ({marks}) order by id"
ADULTS = """
select id, family_id, account_id, title, first_name, last_name, email, phone, holder from guardian
where family_id in ({marks}) order by id
"""
CHILDREN = """
select c.id, c.first_name, c.last_name, c.birth_date, c.site_id, c.grade, h.family_id from child c
join household_child h on h.child_id = c.id where c.birth_date in ({marks}) order by c.id, h.id
"""
HOMES = "select family_id, count(*) as n from household_child where family_id in ({marks}) group by family_id"
TAKEN = "select email from account where email in ({marks})"


def known_of(people: Sequence[Person], lock: bool = False) -> Work[Known]:
    """With `lock`, no second import writes meanwhile and none of these families changes hands before the end."""
    if lock:
        yield alone("import of families")
    numbers = sorted({person.file for person in people})
    rows = yield from _each(FAMILIES + (" for update" if lock else ""), numbers)
    families = {row["number"]: int(row["id"]) for row in rows}
    ids = sorted(families.values())
    adults = yield from _each(ADULTS, ids)
    born = sorted({date.fromisoformat(person.values["naissance"]) for person in people if person.child})
    children = yield from _each(CHILDREN, born)
    homes = yield from _each(HOMES, ids)
    schools = yield sql("select id, name from site where kind = 'school' order by id")
    taken = yield from _each(TAKEN, sorted({p.values["courriel"] for p in people if p.values["courriel"]}))
    return Known(
        families,
        tuple(dict(row) for row in adults),
        tuple(dict(row) for row in children),
        {row["family_id"]: int(row["n"]) for row in homes},
        {fold(row["name"]): row["id"] for row in schools},
        frozenset(row["email"] for row in taken),
    )


def _each(text: str, values: Sequence[Any]) -> Work[list[Row]]:
    """The rows of a statement with `{marks}`, some values at a time."""
    rows: list[Row] = []
    for some in parts(values, SOME):
        rows += yield sql(text.format(marks=marks(len(some))), *some)
    return rows


def parts(values: Sequence[Any], most: int) -> Iterator[Sequence[Any]]:
    """The values, `most` at a time."""
    starts: Iterable[int] = range(0, len(values), most)
    return (values[start : start + most] for start in starts)
