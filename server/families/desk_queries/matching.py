"""A child somebody declares may be known already: who was born that day under one of these names. For agents only."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from server.database import Row, Work, sql
from server.web.folding import fold


@dataclass(frozen=True)
class Match:
    """A child of the town who may be the one that is declared; `sure`: same day, same names."""

    child_id: int
    ref: str
    name: str
    birth_date: date
    families: tuple[tuple[int, str, str], ...]  # (id, ref, « Dupont, 100001 »)
    sure: bool


BORN = """
select c.id, c.ref, c.first_name, c.last_name, c.birth_date, f.id as family_id, f.ref as family_ref, f.name, f.number
from child c left join household_child h on h.child_id = c.id left join family f on f.id = h.family_id
where c.birth_date = $1 order by c.id, f.id
"""


def possible_matches(birth_date: date, first_name: str, last_name: str) -> Work[tuple[Match, ...]]:
    """Children born that day who bear one of these names, accents and capitals folded; the sure ones first.

    For agents only: a parent is never told that a child is known in another household.
    """
    rows = yield sql(BORN, birth_date)
    first, last = _words(first_name), _words(last_name)
    homes: dict[int, list[tuple[int, str, str]]] = {}
    for row in rows:
        if row["family_id"] is not None:
            home = (row["family_id"], row["family_ref"], f"{row['name']}, {row['number']}")
            homes.setdefault(row["id"], []).append(home)
    found = {row["id"]: _match(row, first, last, homes.get(row["id"], [])) for row in rows}
    return tuple(sorted((match for match in found.values() if match), key=lambda match: not match.sure))


def _match(row: Row, first: set[str], last: set[str], homes: list[tuple[int, str, str]]) -> Match | None:
    same = _same(first, last, row)
    if not same:
        return None
    name = f"{row['first_name']} {row['last_name']}"
    return Match(row["id"], row["ref"], name, row["birth_date"], tuple(homes), same == "sure")


Same = Literal["", "first", "last", "sure"]


def alike(one: Row, other: Row) -> Same:
    """Which names two children born the same day have in common."""
    return _same(_words(one["first_name"]), _words(one["last_name"]), other)


def _same(first: set[str], last: set[str], row: Row) -> Same:
    """Any first name in common, or any part of a family name: « Zoé Moreau » may be « Zoé Moreau-Lefèvre »."""
    same_first, same_last = first & _words(row["first_name"]), last & _words(row["last_name"])
    if same_first and same_last:
        return "sure"
    return "first" if same_first else "last" if same_last else ""


def _words(name: str) -> set[str]:
    return set(fold(name).split())
