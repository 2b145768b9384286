"""Agents' writes to squares: the verdicts of the inbox, and days booked or cancelled outside the rules.

Like taps they go through the ledger: sessions locked, squares looked at, moved, promoted, written and told at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from server.activities.queries import Catalogue, catalogue_of
from server.bookings.commands.telling import tell_families
from server.bookings.ledger import Ledger, Place, Rights, Want, load_ledger
from server.bookings.rules.decisions import decided, override_fault
from server.bookings.rules.states import HOLDS_A_PLACE, LABELS
from server.database import Row, Work, marks, sql
from server.errors import NotFound
from server.health.queries.gate import Watch, standings_of
from server.health.rules.gate import GOOD, unit_on
from server.web.visitor import Visitor

MOST_DECISIONS = 500


@dataclass(frozen=True)
class Stale:
    """A row that had changed since the agent's screen was drawn: what it is now, and who made it so."""

    booking_id: int
    child: str
    state: str
    by: str  # a colleague's name, or empty for the family


@dataclass(frozen=True)
class Outcome:
    """What became of the rows sent together."""

    verdict: str
    requests: int = 0
    cancellations: int = 0
    promoted: int = 0
    gone: int = 0
    stale: tuple[Stale, ...] = ()

    @property
    def done(self) -> int:
        """How many rows the verdict was applied to."""
        return self.requests + self.cancellations


# Any household of the child opens the square; the booking itself says whose it is.
PICKED = """
select b.id, c.ref as child_ref, b.session_id,
       (select min(h.family_id) from household_child h where h.child_id = b.child_id) as home
from booking b join child c on c.id = b.child_id where b.id in ({marks}) order by b.id
"""


def decide_requests(
    agent: Visitor, picks: Sequence[tuple[int, int]], verdict: str, reason: str, now: datetime
) -> Work[Outcome]:
    """The same verdict ("accept" or "refuse") on every picked (booking, version seen), in one transaction.

    Eight statements however many rows, one more when freed places go to waiting lists.
    Raises ValueError for a refusal without a reason.
    """
    if verdict == "refuse" and not reason:
        raise ValueError("a refusal needs a reason")
    seen = dict(picks)
    if not seen:
        return Outcome(verdict)
    catalogue = yield from catalogue_of(agent.catalogue_version)
    rows = yield sql(PICKED.format(marks=marks(len(seen))), *seen)
    wants = {row["id"]: Want(row["home"] or 0, row["child_ref"], row["session_id"]) for row in rows}
    ledger = yield from load_ledger(list(wants.values()))
    late = _move_all(ledger, wants, seen, verdict, reason, agent)
    done = list(ledger.moves)
    yield from ledger.promote_all({m.place.session_id for m in done if _frees(m.before, m.after)}, catalogue, now)
    yield from ledger.save(now)
    yield from tell_families(ledger.moves, catalogue, now)
    return Outcome(
        verdict,
        sum(move.before == "requested" for move in done),
        sum(move.before == "cancel_requested" for move in done),
        len(ledger.moves) - len(done),
        len(seen) - len(done) - len(late),
        (yield from _stale(late)),
    )


def _move_all(
    ledger: Ledger, wants: Mapping[int, Want], seen: Mapping[int, int], verdict: str, reason: str, agent: Visitor
) -> dict[int, Place]:
    """Move every square that is still as the agent saw it; the others are returned by booking."""
    late: dict[int, Place] = {}
    for booking_id, want in wants.items():
        place = ledger.place(want.family_id, want.key)
        if place is None:
            continue
        after = decided(place.square.state, verdict)
        if after is None or place.square.version != seen[booking_id]:
            late[booking_id] = place
        else:
            ledger.move(place, after, by=agent.account_id, action="decision", reason=reason)
    return late


def _stale(late: Mapping[int, Place]) -> Work[tuple[Stale, ...]]:
    """What came between, booking by booking, for the agent who comes second."""
    names = yield from _names_of({place.square.changed_by for place in late.values()})
    return tuple(
        Stale(id_, place.first_name, place.square.state, names.get(place.square.changed_by, ""))
        for id_, place in late.items()
    )


def _frees(before: str, after: str) -> bool:
    return before in HOLDS_A_PLACE and after not in HOLDS_A_PLACE


NAMES = "select id, first_name, last_name from account where kind = 'agent' and id in ({marks})"


def _names_of(accounts: set[int | None]) -> Work[dict[int | None, str]]:
    """The names of colleagues among `accounts`; families are never named here."""
    known = sorted(id_ for id_ in accounts if id_ is not None)
    rows: Sequence[Row] = (yield sql(NAMES.format(marks=marks(len(known))), *known)) if known else ()
    return {row["id"]: f"{row['first_name']} {row['last_name']}" for row in rows}


@dataclass(frozen=True)
class Overridden:
    """What became of one square: done, or why not in words."""

    outcome: str  # done | refused | conflict
    state: str
    text: str = ""


def override(
    agent: Visitor,
    family_id: int,
    child_ref: str,
    session_id: int,
    state: str,
    reason: str,
    expected_version: int,
    now: datetime,
    watch: Watch | None = None,
) -> Work[Overridden]:
    """Book, cancel or mark absent for a family, cutoffs and openings put aside; places and closures are not.

    An incomplete file is put aside too; the meal a PAI prescribes is not.
    Raises NotFound for a square that is not this family's, ValueError without a reason.
    """
    if not reason:
        raise ValueError("an override needs a reason")
    catalogue = yield from catalogue_of(agent.catalogue_version)
    want = Want(family_id, child_ref, session_id)
    ledger = yield from load_ledger([want])
    place = ledger.place(family_id, want.key)
    if place is None:
        raise NotFound
    rights = ledger.rights[family_id, want.key]
    refused = yield from _refused(ledger, place, rights.enrolled, state, expected_version, catalogue)
    if refused:
        return refused
    family = _payer(place, family_id)
    unit = (yield from _packed(place, catalogue, watch)) or _menu(place, family_id, rights)
    ledger.move(place, state, by=agent.account_id, action="override", family=family, reason=reason, unit=unit)
    yield from ledger.promote(session_id, catalogue, now)
    yield from ledger.save(now)
    yield from tell_families(ledger.moves, catalogue, now)
    return Overridden("done", state)


def _payer(place: Place, family_id: int) -> int:
    """Whoever books pays; what was asked for already stays its asker's (0: as it was)."""
    return family_id if place.square.state in ("free", "refused") else 0


def _packed(place: Place, catalogue: Catalogue, watch: Watch | None) -> Work[str]:
    """The packed meal a PAI prescribes that day, or nothing."""
    standings = yield from standings_of(watch, [place.child_id])
    canteen = catalogue.activities[place.activity_id].kind == "canteen"
    return unit_on(standings.get(place.child_id, GOOD), place.day, canteen)


def _menu(place: Place, family_id: int, rights: Rights) -> str:
    """The menu seen, else the child's usual one; of the other household's booking it stays as it is (empty)."""
    seen = place.seen_by(family_id)
    return seen.unit or rights.usual_unit if seen else ""


def _refused(
    ledger: Ledger, place: Place, enrolled: bool, state: str, expected_version: int, catalogue: Catalogue
) -> Work[Overridden | None]:
    """Why not, in words; None when nothing stands in the way."""
    before = place.square.state
    if place.square.version != expected_version:
        names = yield from _names_of({place.square.changed_by})
        return Overridden("conflict", before, changed_meanwhile(before, names.get(place.square.changed_by, "")))
    queue = catalogue.on(place.activity_id, place.day).waiting_list
    fault = override_fault(before, state, ledger.sessions[place.session_id], enrolled, queue)
    return Overridden("refused", before, fault) if fault else None


def changed_meanwhile(state: str, by: str) -> str:
    """The sentence for whoever came second."""
    return f"Modifié entre-temps par {by or 'la famille'} : « {LABELS[state]} ». Rien n’a été changé."
