"""A parent declares that a child will not come, or takes it back: every booking of those days in one transaction."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import msgspec

from server.activities.queries import Catalogue, catalogue_of
from server.bookings.commands.telling import acknowledge, tell_families
from server.bookings.ledger import Ledger, Place, Want, load_ledger
from server.bookings.queries.absences import lines_from
from server.bookings.queries.deadlines import deadlines_of, terms_of
from server.bookings.rules.absence import Line, line_of, promise_of, reason_kept, undo_of
from server.bookings.rules.squares import Limits
from server.bookings.rules.states import HOLDS_A_PLACE, LABELS, UNDER_WAY
from server.bookings.rules.wishes import AWAY, NOT_ENROLLED
from server.database import Row, Work, marks, sql
from server.errors import NotFound
from server.families.rules import whose_day
from server.web.visitor import Visitor


@dataclass(frozen=True)
class Declaring:
    """What the form asks: which child, which days, and what its page had promised (rules/absence.py)."""

    ref: str  # drawn with the form: the same one twice is one absence
    child_ref: str
    first: date
    last: date
    promise: str


PICK = f"""
select c.id as child_id, b.session_id from child c
join household_child h on h.child_id = c.id and h.family_id = $1
left join (booking b join session s on s.id = b.session_id and s.day between $3 and $4)
  on b.child_id = c.id and b.family_id = $1 and b.state in ({marks(len(UNDER_WAY), 5)})
where c.ref = $2 order by b.session_id
"""
KNOWN = "select family_id from absence where ref = $1"
WRITE = f"""
insert into absence (ref, family_id, child_id, first_day, last_day, lines, declared_by, declared_at)
values ({marks(8)})
"""


def declare_absence(parent: Visitor, form: Declaring, now: datetime) -> Work[bool]:
    """Do what the page promised; False, and nothing done, when the promise does not hold any more.

    Nine statements however many bookings, one more when agents are asked, and one for each session whose freed place
    goes to its waiting list.
    Raises NotFound for a child of another household, or another family's absence.
    """
    family = parent.family_id or 0
    known = yield sql(KNOWN, form.ref)
    if known:
        if known[0]["family_id"] != family:
            raise NotFound
        return True
    picked = yield sql(PICK, family, form.child_ref, form.first, form.last, *sorted(UNDER_WAY))
    if not picked:
        raise NotFound
    catalogue = yield from catalogue_of(parent.catalogue_version)
    ledger = yield from _open(family, form.child_ref, [row["session_id"] for row in picked if row["session_id"]])
    found = list(_lines(ledger, family, catalogue, now))
    if not found or promise_of(line for _, line, _ in found) != form.promise:
        return bool(
            (yield sql(KNOWN, form.ref))
        )  # the same form, a moment earlier, while this one waited for the squares
    for place, line, limits in found:
        ledger.move(place, line.after, by=parent.account_id, action="absence", reason=reason_kept(line, limits))
    yield from _close(ledger, [line for _, line, _ in found], catalogue, now)
    lines = [replace(line, version=place.square.version) for place, line, _ in found]
    yield sql(
        WRITE, form.ref, family, picked[0]["child_id"], form.first, form.last, _json(lines), parent.account_id, now
    )
    return True


def _open(family: int, child_ref: str, sessions: Sequence[int]) -> Work[Ledger]:
    return (yield from load_ledger([Want(family, child_ref, session) for session in sessions]))


def _lines(ledger: Ledger, family: int, catalogue: Catalogue, now: datetime) -> Iterator[tuple[Place, Line, Limits]]:
    """What an absence makes of every loaded square that is this family's, in the order of the days."""
    places = [(key, place) for (_, key), place in ledger.wanted.items() if place.family_id == family]
    for key, place in sorted(places, key=lambda each: (each[1].starts_at, each[1].session_id)):
        rights, activity = ledger.rights[family, key], catalogue.on(place.activity_id, place.day)
        limits = deadlines_of(catalogue, activity, place.day, place.starts_at, rights.resident).limits
        line = line_of(
            place.session_id, place.day, activity.name, activity.price_cents, place.square, terms_of(activity),
            limits, activity.absence, now,
        )  # fmt: skip
        if line:
            yield place, line, limits


def _close(ledger: Ledger, lines: Sequence[Line], catalogue: Catalogue, now: datetime) -> Work[None]:
    """Give the freed places on, write, tell."""
    for line in lines:
        if line.before in HOLDS_A_PLACE and line.after not in HOLDS_A_PLACE:
            yield from ledger.promote(line.session_id, catalogue, now)
    yield from ledger.save(now)
    yield from tell_families(ledger.moves, catalogue, now)
    yield from acknowledge(ledger.moves, catalogue, now)


TAKEN = """
select a.id, a.family_id, a.lines, a.undone_at, c.ref as child_ref from absence a join child c on c.id = a.child_id
where a.ref = $1 and a.family_id = $2 for update
"""
UNDONE = "update absence set undone_at = $1, lines = $2 where id = $3"


def undo_absence(parent: Visitor, ref: str, now: datetime) -> Work[None]:
    """Take an absence back, square by square, as far as the rules allow; what became of each is kept in its words.

    Raises NotFound for another family's absence. Taken back twice, it changes nothing.
    """
    family = parent.family_id or 0
    rows = yield sql(TAKEN, ref, family)
    if not rows:
        raise NotFound
    if rows[0]["undone_at"] is not None:
        return
    catalogue = yield from catalogue_of(parent.catalogue_version)
    lines, row = lines_from(rows[0]["lines"]), rows[0]
    ledger = yield from _open(family, row["child_ref"], [line.session_id for line in lines if line.changes])
    told = [_taken_back(ledger, row, line, parent, catalogue, now) if line.changes else line for line in lines]
    yield from _close(ledger, [], catalogue, now)
    yield sql(UNDONE, now, _json(told), row["id"])


def _taken_back(ledger: Ledger, row: Row, line: Line, parent: Visitor, catalogue: Catalogue, now: datetime) -> Line:
    """One square moved back, or left as it is with the reason."""
    want = Want(row["family_id"], row["child_ref"], line.session_id)
    place = ledger.place(want.family_id, want.key)
    if place is None or place.family_id != want.family_id:
        return replace(line, words="Cette case n’est plus à vous.")
    rights, activity = ledger.rights[want.family_id, want.key], catalogue.on(place.activity_id, place.day)
    if whose_day(rights.custody, place.day) == "away":  # its days have changed homes since
        return replace(line, words=AWAY)
    if not rights.enrolled:
        return replace(line, words=NOT_ENROLLED)
    limits = deadlines_of(catalogue, activity, place.day, place.starts_at, rights.resident).limits
    session, by = ledger.sessions[line.session_id], parent.account_id
    verdict = undo_of(line, place.square, session, terms_of(activity), limits, by, now)
    if verdict.outcome != "applied":
        return replace(line, words=verdict.reason)
    ledger.move(place, verdict.state, by=by, action="absence_undone")
    position = f" n° {ledger.position(place)}" if verdict.state == "waiting" else ""
    return replace(line, words=f"{LABELS[verdict.state]}{position}", before=line.after, after=verdict.state)


def _json(lines: Sequence[Line]) -> str:
    return msgspec.json.encode(lines).decode()
