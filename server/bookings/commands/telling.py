"""Whom to tell of a move: an event for each adult of the family, unless they made the move themselves.

A file of its own because taps, decisions of agents and closures all tell through it.
"""

from collections.abc import Sequence
from datetime import datetime

from server.activities.queries import Catalogue
from server.bookings.ledger import Move, Place
from server.database import Work, marks, sql
from server.notices.commands import Event, tell_all

ADULTS = "select family_id, account_id from guardian where account_id is not null and family_id in ({marks})"


def tell_families(moves: Sequence[Move], catalogue: Catalogue, now: datetime) -> Work[None]:
    """Write the events of these moves, in their own transaction: two statements, none when nobody need be told."""
    told = [(move, kind) for move in moves if (kind := kind_of(move))]
    if not told:
        return
    families = sorted({move.place.family_id for move, _ in told})
    adults = yield sql(ADULTS.format(marks=marks(len(families))), *families)
    yield from tell_all(
        [
            _event(move, kind, row["account_id"], catalogue)
            for move, kind in told
            for row in adults
            if row["family_id"] == move.place.family_id
        ],
        now,
    )


def tell_late_refusals(refused: Sequence[tuple[int, Place, str]], catalogue: Catalogue, now: datetime) -> Work[None]:
    """Refusals of taps that had waited for a network: to their own author, who may have put the phone away."""
    kind = "taps_refused_at_sync"
    events = [
        Event(
            account_id=account, kind=kind, bundle=kind, payload=_payload(place, catalogue, place.square.state, reason)
        )
        for account, place, reason in refused
    ]
    if events:
        yield from tell_all(events, now)


def acknowledge(moves: Sequence[Move], catalogue: Catalogue, now: datetime) -> Work[None]:
    """« Demande transmise »: to the parent whose tap now waits for an agent; one statement, none without such taps."""
    kind = "bookings_requested"
    events = [
        _event(move, kind, move.by, catalogue)
        for move in moves
        if move.by and move.action in OWN and move.after in ("requested", "cancel_requested")
    ]
    if events:
        yield from tell_all(events, now)


OWN = ("tap", "absence", "absence_undone")  # a parent's own moves: the verdict is on their screen


def kind_of(move: Move) -> str:
    """The kind of notice a move deserves; none for a parent's own tap, whose verdict is on their screen."""
    if move.action in OWN:
        return ""
    if move.action == "promoted":
        return "waiting_list_promoted"
    if move.action == "closed":
        return "day_closed"
    if move.action in ("override", "undone"):
        return "booked_by_agent"
    if move.before == "cancel_requested":
        return "cancellations_decided"
    return "bookings_refused" if move.after == "refused" else "bookings_validated"


def _event(move: Move, kind: str, account_id: int, catalogue: Catalogue) -> Event:
    payload = _payload(move.place, catalogue, move.after, move.reason)
    return Event(account_id=account_id, kind=kind, bundle=kind, payload=payload)


def _payload(place: Place, catalogue: Catalogue, state: str, reason: str) -> dict[str, object]:
    return {
        "child": place.first_name,
        "activity": catalogue.activities[place.activity_id].name,
        "day": place.day.isoformat(),
        "session": place.session_id,
        "state": state,
        "reason": reason,
    }
