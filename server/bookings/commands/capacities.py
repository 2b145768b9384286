"""The capacity of many sessions at once: an activity, from day to day, on some weekdays. Preview, then one command.

Nobody is ever put out: where more children come than the new number, the session keeps what is taken and no more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import msgspec

from server.activities.queries import Catalogue, catalogue_of
from server.bookings.commands.telling import tell_families
from server.bookings.ledger import load_ledger
from server.bookings.queries.deadlines import deadlines_of
from server.bookings.rules.squares import Session, may_promote
from server.database import Row, Work, flat, marks, sql, typed_values_marks, values_marks
from server.web.visitor import Visitor

MOST_SESSIONS = 400  # of one change: more than a school year of any activity


@dataclass(frozen=True)
class Resizing:
    """What to change: which activity's days, and how many places each shall have (None: no limit)."""

    activity_id: int
    first: date
    last: date
    weekdays: frozenset[int]  # 0 is Monday
    capacity: int | None

    def places(self, taken: int) -> int | None:
        """The capacity a session with `taken` places gets: never below what is taken."""
        return None if self.capacity is None else max(self.capacity, taken)


@dataclass(frozen=True)
class Resized:
    """What the change does, or would do."""

    sessions: int = 0  # of the range, not begun yet
    changed: int = 0  # whose capacity is not that number already
    promoted: int = 0  # children of waiting lists who get a place
    full: tuple[date, ...] = ()  # days that have more children than the number: nobody new, nobody put out


SESSIONS = """
select id, activity_id, day, starts_at, capacity, taken, next_rank, closed_reason from session
where activity_id = $1 and day between $2 and $3 and starts_at > $4 order by id
"""
WAITING = """
select session_id, count(*) as n from booking where state = 'waiting' and session_id in ({marks}) group by session_id
"""
CHANGE = """
with wish (id, capacity) as (values {values})
update session set capacity = wish.capacity from wish where session.id = wish.id
"""
NOTE = "insert into audit (at, actor_id, action, session_id, detail) values {values}"


def preview_capacities(wish: Resizing, version: int, now: datetime) -> Work[Resized]:
    """What `resize_sessions` would do: two statements."""
    catalogue = yield from catalogue_of(version)
    rows = yield from _sessions(wish, now)
    waiting = yield from _waiting([row["id"] for row in rows])
    promoted = sum(_room(row, wish, waiting.get(row["id"], 0), catalogue, now) for row in rows)
    return replace(_summed(rows, wish), promoted=promoted)


def resize_sessions(agent: Visitor, wish: Resizing, now: datetime) -> Work[Resized]:
    """Change them all in one transaction, calling the waiting lists in their order: ten statements at most."""
    catalogue = yield from catalogue_of(agent.catalogue_version)
    ids = [row["id"] for row in (yield from _sessions(wish, now))]
    ledger = yield from load_ledger([], also_lock=ids)
    rows = [ledger.rows[id_] for id_ in ids]  # as they stand now that nobody else can change them
    changed = [row for row in rows if row["capacity"] != wish.places(row["taken"])]
    if not changed:
        return _summed(rows, wish)
    waiting = yield from _waiting([row["id"] for row in changed])
    after = {row["id"]: wish.places(row["taken"]) for row in changed}
    yield sql(CHANGE.format(values=typed_values_marks(len(after), ("int", "int"))), *flat(after.items()))
    lines = [(now, agent.account_id, "capacity", row["id"], _detail(row, after[row["id"]])) for row in changed]
    yield sql(NOTE.format(values=values_marks(len(lines), 5)), *flat(lines))
    for id_, capacity in after.items():
        ledger.sessions[id_] = replace(ledger.sessions[id_], capacity=capacity)
        ledger.waiting[id_] = waiting.get(id_, 0)
    yield from ledger.promote_all(after, catalogue, now)
    yield from ledger.save(now)
    yield from tell_families(ledger.moves, catalogue, now)
    return replace(_summed(rows, wish), promoted=len(ledger.moves))


def _sessions(wish: Resizing, now: datetime) -> Work[list[Row]]:
    rows = yield sql(SESSIONS, wish.activity_id, wish.first, wish.last, now)
    return [row for row in rows if row["day"].weekday() in wish.weekdays][:MOST_SESSIONS]


def _waiting(ids: Sequence[int]) -> Work[Mapping[int, int]]:
    """How many wait for each session."""
    rows = (yield sql(WAITING.format(marks=marks(len(ids))), *ids)) if ids else ()
    return {row["session_id"]: row["n"] for row in rows}


def _summed(rows: Sequence[Row], wish: Resizing) -> Resized:
    changed = [row for row in rows if row["capacity"] != wish.places(row["taken"])]
    over = [row["day"] for row in rows if wish.capacity is not None and row["taken"] > wish.capacity]
    return Resized(len(rows), len(changed), 0, tuple(sorted(over)))


def _room(row: Row, wish: Resizing, waiting: int, catalogue: Catalogue, now: datetime) -> int:
    """How many of a session's waiting list the change takes in; none once they could no longer refuse."""
    capacity = wish.places(row["taken"])
    session = Session(capacity, row["taken"], row["next_rank"], row["closed_reason"])
    if not waiting or session.full or row["capacity"] == capacity:
        return 0
    activity = catalogue.on(row["activity_id"], row["day"])
    limits = deadlines_of(catalogue, activity, row["day"], row["starts_at"], resident=True).limits
    if not may_promote(session, limits, now):
        return 0
    return waiting if capacity is None else min(waiting, capacity - row["taken"])


def _detail(row: Row, after: int | None) -> str:
    return msgspec.json.encode({"from": row["capacity"], "to": after}).decode()
