"""A child's days change homes: what is booked on days that are the other home's now is given back, free of charge."""

from collections.abc import Sequence
from datetime import date, datetime

from server.activities.queries import catalogue_of
from server.bookings.commands.telling import tell_families
from server.bookings.ledger import Want, load_ledger
from server.bookings.rules.states import UNDER_WAY
from server.database import Work, marks, sql
from server.families.queries.custody import Held, losing
from server.families.rules import custody_from
from server.web.visitor import Visitor

HELD = """
select b.family_id, b.session_id, s.day, a.name as activity from booking b
join session s on s.id = b.session_id join activity a on a.id = s.activity_id
where b.child_id = $1 and s.day >= $2 and b.state in ({states}) order by s.day, a.position, a.id
"""
SESSIONS = """
select id from session where day >= $2 and starts_at > $3
and (activity_id in (select activity_id from enrolment where child_id = $1)
     or id in (select session_id from booking where child_id = $1)) order by id
"""
HOMES = "select h.family_id, h.custody, c.ref from household_child h join child c on c.id = h.child_id where c.id = $1"
WHY = "La garde a changé : ce jour est maintenant à l’autre foyer."


def held_from(child_id: int, since: date) -> Work[Sequence[Held]]:
    """What is asked for or booked for a child from that day on."""
    states = sorted(UNDER_WAY)
    rows = yield sql(HELD.format(states=marks(len(states), 3)), child_id, since, *states)
    return [Held(row["family_id"], row["session_id"], row["day"], row["activity"]) for row in rows]


def give_back_days(child_id: int, since: date, agent: Visitor, now: datetime) -> Work[None]:
    """Free the squares that fall on days of the other home; what has begun stays. The home that held them is told.

    Every session a tap may be about is locked first: one judged by the custody of before is written by then, and seen.
    """
    open_ = [row["id"] for row in (yield sql(SESSIONS, child_id, since, now))]
    yield from load_ledger([], also_lock=open_)
    homes = yield sql(HOMES, child_id)
    custodies = {row["family_id"]: custody_from(row["custody"]) for row in homes}
    lost = losing((yield from held_from(child_id, since)), custodies)
    if not lost:
        return
    catalogue = yield from catalogue_of(agent.catalogue_version)
    ledger = yield from load_ledger([Want(one.family_id, homes[0]["ref"], one.session_id) for one in lost])
    for one in lost:
        place = ledger.place(one.family_id, f"{homes[0]['ref']}.{one.session_id}")
        if place is not None and place.starts_at > now and place.family_id == one.family_id:
            ledger.move(place, "free", by=agent.account_id, action="override", reason=WHY)
    yield from ledger.promote_all({move.place.session_id for move in ledger.moves}, catalogue, now)
    yield from ledger.save(now)
    yield from tell_families(ledger.moves, catalogue, now)
