"""Verdicts on all that answers to a filter at once, and a verdict just given taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from server.activities.queries import catalogue_of
from server.bookings.commands.decisions import MOST_DECISIONS, Outcome, decide_requests
from server.bookings.commands.telling import ADULTS, tell_families
from server.bookings.desk_queries.asked import Asked
from server.bookings.desk_queries.inbox import picks_of
from server.bookings.ledger import Ledger, Move, Want, load_ledger
from server.bookings.rules.decisions import undo_fault
from server.database import Row, Work, marks, sql
from server.web.visitor import Visitor

UNDO_WITHIN = timedelta(minutes=15)


def decide_filtered(
    agent: Visitor, asked: Asked, seen_at: datetime, verdict: str, reason: str, now: datetime
) -> Work[Outcome]:
    """The same verdict on all that answers to `asked` and was there at `seen_at`, when the agent's page was drawn.

    At most MOST_DECISIONS in one go, in the order of the list; what came later waits for its own verdict.
    """
    picks = yield from picks_of(asked, min(seen_at, now), MOST_DECISIONS, agent.catalogue_version)
    return (yield from decide_requests(agent, picks, verdict, reason, now))


@dataclass(frozen=True)
class Undone:
    """What became of a verdict taken back: how many wait again, and why the others do not."""

    back: int = 0
    told: bool = False  # somebody had been told already, and is told again
    faults: tuple[str, ...] = ()  # one for each square that stays as it was decided


DECIDED = """
select u.session_id, u.detail, c.ref as child_ref,
       (select min(h.family_id) from household_child h where h.child_id = c.id) as home
from audit u join child c on c.id = u.child_id
where u.actor_id = $1 and u.at = $2 and u.action = 'decision' order by u.id
"""
UNREAD = """
select id, account_id, payload from outbox where notice_id is null and due_at = $1
and kind in ('bookings_validated', 'bookings_refused', 'cancellations_decided')
"""
WITHDRAW = "delete from outbox where notice_id is null and id in ({marks}) returning account_id, payload"


def undo_decisions(agent: Visitor, decided_at: datetime, now: datetime) -> Work[Undone]:
    """Take back what this agent decided at that very instant, square by square, where the rules still allow it.

    A notice nobody has composed yet is withdrawn; the other families are told that their request waits again.
    """
    rows = yield sql(DECIDED, agent.account_id, decided_at)
    if not rows:
        return Undone()
    catalogue = yield from catalogue_of(agent.catalogue_version)
    ledger = yield from load_ledger([_want(row) for row in rows])
    late = now - decided_at > UNDO_WITHIN
    faults = [fault for row in rows if (fault := _take_back(ledger, row, agent, late))]
    yield from ledger.save(now)
    told = yield from _withdraw(ledger.moves, decided_at)
    yield from tell_families(told, catalogue, now)
    return Undone(len(ledger.moves), bool(told), tuple(faults))


def _want(row: Row) -> Want:
    return Want(row["home"] or 0, row["child_ref"], row["session_id"])


def _take_back(ledger: Ledger, row: Row, agent: Visitor, late: bool) -> str:
    """Move one square back, or say why not."""
    want, decided = _want(row), msgspec.json.decode(row["detail"])
    place = ledger.place(want.family_id, want.key)
    if place is None:
        return "enfant retiré du dossier depuis"
    changed = place.square.version != decided["version"] or place.square.changed_by != agent.account_id
    fault = undo_fault(decided["from"], decided["to"], ledger.sessions[place.session_id], changed, late)
    if not fault:
        ledger.move(place, decided["from"], by=agent.account_id, action="undone")
    return fault


Told = tuple[int, str, int]  # account, child's first name, session


def _withdraw(moves: Sequence[Move], decided_at: datetime) -> Work[list[Move]]:
    """Take the events of these moves out of the outbox; the moves some adult has been told of already."""
    families = sorted({move.place.family_id for move in moves})
    adults = (yield sql(ADULTS.format(marks=marks(len(families))), *families)) if families else ()
    tellings: dict[Told, Move] = {
        (row["account_id"], move.place.first_name, move.place.session_id): move
        for move in moves
        for row in adults
        if row["family_id"] == move.place.family_id
    }
    found = (yield sql(UNREAD, decided_at)) if tellings else ()
    ids = [row["id"] for row in found if _told_of(row) in tellings]
    gone = (yield sql(WITHDRAW.format(marks=marks(len(ids))), *ids)) if ids else ()
    still = tellings.keys() - {_told_of(row) for row in gone}
    return list({id(tellings[key]): tellings[key] for key in sorted(still)}.values())


def _told_of(row: Row) -> Told:
    payload = msgspec.json.decode(row["payload"])
    return row["account_id"], payload.get("child", ""), payload.get("session", 0)
