"""Enrolments when two files of one child become one, and when a child leaves a household."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from server.database import Row, Work, sql
from server.families.commands.leaving import Ending, Stay
from server.families.commands.merging import Part
from server.families.rules.merging import Finding, Pair
from server.web.visitor import Visitor

PART = "Inscriptions"
STRENGTH = ("accepted", "requested", "ended", "refused")  # of two answers to one enrolment, which one holds
ALL = """
select e.id, e.child_id, e.activity_id, e.family_id, e.first_day, e.last_day, e.unit, e.status, a.name as activity,
  f.name as family from enrolment e join activity a on a.id = e.activity_id join family f on f.id = e.family_id
where e.child_id in ($1, $2) order by a.position, e.id
"""
WIDEN = "update enrolment set first_day = $2, last_day = $3, unit = $4, status = $5 where id = $1"


@dataclass(frozen=True)
class Twice:
    """The same activity for the same household in both files, and what is made of it."""

    id: int
    other: int
    activity: str
    first_day: date
    last_day: date
    unit: str
    status: str


def _read(pair: Pair) -> Work[tuple[list[Row], list[Twice]]]:
    """What goes over as it is, and what both files have."""
    rows = yield sql(ALL, pair.kept, pair.gone)
    mine = {(row["activity_id"], row["family_id"]): row for row in rows if row["child_id"] == pair.kept}
    alone, twice = [], []
    for row in rows:
        if row["child_id"] == pair.gone:
            known = mine.get((row["activity_id"], row["family_id"]))
            if known is None:
                alone.append(row)
            else:
                twice.append(_one(known, row))
    return alone, twice


def _one(kept: Row, gone: Row) -> Twice:
    """The stronger answer; of two alike, the days of both and the menu of the file that stays."""
    best, other = sorted((kept, gone), key=lambda row: STRENGTH.index(row["status"]))
    first, last = best["first_day"], best["last_day"]
    if best["status"] == other["status"]:
        first, last = min(first, other["first_day"]), max(last, other["last_day"])
    unit = best["unit"] or other["unit"]
    return Twice(kept["id"], gone["id"], kept["activity"], first, last, unit, best["status"])


def _find(pair: Pair, now: datetime) -> Work[Sequence[Finding]]:
    alone, twice = yield from _read(pair)
    found = [Finding(PART, f"{row['activity']}, famille {row['family']}.") for row in alone]
    for one in twice:
        days = f"du {one.first_day:%d/%m/%Y} au {one.last_day:%d/%m/%Y}"
        menu = f", {one.unit}" if one.unit else ""
        text = f"{one.activity}\u00a0: inscrit deux fois par la même famille, une inscription reste ({days}{menu})."
        found.append(Finding(PART, text, "differs"))
    return found


def _move(pair: Pair, agent: Visitor, now: datetime) -> Work[None]:
    _, twice = yield from _read(pair)
    for one in twice:
        yield sql(WIDEN, one.id, one.first_day, one.last_day, one.unit, one.status)
        yield sql("delete from enrolment where id = $1", one.other)
    yield sql("update enrolment set child_id = $1 where child_id = $2", pair.kept, pair.gone)


ENROLMENTS = Part(frozenset({"enrolment"}), _find, _move)


MINE = "child_id = $1 and family_id = $2 and status in ('requested', 'accepted')"


def _look(stay: Stay, agent: Visitor, now: datetime) -> Work[Sequence[str]]:
    text = f"select a.name from enrolment e join activity a on a.id = e.activity_id where {MINE} order by a.position"
    names = [row["name"] for row in (yield sql(text, stay.child_id, stay.family_id))]
    return [f"Inscriptions terminées\u00a0: {', '.join(names)}."] if names else []


def _end(stay: Stay, agent: Visitor, now: datetime) -> Work[None]:
    yield sql(f"update enrolment set status = 'ended' where {MINE}", stay.child_id, stay.family_id)


ENROLMENTS_END = Ending(_look, _end)
