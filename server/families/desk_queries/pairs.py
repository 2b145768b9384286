"""Children of the town who may be one child entered twice: found by the rule that finds a child declared twice."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations, groupby

from server.database import Row, Work, marks, sql
from server.families.desk_queries.matching import alike
from server.web.folding import fold

MOST_ASKED = 1_000  # ids of one statement

BORN_TOGETHER = """
select c.id, c.ref, c.first_name, c.last_name, c.birth_date from child c
where exists (select 1 from child d where d.birth_date = c.birth_date and d.id <> c.id) order by c.birth_date, c.id
"""
HOMES = """
select h.child_id, f.id, f.name, f.number from household_child h join family f on f.id = h.family_id
where h.child_id in ({marks}) order by f.id
"""
APART = "select one_id, other_id from child_apart"


@dataclass(frozen=True)
class Side:
    """One of two children who may be the same."""

    ref: str
    name: str
    homes: tuple[str, ...]  # « Dupont, 100001 »


@dataclass(frozen=True)
class Likely:
    """Two children who may be one; `sure`: same day, same names. `one` was entered first."""

    one: Side
    other: Side
    birth_date: date
    sure: bool


def likely_pairs() -> Work[tuple[Likely, ...]]:
    """Every pair nobody has said to be two children, the sure ones first. Four statements and one more a thousand.

    Brothers and sisters born together share a home and a name: without a first name in common they are no pair.
    """
    rows = yield sql(BORN_TOGETHER)
    apart = {(row["one_id"], row["other_id"]) for row in (yield sql(APART))}
    found = [(one, other, same) for one, other, same in _pairs(rows) if (one["id"], other["id"]) not in apart]
    homes = yield from _homes(sorted({row["id"] for one, other, _ in found for row in (one, other)}))
    kept = [pair for pair in found if not _siblings(*pair, homes)]
    kept.sort(key=lambda pair: (pair[2] != "sure", fold(pair[0]["last_name"]), pair[0]["id"]))
    return tuple(
        Likely(_side(one, homes), _side(other, homes), one["birth_date"], same == "sure") for one, other, same in kept
    )


def _pairs(rows: Sequence[Row]) -> Iterable[tuple[Row, Row, str]]:
    for _, born in groupby(rows, key=lambda row: row["birth_date"]):
        for one, other in combinations(born, 2):
            same = alike(one, other)
            if same:
                yield one, other, same


Homes = Mapping[int, Sequence[Row]]


def _homes(ids: Sequence[int]) -> Work[Homes]:
    found: dict[int, list[Row]] = {}
    for start in range(0, len(ids), MOST_ASKED):
        some = ids[start : start + MOST_ASKED]
        for row in (yield sql(HOMES.format(marks=marks(len(some))), *some)):
            found.setdefault(row["child_id"], []).append(row)
    return found


def _siblings(one: Row, other: Row, same: str, homes: Homes) -> bool:
    """Twins: one home, one family name, two first names."""
    mine = {home["id"] for home in homes.get(one["id"], ())}
    return same == "last" and any(home["id"] in mine for home in homes.get(other["id"], ()))


def _side(row: Row, homes: Homes) -> Side:
    named = tuple(f"{home['name']}, {home['number']}" for home in homes.get(row["id"], ()))
    return Side(row["ref"], f"{row['first_name']} {row['last_name']}", named)
