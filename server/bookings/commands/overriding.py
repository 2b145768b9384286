"""An agent books, cancels or marks absent outside the rules: dates put aside, places and closures not."""

from dataclasses import dataclass
from datetime import datetime

from server.activities.queries import Catalogue, catalogue_of
from server.bookings.commands.decisions import changed_meanwhile, names_of
from server.bookings.commands.telling import tell_families
from server.bookings.ledger import Ledger, Place, Rights, Want, load_ledger
from server.bookings.rules.decisions import override_fault
from server.database import Work
from server.errors import NotFound
from server.health.queries.gate import Watch, standings_of
from server.health.rules.gate import GOOD, unit_on
from server.web.visitor import Visitor


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
        names = yield from names_of({place.square.changed_by})
        return Overridden("conflict", before, changed_meanwhile(before, names.get(place.square.changed_by, "")))
    queue = catalogue.on(place.activity_id, place.day).waiting_list
    fault = override_fault(before, state, ledger.sessions[place.session_id], enrolled, queue)
    return Overridden("refused", before, fault) if fault else None
