"""Writing the ledger: sessions, squares and the audit trail of what moved, each in one statement."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from server.bookings.ledger.values import Move, Place
from server.bookings.rules.squares import Session
from server.database import Work, flat, sql, typed_values_marks, values_marks

PLACES = """
with changed (id, taken, next_rank) as (values {values})
update session set taken = changed.taken, next_rank = changed.next_rank from changed where session.id = changed.id
"""

KEEP = """
insert into booking (child_id, session_id, family_id, state, version, unit, rank, reason, changed_by, changed_at)
values {values}
on conflict (child_id, session_id) do update set
  family_id = excluded.family_id, state = excluded.state, version = excluded.version, unit = excluded.unit,
  rank = excluded.rank, reason = excluded.reason, changed_by = excluded.changed_by, changed_at = excluded.changed_at
"""

AUDIT = "insert into audit (at, actor_id, action, child_id, session_id, detail, family_id) values {values}"


def save_moves(moves: Sequence[Move], sessions: Mapping[int, Session], now: datetime) -> Work[None]:
    """Write the moves; `sessions` are the places of those they touched, by id."""
    counts = typed_values_marks(len(sessions), ("int", "int", "int"))
    yield sql(PLACES.format(values=counts), *_session_values(sessions))
    squares = {(move.place.child_id, move.place.session_id): move.place for move in moves}
    rows = [_booking_values(place, now) for place in squares.values()]
    yield sql(KEEP.format(values=values_marks(len(rows), 10)), *flat(rows))
    lines = [_audit_values(move, now) for move in moves]
    yield sql(AUDIT.format(values=values_marks(len(lines), 7)), *flat(lines))


def _session_values(sessions: Mapping[int, Session]) -> tuple[Any, ...]:
    return flat((id_, session.taken, session.next_rank) for id_, session in sorted(sessions.items()))


def _booking_values(place: Place, now: datetime) -> tuple[Any, ...]:
    square = place.square
    return (
        place.child_id, place.session_id, place.family_id, square.state, square.version, square.unit,
        square.rank, square.reason, square.changed_by, now,
    )  # fmt: skip


def _audit_values(move: Move, now: datetime) -> tuple[Any, ...]:
    detail = {"from": move.before, "to": move.after, "version": move.version}
    if move.reason:
        detail["reason"] = move.reason
    text = msgspec.json.encode(detail).decode()
    return now, move.by, move.action, move.place.child_id, move.place.session_id, text, move.family_id
