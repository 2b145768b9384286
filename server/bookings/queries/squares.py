"""Reads of squares: what a family sees of a range of days. Three statements whatever the number of squares."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

import msgspec

from server.activities.queries import Activity, Catalogue, catalogue_of
from server.bookings.queries.deadlines import Deadlines
from server.bookings.queries.offered import Offered, offered_under
from server.bookings.rules.squares import Session, Square, seen_by
from server.bookings.rules.states import UNDER_WAY
from server.database import Row, Rows, Work, cells, marks, sql
from server.families.queries.authority import held
from server.families.rules import Custody, custody_from, whose_day
from server.health.queries.gate import Watch, standings_of
from server.health.rules.gate import GOOD, Standing, bar


@dataclass(frozen=True)
class Child:
    """A child of the household, as the calendar shows them."""

    id: int
    ref: str
    first_name: str
    colour: int
    custody: Custody
    file_closed: bool = False  # the health file is not this reader's to open


class Slot(msgspec.Struct, frozen=True, gc=False):
    """One square with all that is known of it; a struct, because a month makes hundreds and a dataclass is slower."""

    key: str
    child: Child
    activity: Activity
    session_id: int
    day: date
    starts_at: datetime
    square: Square
    places: Session
    deadlines: Deadlines
    away: bool  # the other household's day, and nothing this one still holds: that it may give up
    theirs: bool  # the other household holds it: nothing more is told of it
    position: int  # on the waiting list, from 1; 0 when not waiting
    barred: str = ""  # why the child's file keeps this day closed, in words that tell nothing of it


UNTOUCHED = Square()
FREE: tuple[Square | None, int] = (UNTOUCHED, 0)


@dataclass(frozen=True)
class Span:
    """A family's squares over a range of days, in the order children × activities × days."""

    first: date
    last: date
    children: tuple[Child, ...]
    slots: tuple[Slot, ...]
    catalogue: Catalogue


FAMILY = """
select c.id, c.ref, c.first_name, c.colour, h.custody, f.resident, e.activity_id, e.first_day, e.last_day{closed}
from household_child h
join family f on f.id = h.family_id
join child c on c.id = h.child_id
left join enrolment e on e.child_id = c.id and e.family_id = h.family_id and e.status = 'accepted'
     and e.first_day <= $3 and e.last_day >= $2
where h.family_id = $1
order by c.birth_date, c.id
"""
CLOSED = f", not {held('c.id', '$1', '$4')} as file_closed"

SESSIONS = """
select id, activity_id, day, starts_at, capacity, taken, next_rank, closed_reason
from session where day between $1 and $2 and activity_id in ({marks}) order by day, activity_id
"""

# "cross join" has SQLite begin with the days: from the children it would read their bookings of all years.
BOOKINGS = """
select b.child_id, b.session_id, b.family_id, b.state, b.version, b.unit, b.rank, b.reason, b.changed_by,
       case when b.rank is null then 0 else
         (select count(*) from booking x where x.session_id = b.session_id and x.state = 'waiting' and x.rank <= b.rank)
       end as place
from session s cross join booking b
where s.day between $1 and $2 and b.session_id = s.id and b.child_id in ({marks})
"""


def span_of(
    family_id: int,
    first: date,
    last: date,
    version: int,
    child_ref: str = "",
    whole: bool = False,
    watch: Watch | None = None,
    reader: int = 0,
) -> Work[Span]:
    """The squares of `family_id` from `first` to `last`, both included; of one child when `child_ref` is given.

    What the other household of a child has asked for is not this one's to see; agents see the `whole`. One statement
    more where the town has a `watch` on the children's files; `reader` is the account that may follow them there.
    """
    catalogue = yield from catalogue_of(version)
    children, rows = yield from _household(family_id, first, last, 0 if watch is None else reader)
    enrolled = [row for row in rows if row["activity_id"] is not None and child_ref in ("", row["ref"])]
    offered = yield from _offered(catalogue, enrolled, first, last)
    known = sorted({row["id"] for row in enrolled}) if offered else []
    touched = yield from _touched(known, first, last, family_id, whole)
    standings = yield from standings_of(watch, known)
    ranks = {id_: n for n, id_ in enumerate(children)}
    enrolled.sort(key=lambda row: (ranks[row["id"]], catalogue.activities[row["activity_id"]].position))
    slots = tuple(
        slot
        for row in enrolled
        for slot in _slots(children[row["id"]], row, offered.get(row["activity_id"], ()), touched.get(row["id"], {}))
    )
    if standings:
        slots = tuple(_watched(slot, standings) for slot in slots)
    return Span(first, last, tuple(children.values()), slots, catalogue)


def _household(family_id: int, first: date, last: date, reader: int) -> Work[tuple[dict[int, Child], Rows]]:
    """The children by id, and a row for each enrolment; whether a file is closed to `reader` when there is one."""
    closed, readers = (CLOSED, (reader,)) if reader else ("", ())
    rows = yield sql(FAMILY.format(closed=closed), family_id, first, last, *readers)
    children: dict[int, Child] = {}
    for row in rows:
        if row["id"] not in children:
            children[row["id"]] = _child(row, bool(reader and row["file_closed"]))
    return children, rows


def _child(row: Row, closed: bool) -> Child:
    return Child(row["id"], row["ref"], row["first_name"], row["colour"], custody_from(row["custody"]), closed)


def _offered(catalogue: Catalogue, enrolled: Sequence[Row], first: date, last: date) -> Work[dict[int, list[Offered]]]:
    """The sessions of these enrolments by activity, in the order of their days."""
    found: dict[int, list[Offered]] = {}
    if enrolled:
        activities, resident = sorted({row["activity_id"] for row in enrolled}), enrolled[0]["resident"]
        for read in cells((yield sql(SESSIONS.format(marks=marks(len(activities), 3)), first, last, *activities))):
            session = offered_under(catalogue, read, resident)
            found.setdefault(session.activity.id, []).append(session)
    return found


Touched = dict[int, tuple[Square | None, int]]  # by session: the square (None: the other household's), its place


def _touched(children: Sequence[int], first: date, last: date, family: int, whole: bool) -> Work[dict[int, Touched]]:
    """What is written of these children's squares, child by child, as the household (or an agent) may know it."""
    found: dict[int, Touched] = {id_: {} for id_ in children}
    if not children:
        return found
    rows = yield sql(BOOKINGS.format(marks=marks(len(children), 3)), first, last, *children)
    for child_id, session_id, holder, state, version, unit, rank, reason, changed_by, place in cells(rows):
        written = _written(state, version, unit, rank, reason, changed_by)
        square = written if whole else seen_by(written, holder, family)
        found[child_id][session_id] = square, place if square is not None and square.rank is not None else 0
    return found


_written = lru_cache(maxsize=4_000)(Square)  # what a household has written differs in few words


def _slots(child: Child, enrolled: Row, offered: Sequence[Offered], touched: Touched) -> Iterable[Slot]:
    """The child's squares of one enrolment."""
    prefix, custody = f"{child.ref}.", child.custody
    shared, first, last = custody.shared, enrolled["first_day"], enrolled["last_day"]
    for session_id, day, starts_at, places, activity, deadlines in offered:
        if first <= day <= last:
            square, place = touched.get(session_id, FREE)
            away = shared and whose_day(custody, day) == "away" and (square or UNTOUCHED).state not in UNDER_WAY
            yield Slot(
                f"{prefix}{session_id}", child, activity, session_id, day, starts_at, square or UNTOUCHED, places,
                deadlines, away, square is None, place,
            )  # fmt: skip


def _watched(slot: Slot, standings: Mapping[int, Standing]) -> Slot:
    """The square, closed when the child's file says so."""
    barred = bar(standings.get(slot.child.id, GOOD), slot.day, slot.activity.kind == "canteen")
    return msgspec.structs.replace(slot, barred=barred) if barred else slot


def day_of_session(session_id: int) -> Work[date | None]:
    """The day of a session, or None."""
    rows = yield sql("select day from session where id = $1", session_id)
    return rows[0]["day"] if rows else None
