"""Whom publishing would touch at this instant: squares that close or open, families concerned."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from server.bookings.desk_queries.rules.year import Year
from server.database import Row, Work, marks, sql
from server.families.rules import custody_from, whose_day


@dataclass(frozen=True)
class Touched:
    """What publishing at this instant does to squares families see now."""

    closing: int = 0  # free squares that can no longer be booked
    opening: int = 0  # free squares that can be booked again
    stuck: int = 0  # bookings that can no longer be cancelled in time
    loose: int = 0  # bookings that can be cancelled again
    families: int = 0


ENROLLED = """
select e.family_id, e.child_id, e.first_day, e.last_day, h.custody from enrolment e
join household_child h on h.child_id = e.child_id and h.family_id = e.family_id
where e.activity_id = $1 and e.status = 'accepted' and e.last_day >= $2 and e.first_day <= $3
"""
HELD = """
select child_id, family_id, count(*) as n from booking
where session_id in ({marks}) and state not in ('free', 'refused') group by child_id, family_id
"""
BOOKED = """
select family_id, count(*) as n from booking where session_id in ({marks}) and state = 'booked' group by family_id
"""
Days = Sequence[date]


def touched_by(year: Year, activity_id: int, now: datetime) -> Work[Touched]:
    """Squares and families touched at once: five statements at most, none when nothing is."""
    real = [each for each in year.plan if each.session.day in year.ids]
    closing = [each.session.day for each in real if each.old.is_open(now) and not each.new.is_open(now)]
    opening = [each.session.day for each in real if each.new.is_open(now) and not each.old.is_open(now)]
    stuck = [e.session.day for e in real if e.old.cancel.is_open(now) and not e.new.cancel.is_open(now)]
    loose = [e.session.day for e in real if e.new.cancel.is_open(now) and not e.old.cancel.is_open(now)]
    families: set[int] = set()
    closed = yield from _free(closing, year, activity_id, families)
    opened = yield from _free(opening, year, activity_id, families)
    held = yield from _booked(stuck, year, families)
    freed = yield from _booked(loose, year, families)
    return Touched(closed, opened, held, freed, len(families))


def _free(days: Days, year: Year, activity_id: int, families: set[int]) -> Work[int]:
    """The squares of these days nobody has asked for: those of each enrolment, less those held."""
    if not days:
        return 0
    ids = [year.ids[day] for day in days]
    enrolled = yield sql(ENROLLED, activity_id, days[0], days[-1])
    rows = yield sql(HELD.format(marks=marks(len(ids))), *ids)
    held = {(row["child_id"], row["family_id"]): row["n"] for row in rows}
    total = 0
    for row in enrolled:
        free = _mine(row, days) - held.get((row["child_id"], row["family_id"]), 0)
        if free > 0:
            total += free
            families.add(row["family_id"])
    return total


def _mine(enrolled: Row, days: Days) -> int:
    """How many of these days the enrolment covers, the other household's left out."""
    covered = days[bisect_left(days, enrolled["first_day"]) : bisect_right(days, enrolled["last_day"])]
    custody = custody_from(enrolled["custody"])
    return sum(whose_day(custody, day) != "away" for day in covered)


def _booked(days: Days, year: Year, families: set[int]) -> Work[int]:
    if not days:
        return 0
    ids = [year.ids[day] for day in days]
    rows = yield sql(BOOKED.format(marks=marks(len(ids))), *ids)
    families.update(row["family_id"] for row in rows)
    return sum(row["n"] for row in rows)
