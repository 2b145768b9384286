"""A child leaves a household: what that household had booked for days to come is cancelled by the rules of each day."""

from collections.abc import Sequence
from datetime import datetime

from server.activities.queries import Catalogue, catalogue_of
from server.bookings.commands.telling import tell_families
from server.bookings.ledger import Want, load_ledger
from server.bookings.queries.deadlines import deadlines_of
from server.bookings.rules.states import UNDER_WAY
from server.database import Row, Work, marks, sql
from server.families.commands.leaving import Ending, Stay
from server.web.visitor import Visitor

WHY = "L’enfant ne fait plus partie de votre dossier."
COMING = f"""
select b.session_id, b.state, s.activity_id, s.day, s.starts_at, f.resident
from booking b join session s on s.id = b.session_id join family f on f.id = b.family_id
where b.child_id = $1 and b.family_id = $2 and s.starts_at > $3 and b.state in ({marks(len(UNDER_WAY), 4)})
order by b.session_id
"""

SESSIONS = """
select id from session where starts_at > $3
and (activity_id in (select activity_id from enrolment where child_id = $1 and family_id = $2)
     or id in (select session_id from booking where child_id = $1 and family_id = $2)) order by id
"""


def _coming(stay: Stay, now: datetime) -> Work[Sequence[Row]]:
    rows: Sequence[Row] = yield sql(COMING, stay.child_id, stay.family_id, now, *sorted(UNDER_WAY))
    return rows


def _after(state: str, row: Row, catalogue: Catalogue, now: datetime) -> str:
    """Free while it may still be cancelled, and for what was only asked for; else an absence that is billed."""
    activity = catalogue.on(row["activity_id"], row["day"])
    until = deadlines_of(catalogue, activity, row["day"], row["starts_at"], row["resident"]).limits.cancel_until
    late = until is not None and now >= until
    return "absent_billed" if late and state in ("booked", "cancel_requested") else "free"


def _look(stay: Stay, agent: Visitor, now: datetime) -> Work[Sequence[str]]:
    catalogue = yield from catalogue_of(agent.catalogue_version)
    found = [_after(row["state"], row, catalogue, now) for row in (yield from _coming(stay, now))]
    free, late = found.count("free"), found.count("absent_billed")
    told = []
    if free:
        told.append(f"Réservations et demandes à venir annulées\u00a0: {free}.")
    if late:
        told.append(f"Date limite d’annulation passée, comptées comme absences facturées\u00a0: {late}.")
    return told


def _end(stay: Stay, agent: Visitor, now: datetime) -> Work[None]:
    """Every session a tap of this household may be about is locked first: none slips in behind what is cancelled."""
    catalogue = yield from catalogue_of(agent.catalogue_version)
    open_ = [row["id"] for row in (yield sql(SESSIONS, stay.child_id, stay.family_id, now))]
    yield from load_ledger([], also_lock=open_)
    rows = {row["session_id"]: row for row in (yield from _coming(stay, now))}
    wants = [Want(stay.family_id, stay.child_ref, session) for session in rows]
    ledger = yield from load_ledger(wants)
    for want in wants:
        place = ledger.place(want.family_id, want.key)
        if place is not None and place.family_id == stay.family_id and place.square.state in UNDER_WAY:
            after = _after(place.square.state, rows[want.session_id], catalogue, now)
            ledger.move(place, after, by=agent.account_id, action="override", reason=WHY)
    yield from ledger.promote_all(rows, catalogue, now)
    yield from ledger.save(now)
    yield from tell_families(ledger.moves, catalogue, now)


BOOKINGS_END = Ending(_look, _end)
