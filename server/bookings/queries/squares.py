"""Reads of squares: what a family sees of a range of days. Five statements whatever the number of squares."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

import msgspec

from server.activities.queries import Activity, Catalogue, catalogue_of
from server.bookings.queries.deadlines import Deadlines, deadlines_of
from server.bookings.rules.squares import Session, Square, seen_by
from server.database import Row, Work, marks, sql
from server.families.rules import Custody, custody_from, whose_day


@dataclass(frozen=True)
class Child:
    """A child of the household, as the calendar shows them."""

    id: int
    ref: str
    first_name: str
    colour: int
    custody: Custody


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
    away: bool  # the other household's day
    theirs: bool  # the other household holds it: nothing more is told of it
    position: int  # on the waiting list, from 1; 0 when not waiting


UNTOUCHED = Square()


@dataclass(frozen=True)
class Span:
    """A family's squares over a range of days, in the order children × activities × days."""

    first: date
    last: date
    children: tuple[Child, ...]
    slots: tuple[Slot, ...]
    catalogue: Catalogue


FAMILY = """
select c.id, c.ref, c.first_name, c.colour, h.custody, f.resident, e.activity_id, e.first_day, e.last_day
from household_child h
join family f on f.id = h.family_id
join child c on c.id = h.child_id
left join enrolment e on e.child_id = c.id and e.family_id = h.family_id and e.status = 'accepted'
     and e.first_day <= $3 and e.last_day >= $2
where h.family_id = $1
order by c.birth_date, c.id
"""

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
    family_id: int, first: date, last: date, version: int, child_ref: str = "", whole: bool = False
) -> Work[Span]:
    """The squares of `family_id` from `first` to `last`, both included; of one child when `child_ref` is given.

    What the other household of a child has asked for is not this one's to see; agents see the `whole`.
    """
    catalogue = yield from catalogue_of(version)
    rows = yield sql(FAMILY, family_id, first, last)
    children = {row["id"]: _child(row) for row in rows}
    enrolled = [row for row in rows if row["activity_id"] is not None and child_ref in ("", row["ref"])]
    offered = yield from _offered(catalogue, enrolled, first, last)
    booked = yield from _bookings(sorted({row["id"] for row in enrolled}) if offered else [], first, last)
    reader = 0 if whole else family_id
    ranks = {id_: n for n, id_ in enumerate(children)}
    enrolled.sort(key=lambda row: (ranks[row["id"]], catalogue.activities[row["activity_id"]].position))
    slots = tuple(slot for row in enrolled for slot in _slots(children[row["id"]], row, offered, booked, reader))
    return Span(first, last, tuple(children.values()), slots, catalogue)


class Offered(NamedTuple):
    """One session with all that is the same for every child of the family."""

    session_id: int
    day: date
    starts_at: datetime
    places: Session
    activity: Activity
    deadlines: Deadlines


def _offered(catalogue: Catalogue, enrolled: Sequence[Row], first: date, last: date) -> Work[dict[int, list[Offered]]]:
    """The sessions of these enrolments by activity, in the order of their days."""
    found: dict[int, list[Offered]] = {}
    if enrolled:
        activities, resident = sorted({row["activity_id"] for row in enrolled}), enrolled[0]["resident"]
        for row in (yield sql(SESSIONS.format(marks=marks(len(activities), 3)), first, last, *activities)):
            places = Session(row["capacity"], row["taken"], row["next_rank"], row["closed_reason"])
            day, starts_at = row["day"], row["starts_at"]
            activity = catalogue.on(row["activity_id"], day)
            limits = deadlines_of(catalogue, activity, day, starts_at, resident)
            found.setdefault(row["activity_id"], []).append(
                Offered(row["id"], day, starts_at, places, activity, limits)
            )
    return found


def _bookings(children: Sequence[int], first: date, last: date) -> Work[dict[tuple[int, int], Row]]:
    if not children:
        return {}
    rows = yield sql(BOOKINGS.format(marks=marks(len(children), 3)), first, last, *children)
    return {(row["child_id"], row["session_id"]): row for row in rows}


def _child(row: Row) -> Child:
    return Child(row["id"], row["ref"], row["first_name"], row["colour"], custody_from(row["custody"]))


def _slots(
    child: Child,
    enrolled: Row,
    offered: Mapping[int, Sequence[Offered]],
    booked: Mapping[tuple[int, int], Row],
    reader: int,
) -> Iterable[Slot]:
    """The child's squares of one enrolment."""
    id_, prefix, custody = child.id, f"{child.ref}.", child.custody
    first, last = enrolled["first_day"], enrolled["last_day"]
    for session_id, day, starts_at, places, activity, deadlines in offered.get(enrolled["activity_id"], ()):
        if first <= day <= last:
            row = booked.get((id_, session_id))
            square = _square(row, reader) if row else UNTOUCHED
            yield Slot(
                f"{prefix}{session_id}", child, activity, session_id, day, starts_at, square or UNTOUCHED, places,
                deadlines, custody.shared and whose_day(custody, day) == "away", square is None,
                row["place"] if row and square and square.rank is not None else 0,
            )  # fmt: skip


def _square(booked: Row, reader: int) -> Square | None:
    """The square as the household `reader` may know it; 0 reads everything."""
    square = Square(
        booked["state"], booked["version"], booked["unit"], booked["rank"], booked["reason"], booked["changed_by"]
    )
    return seen_by(square, booked["family_id"], reader or booked["family_id"])


def day_of_session(session_id: int) -> Work[date | None]:
    """The day of a session, or None."""
    rows = yield sql("select day from session where id = $1", session_id)
    return rows[0]["day"] if rows else None
