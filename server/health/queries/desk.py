"""Lists for agents: children whose file lacks something, PAI to establish, PAI that end; no health value among them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from server.database import Row, Work, marks, sql
from server.health.queries.gate import FILES, Gate, standing_of
from server.health.rules.gate import Standing
from server.health.rules.plans import open_request
from server.web.folding import fold

KINDS = {"incomplets": "Dossiers incomplets", "pai": "PAI à établir", "echeances": "PAI qui se terminent"}
ENDING = timedelta(days=45)
SIZE = 50

CHILDREN = """
select distinct c.id, c.ref, c.first_name, c.last_name, c.sort_name, c.grade, s.name as school
from household_child h join child c on c.id = h.child_id left join site s on s.id = c.site_id
order by c.sort_name, c.id
"""
PLANNED = "select child_id, sheet, vaccines, plans, admission from health_record where plans <> ''"
BATCH = 500  # engines count their marks


@dataclass(frozen=True)
class Line:
    """A child on a list."""

    id: int
    ref: str
    name: str
    grade: str
    school: str
    standing: Standing


@dataclass(frozen=True)
class Lists:
    """One page of one list, and how long each list is."""

    kind: str
    lines: tuple[Line, ...]
    counts: dict[str, int]
    page: int

    @property
    def further(self) -> bool:
        """Whether there are more."""
        return self.counts[self.kind] > self.page * SIZE


def lists_of(gate: Gate, kind: str, text: str, page: int, today: date) -> Work[Lists]:
    """The children of one list whose name contains every word of `text`, by name."""
    rows = [row for row in (yield sql(CHILDREN)) if _named(row, text)]
    standings = yield from _standings(gate, [row["id"] for row in rows], today)
    lines = [_line(row, standings[row["id"]]) for row in rows]
    among = {each: [line for line in lines if _belongs(each, line.standing, today)] for each in KINDS}
    shown = among[kind][(page - 1) * SIZE : page * SIZE]
    return Lists(kind, tuple(shown), {each: len(found) for each, found in among.items()}, page)


def plans_waiting(gate: Gate, today: date) -> Work[int]:
    """How many PAI nobody has answered."""
    rows: Sequence[Row] = yield sql(PLANNED)
    return sum(
        open_request(standing_of(gate, {**dict(row), "birth_date": today, "answered": 0, "people": 0}, today).plans)
        is not None
        for row in rows
    )


def _named(row: Row, text: str) -> bool:
    name = row["sort_name"] or fold(f"{row['last_name']} {row['first_name']}")
    return all(word in name for word in fold(text).split())


def _standings(gate: Gate, ids: Sequence[int], today: date) -> Work[dict[int, Standing]]:
    """Where each file stands, whatever the town closes for it."""
    strict = replace(gate, choices=replace(gate.choices, gates_booking=True))
    kinds = gate.choices.permissions or ("",)
    found: dict[int, Standing] = {}
    for start in range(0, len(ids), BATCH):
        some = ids[start : start + BATCH]
        text = FILES.format(kinds=marks(len(kinds)), children=marks(len(some), len(kinds) + 1))
        for row in (yield sql(text, *kinds, *some)):
            found[row["child_id"]] = standing_of(strict, row, today)
    return found


def _belongs(kind: str, standing: Standing, today: date) -> bool:
    if kind == "incomplets":
        return bool(standing.missing) or not standing.readable
    if kind == "pai":
        return open_request(standing.plans) is not None
    last = [plan.last_day for plan in standing.plans if plan.state == "established" and plan.last_day]
    return bool(last) and max(last) <= today + ENDING


def _line(row: Row, standing: Standing) -> Line:
    name = f"{row['last_name']} {row['first_name']}"
    return Line(row["id"], row["ref"], name, row["grade"], row["school"] or "", standing)
