"""The capacity of one session, changed by an agent: raised, it calls the waiting list; below what is taken, refused."""

from dataclasses import dataclass, replace
from datetime import datetime

import msgspec

from server.activities.queries import catalogue_of
from server.bookings.commands.telling import tell_families
from server.bookings.ledger import load_ledger
from server.bookings.rules.decisions import capacity_fault
from server.database import Work, sql
from server.errors import NotFound
from server.web.visitor import Visitor

WAITING = "select count(*) as n from booking where session_id = $1 and state = 'waiting'"
CHANGE = "update session set capacity = $1 where id = $2"
NOTE = "insert into audit (at, actor_id, action, session_id, detail) values ($1, $2, 'capacity', $3, $4)"


@dataclass(frozen=True)
class Resized:
    """The session after it: how many of the waiting list got a place, or why nothing changed."""

    outcome: str  # done | refused | conflict
    promoted: int = 0
    text: str = ""


def change_capacity(
    agent: Visitor, session_id: int, capacity: int | None, seen: int | None, now: datetime
) -> Work[Resized]:
    """Set the places of a session; None means no limit, `seen` is what the agent's screen showed.

    Raises NotFound for a session that does not exist.
    """
    catalogue = yield from catalogue_of(agent.catalogue_version)
    ledger = yield from load_ledger([], also_lock=[session_id])
    session = ledger.sessions.get(session_id)
    if session is None:
        raise NotFound
    if session.capacity == capacity:
        return Resized("done")
    if session.capacity != seen:
        return Resized("conflict", text=f"Modifiée entre-temps : {_places(session.capacity)}. Rien n’a été changé.")
    if fault := capacity_fault(capacity, session.taken):
        return Resized("refused", text=fault)
    yield sql(CHANGE, capacity, session_id)
    detail = msgspec.json.encode({"from": session.capacity, "to": capacity}).decode()
    yield sql(NOTE, now, agent.account_id, session_id, detail)
    ledger.sessions[session_id] = replace(session, capacity=capacity)
    ledger.waiting[session_id] = (yield sql(WAITING, session_id))[0]["n"]
    yield from ledger.promote(session_id, catalogue, now)
    yield from ledger.save(now)
    yield from tell_families(ledger.moves, catalogue, now)
    return Resized("done", len(ledger.moves))


def _places(capacity: int | None) -> str:
    return "sans limite" if capacity is None else f"{capacity} places"
