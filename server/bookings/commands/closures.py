"""Days the town closes: sessions shut, every booking of theirs cancelled, families told, in one transaction.

Reopening lets families book again; what was cancelled stays cancelled.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import msgspec

from server.activities.commands import bump_version
from server.activities.queries import Catalogue, catalogue_of
from server.bookings.commands.telling import tell_families
from server.bookings.ledger import Want, load_ledger
from server.bookings.rules.decisions import CLOSED_BECOMES
from server.database import Row, Work, marks, sql
from server.errors import NotFound
from server.web.visitor import Visitor

TOGETHER = 500  # squares in one statement: both engines limit the values a statement may carry


@dataclass(frozen=True)
class Shutting:
    """What to close: one activity or (None) the whole town, from day to day, and why."""

    activity_id: int | None
    first: date
    last: date
    reason: str


@dataclass(frozen=True)
class Closed:
    """What the closure did."""

    sessions: int
    squares: int
    families: int


# A session that has begun is no longer to be closed: who came, came.
LOCK = """
select id, closed_reason from session
where day between $1 and $2 and starts_at > $3{activity} order by id for update
"""
SHUT = "update session set closed_reason = $1 where closed_reason is null and id in ({marks})"
CLOSURE = """
insert into closure (activity_id, first_day, last_day, reason, created_by, created_at)
values ($1, $2, $3, $4, $5, $6) returning id
"""
NOTE = "insert into audit (at, actor_id, action, detail) values ($1, $2, $3, $4)"
SQUARES = """
select c.ref as child_ref, b.session_id,
       (select min(h.family_id) from household_child h where h.child_id = b.child_id) as home
from booking b join child c on c.id = b.child_id
where b.session_id in ({sessions}) and b.state in ({states}) order by b.session_id, b.id
"""


def close_days(agent: Visitor, shutting: Shutting, now: datetime) -> Work[Closed]:
    """Close the days and cancel what was booked on them. Seven statements, and six for each 500 squares."""
    catalogue = yield from catalogue_of(agent.catalogue_version)
    rows = yield sql(LOCK.format(activity=_only(shutting, 4)), *_range(shutting, now))
    ids = [row["id"] for row in rows]
    yield from _write_closure(agent, shutting, now)
    if not ids:
        return Closed(0, 0, 0)
    yield sql(SHUT.format(marks=marks(len(ids), 2)), shutting.reason, *ids)
    states = tuple(CLOSED_BECOMES)
    text = SQUARES.format(sessions=marks(len(ids)), states=marks(len(states), len(ids) + 1))
    squares = yield sql(text, *ids, *states)
    families: set[int] = set()
    for start in range(0, len(squares), TOGETHER):
        families |= yield from _cancel(agent, squares[start : start + TOGETHER], shutting.reason, catalogue, now)
    return Closed(sum(row["closed_reason"] is None for row in rows), len(squares), len(families))


def _write_closure(agent: Visitor, shutting: Shutting, now: datetime) -> Work[None]:
    """The closure's row, the calendar's new version and the audit line."""
    rows = yield sql(
        CLOSURE, shutting.activity_id, shutting.first, shutting.last, shutting.reason, agent.account_id, now
    )
    yield from bump_version()
    detail = {
        "closure": rows[0]["id"],
        "activity": shutting.activity_id,
        "from": shutting.first.isoformat(),
        "to": shutting.last.isoformat(),
        "reason": shutting.reason,
    }
    yield sql(NOTE, now, agent.account_id, "closure", msgspec.json.encode(detail).decode())


def _cancel(agent: Visitor, squares: Sequence[Row], reason: str, catalogue: Catalogue, now: datetime) -> Work[set[int]]:
    """Cancel some squares of the closed sessions; the families concerned."""
    wants = [Want(row["home"] or 0, row["child_ref"], row["session_id"]) for row in squares]
    ledger = yield from load_ledger(wants)
    for want in wants:
        place = ledger.place(want.family_id, want.key)
        if place is not None:
            after = CLOSED_BECOMES[place.square.state]
            ledger.move(place, after, by=agent.account_id, action="closed", reason=reason)
    yield from ledger.save(now)
    yield from tell_families(ledger.moves, catalogue, now)
    return {move.place.family_id for move in ledger.moves}


def _only(shutting: Shutting, mark: int) -> str:
    return "" if shutting.activity_id is None else f" and activity_id = ${mark}"


def _range(shutting: Shutting, now: datetime) -> tuple[date | datetime | int, ...]:
    values = (shutting.first, shutting.last, now)
    return values if shutting.activity_id is None else (*values, shutting.activity_id)


FIND = "select id, activity_id, first_day, last_day, reason from closure where id = $1 for update"
OTHERS = """
select activity_id, first_day, last_day, reason from closure
where id <> $1 and first_day <= $3 and last_day >= $2 order by id
"""
SHUT_ONES = """
select id, activity_id, day from session
where day between $1 and $2 and starts_at > $3 and closed_reason = $4{activity} order by id for update
"""
OPEN = "update session set closed_reason = null where id in ({marks})"
RENAME = "update session set closed_reason = $1 where id in ({marks})"


def reopen(agent: Visitor, closure_id: int, today: date, now: datetime) -> Work[int]:
    """End a closure from now on; how many sessions can be booked again. Days that have passed stay closed.

    Raises NotFound for a closure that does not exist or is over.
    """
    found = yield sql(FIND, closure_id)
    if not found or found[0]["last_day"] < today:
        raise NotFound
    closure = found[0]
    shutting = Shutting(closure["activity_id"], max(closure["first_day"], today), closure["last_day"], "")
    sessions = yield sql(
        SHUT_ONES.format(activity=_only(shutting, 5)),
        shutting.first,
        shutting.last,
        now,
        closure["reason"],
        *((shutting.activity_id,) if shutting.activity_id is not None else ()),
    )
    others = yield sql(OTHERS, closure_id, shutting.first, shutting.last)
    freed = yield from _release(sessions, others)
    yield from _end(closure, today)
    yield from bump_version()
    detail = {
        "closure": closure_id,
        "activity": closure["activity_id"],
        "from": shutting.first.isoformat(),
        "to": shutting.last.isoformat(),
    }
    yield sql(NOTE, now, agent.account_id, "reopened", msgspec.json.encode(detail).decode())
    return freed


def _release(sessions: Sequence[Row], others: Sequence[Row]) -> Work[int]:
    """Open the sessions that no other closure holds shut; those it does take its reason."""
    held: dict[str, list[int]] = {}
    for session in sessions:
        reason = next((other["reason"] for other in others if _covers(other, session)), "")
        held.setdefault(reason, []).append(session["id"])
    free = held.pop("", [])
    if free:
        yield sql(OPEN.format(marks=marks(len(free))), *free)
    for reason, ids in held.items():
        yield sql(RENAME.format(marks=marks(len(ids), 2)), reason, *ids)
    return len(free)


def _covers(closure: Row, session: Row) -> bool:
    same = closure["activity_id"] in (None, session["activity_id"])
    return same and bool(closure["first_day"] <= session["day"] <= closure["last_day"])


def _end(closure: Row, today: date) -> Work[None]:
    """A closure that has not begun is forgotten; one under way ended yesterday."""
    if closure["first_day"] >= today:
        yield sql("delete from closure where id = $1", closure["id"])
    else:
        yield sql("update closure set last_day = $1 where id = $2", today - timedelta(days=1), closure["id"])
