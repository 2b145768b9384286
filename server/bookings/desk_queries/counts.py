"""The figures of the agents' home page, and how much a closure would cancel."""

from dataclasses import dataclass
from datetime import date, datetime

from server.activities.queries import Catalogue, catalogue_of
from server.bookings.rules.decisions import CLOSED_BECOMES
from server.database import Row, Work, marks, sql


@dataclass(frozen=True)
class Expected:
    """One activity of today."""

    activity: str
    ref: str
    children: int
    taken: int
    capacity: int | None
    waiting: int
    closed_reason: str


@dataclass(frozen=True)
class Queue:
    """A session to come with its waiting list."""

    day: date
    activity: str
    ref: str
    waiting: int
    taken: int
    capacity: int | None


@dataclass(frozen=True)
class Tally:
    """What waits for agents, and who comes today."""

    requests: int
    cancellations: int
    oldest: datetime | None
    waiting: int
    queues: tuple[Queue, ...]  # the soonest
    today: tuple[Expected, ...]


MOST_QUEUES = 8

PENDING = """
select state, count(*) as n from booking where state in ('requested', 'cancel_requested') group by state
"""
OLDEST = """
select changed_at from booking where state in ('requested', 'cancel_requested') order by changed_at limit 1
"""
WAITING = """
select s.day, s.activity_id, s.capacity, s.taken, count(*) as n
from session s join booking b on b.session_id = s.id and b.state = 'waiting'
where s.day >= $1 group by s.id, s.day, s.activity_id, s.capacity, s.taken order by s.day, s.activity_id
"""
TODAY = """
select s.activity_id, s.capacity, s.taken, s.closed_reason,
       (select count(*) from booking b
        where b.session_id = s.id and b.state in ('booked', 'cancel_requested')) as coming,
       (select count(*) from booking b where b.session_id = s.id and b.state = 'waiting') as waiting
from session s where s.day = $1 order by s.starts_at, s.activity_id
"""


def tally_of(today: date, version: int) -> Work[Tally]:
    """The home page's figures: four statements."""
    catalogue = yield from catalogue_of(version)
    pending = {row["state"]: row["n"] for row in (yield sql(PENDING))}
    oldest = yield sql(OLDEST)
    waiting = yield sql(WAITING, today)
    sessions = yield sql(TODAY, today)
    return Tally(
        pending.get("requested", 0),
        pending.get("cancel_requested", 0),
        oldest[0]["changed_at"] if oldest else None,
        sum(row["n"] for row in waiting),
        tuple(_queue(row, catalogue) for row in waiting[:MOST_QUEUES]),
        tuple(_expected(row, catalogue) for row in sessions),
    )


def _queue(row: Row, catalogue: Catalogue) -> Queue:
    activity = catalogue.activities[row["activity_id"]]
    return Queue(row["day"], activity.name, activity.ref, row["n"], row["taken"], row["capacity"])


def _expected(row: Row, catalogue: Catalogue) -> Expected:
    activity = catalogue.activities[row["activity_id"]]
    return Expected(
        activity.name,
        activity.ref,
        row["coming"],
        row["taken"],
        row["capacity"],
        row["waiting"],
        row["closed_reason"] or "",
    )


@dataclass(frozen=True)
class Preview:
    """What a closure would do."""

    sessions: int
    already: int  # sessions closed before
    squares: int
    families: int


SESSIONS = """
select count(*) as n, count(closed_reason) as shut from session
where day between $1 and $2 and starts_at > $3{activity}
"""
SQUARES = """
select count(*) as n, count(distinct b.family_id) as families
from booking b join session s on s.id = b.session_id
where s.day between $1 and $2 and s.starts_at > $3{activity} and b.state in ({states})
"""


def preview_of(activity_id: int | None, first: date, last: date, now: datetime) -> Work[Preview]:
    """How many sessions, bookings and families closing these days would touch: two statements."""
    values: tuple[object, ...] = (first, last, now) if activity_id is None else (first, last, now, activity_id)
    only = "" if activity_id is None else " and activity_id = $4"
    sessions = (yield sql(SESSIONS.format(activity=only), *values))[0]
    states = tuple(CLOSED_BECOMES)
    text = SQUARES.format(activity=only, states=marks(len(states), len(values) + 1))
    squares = (yield sql(text, *values, *states))[0]
    return Preview(sessions["n"], sessions["shut"], squares["n"], squares["families"])


@dataclass(frozen=True)
class Closure:
    """A closure as the list shows it."""

    id: int
    activity: str  # empty: the whole town
    first: date
    last: date
    reason: str
    by: str


CLOSURES = """
select k.id, k.activity_id, k.first_day, k.last_day, k.reason, a.first_name, a.last_name
from closure k left join account a on a.id = k.created_by
where k.last_day >= $1 order by k.first_day, k.id
"""


def closures_from(day: date, version: int) -> Work[tuple[tuple[Closure, ...], Catalogue]]:
    """The closures that are not over on `day`, soonest first: one statement."""
    catalogue = yield from catalogue_of(version)
    rows = yield sql(CLOSURES, day)
    return tuple(_closure(row, catalogue) for row in rows), catalogue


def _closure(row: Row, catalogue: Catalogue) -> Closure:
    activity = "" if row["activity_id"] is None else catalogue.activities[row["activity_id"]].name
    by = " ".join(filter(None, (row["first_name"], row["last_name"])))
    return Closure(row["id"], activity, row["first_day"], row["last_day"], row["reason"], by)
