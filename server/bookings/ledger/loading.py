"""Opening the ledger: lock the sessions in the order of their ids, then look at the squares."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from server.bookings.ledger.book import Ledger
from server.bookings.ledger.values import KnownTap, Place, Rights, Want, square_from
from server.bookings.rules.squares import Session
from server.database import Row, Work, flat, marks, sql, typed_values_marks
from server.families.rules import custody_from

LOCK = """
select id, activity_id, day, starts_at, capacity, taken, next_rank, closed_reason
from session where id in ({marks}) order by id for update
"""

SQUARES = """
with want (n, family_id, child_ref, session_id, tap_id, account_id, device, square) as (values {values})
select w.n, c.id as child_id, c.first_name, h.custody, f.resident, e.id as enrolment_id, e.first_day, e.last_day,
       e.unit as usual_unit, b.family_id, b.state, b.version, b.unit, b.rank, b.reason, b.changed_by,
       k.account_id as tap_account, k.digest as tap_digest, k.verdict as tap_verdict,
       (select max(t.seq) from tap t where t.device = w.device and t.square = w.square
         and t.account_id = w.account_id) as last_seq,
       (select count(*) from booking x where x.session_id = s.id and x.state = 'waiting') as waiting,
       (select count(*) from booking x where x.session_id = s.id and x.state = 'waiting' and x.rank < b.rank) as ahead
from want w
left join tap k on k.id = w.tap_id
left join child c on c.ref = w.child_ref
left join household_child h on h.child_id = c.id and h.family_id = w.family_id
left join family f on f.id = h.family_id
left join session s on s.id = w.session_id
left join enrolment e on e.child_id = c.id and e.activity_id = s.activity_id and e.family_id = w.family_id
     and e.status = 'accepted'
left join booking b on b.child_id = c.id and b.session_id = s.id
order by w.n
"""

JOINED = "select m.gone_ref, c.ref from child_merge m join child c on c.id = m.kept_id where m.gone_ref in ({marks})"


def load_ledger(wants: Sequence[Want], also_lock: Sequence[int] = ()) -> Work[Ledger]:
    """Lock the sessions, in the order of their ids, then look at the squares: two statements.

    Two more when somebody wants what no child is called any more.
    """
    ledger = Ledger()
    ids = sorted({want.session_id for want in wants} | set(also_lock))
    if ids:
        for row in (yield sql(LOCK.format(marks=marks(len(ids))), *ids)):
            ledger.rows[row["id"]] = row
            ledger.sessions[row["id"]] = Session(row["capacity"], row["taken"], row["next_rank"], row["closed_reason"])
            ledger.waiting[row["id"]] = 0
    for want, row in zip(wants, (yield from _found(wants)), strict=True):
        _enter(ledger, want, row)
    return ledger


def _found(wants: Sequence[Want]) -> Work[list[Row]]:
    """A row of SQUARES for each. A phone that was away while two files became one names the file that is gone."""
    rows = yield from _looked_at(wants)
    lost = [n for n, row in enumerate(rows) if row["child_id"] is None]
    refs = sorted({wants[n].child_ref for n in lost})
    if refs:
        joined = {row["gone_ref"]: row["ref"] for row in (yield sql(JOINED.format(marks=marks(len(refs))), *refs))}
        lost = [n for n in lost if wants[n].child_ref in joined]
        again = yield from _looked_at([replace(wants[n], child_ref=joined[wants[n].child_ref]) for n in lost])
        for n, row in zip(lost, again, strict=True):
            rows[n] = row
    return rows


def _looked_at(wants: Sequence[Want]) -> Work[list[Row]]:
    if not wants:
        return []
    values = flat((n, w.family_id, w.child_ref, w.session_id, w.tap_id, *w.author) for n, w in enumerate(wants))
    types = ("int", "int", "text", "int", "text", "int", "text", "text")
    return list((yield sql(SQUARES.format(values=typed_values_marks(len(wants), types)), *values)))


def _enter(ledger: Ledger, want: Want, row: Any) -> None:
    """One row of SQUARES into the ledger."""
    if row["tap_digest"] is not None:
        ledger.taps[want.tap_id] = KnownTap(row["tap_account"], row["tap_digest"], row["tap_verdict"])
    if row["last_seq"] is not None:
        ledger.last_seqs[want.author] = row["last_seq"]
    session = ledger.rows.get(want.session_id)
    if row["custody"] is None or session is None:
        return
    ledger.waiting[want.session_id] = row["waiting"]
    known = ledger.places.setdefault((row["child_id"], want.session_id), _place(want, row, session))
    ledger.wanted[want.family_id, want.key] = known
    ledger.rights[want.family_id, want.key] = _rights(row, session)


def _place(want: Want, row: Any, session: Any) -> Place:
    return Place(
        key=want.key,
        child_id=row["child_id"],
        first_name=row["first_name"],
        session_id=want.session_id,
        activity_id=session["activity_id"],
        day=session["day"],
        starts_at=session["starts_at"],
        family_id=row["family_id"] or want.family_id,
        square=square_from(row),
        ahead=row["ahead"] or 0,
    )


def _rights(row: Any, session: Any) -> Rights:
    enrolled = row["enrolment_id"] is not None and row["first_day"] <= session["day"] <= row["last_day"]
    return Rights(custody_from(row["custody"]), row["resident"], enrolled, row["usual_unit"] or "")
