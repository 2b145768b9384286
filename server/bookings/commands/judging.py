"""The verdict on one tap, given all that came before it in the ledger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import msgspec

from server.activities.queries import Catalogue
from server.bookings.ledger import KnownTap, Ledger, Place, Rights, Want
from server.bookings.queries.deadlines import deadlines_of, terms_of
from server.bookings.queries.verdicts import Told
from server.bookings.rules.squares import Limits, Square, Terms
from server.bookings.rules.states import LABELS, UNDER_WAY
from server.bookings.rules.taps import Tap
from server.bookings.rules.wishes import AWAY, NOT_ENROLLED, THEIRS, Verdict, Wish, decide
from server.database import Work
from server.families.rules import whose_day
from server.health.rules.gate import GOOD, Standing, bar, unit_on
from server.web.visitor import Visitor

NOT_YOURS = "Cette case n’existe pas ou n’est pas à vous."
NOT_BOOKED = "Non réservé"
REUSED = "Cet envoi porte un identifiant déjà utilisé pour autre chose."


@dataclass(frozen=True)
class TapRequest:
    """One tap and who sent it."""

    visitor: Visitor
    tap: Tap
    received_at: datetime  # the instant the tap is judged at, however long it then waits for its transaction

    @property
    def family_id(self) -> int:
        """The family the sender acts for; 0, which is nobody's, without one."""
        return self.visitor.family_id or 0

    @property
    def want(self) -> Want:
        """The square to load for it."""
        tap = self.tap
        return Want(self.family_id, tap.child_ref, tap.session_id, tap.id, tap.device, self.visitor.account_id)


def judge(
    request: TapRequest, ledger: Ledger, catalogue: Catalogue, grace: timedelta, standings: Mapping[int, Standing]
) -> Work[Told]:
    """The verdict on one tap given all that came before it, in this batch too."""
    tap, by = request.tap, request.visitor.account_id
    if (known := ledger.taps.get(tap.id)) is not None:
        return _repeated(known, tap, by)
    place = ledger.place(request.family_id, tap.square)
    if place is None:
        return _refusal(tap, "unknown", NOT_YOURS)
    rights = ledger.rights[request.family_id, tap.square]
    activity = catalogue.activities[place.activity_id]
    standing, canteen = standings.get(place.child_id, GOOD), activity.kind == "canteen"
    packed = unit_on(standing, place.day, canteen)
    square = place.seen_by(request.family_id)
    mine = square is not None and square.state in UNDER_WAY
    obstacle = _obstacle(rights, place.day, tap, (*activity.units, packed), mine)
    if tap.want == "booked":
        obstacle = obstacle or bar(standing, place.day, canteen)
    if square is None:
        return _refusal(tap, "obstacle", obstacle or THEIRS)
    if tap.seq <= ledger.last_seq(request.want.author):
        return _told(tap, place, square, Verdict("superseded", square.state, "superseded"), ledger)
    square = replace(square, unit=square.unit or rights.usual_unit)
    menu = packed or tap.unit if tap.want == "booked" else ""
    wish = Wish(tap.want, menu or square.unit, tap.seen, by, tap.tapped_at)
    terms, limits = _terms(place, rights, catalogue)
    session = ledger.sessions[place.session_id]
    verdict = decide(wish, square, session, terms, limits, request.received_at, obstacle, grace)
    if verdict.outcome == "applied" and (verdict.state, wish.unit) != (square.state, square.unit):
        yield from _apply(verdict, wish, request, place, ledger, catalogue)
        square = place.square
    return _told(tap, place, square, verdict, ledger)


def _apply(
    verdict: Verdict, wish: Wish, request: TapRequest, place: Place, ledger: Ledger, catalogue: Catalogue
) -> Work[None]:
    """Move the square, and let whoever waited have the place it may have freed."""
    family, words = request.family_id, _kept(verdict)
    ledger.move(place, verdict.state, by=wish.account, action="tap", family=family, reason=words, unit=wish.unit)
    yield from ledger.promote(place.session_id, catalogue, request.received_at)


def _terms(place: Place, rights: Rights, catalogue: Catalogue) -> tuple[Terms, Limits]:
    """How the activity takes bookings, and until when that day."""
    activity = catalogue.on(place.activity_id, place.day)
    limits = deadlines_of(catalogue, activity, place.day, place.starts_at, rights.resident).limits
    return terms_of(activity), limits


def _obstacle(rights: Rights, day: date, tap: Tap, units: Sequence[str], mine: bool) -> str:
    """Why this family may not touch this square, in words; empty when it may. Locked screens may show it: no name.

    `mine`: this family holds it, from before the days changed homes; nobody else could give it up.
    """
    if not rights.enrolled:
        return NOT_ENROLLED
    if whose_day(rights.custody, day) == "away" and not (tap.want == "free" and mine):
        return AWAY
    if tap.unit and tap.unit not in units:
        return "Ce menu n’est pas proposé."
    return ""


def _kept(verdict: Verdict) -> str:
    """The words that stay with the square: a late cancellation says that it is billed."""
    return verdict.reason if verdict.state in ("absent_billed", "refused") else ""


def _told(tap: Tap, place: Place, square: Square, verdict: Verdict, ledger: Ledger) -> Told:
    state = square.state
    position = ledger.position(place) if state == "waiting" else 0
    label = f"{LABELS[state]} n° {position}" if position else LABELS[state]
    if state == "free":  # « Libre » would answer another question than the parent's
        label = "Annulé" if verdict.outcome == "applied" else NOT_BOOKED
    return Told(
        tap.id, tap.square, verdict.outcome, state, verdict.code, label, verdict.reason, square.version, position
    )


def _refusal(tap: Tap, code: str, reason: str) -> Told:
    return Told(tap.id, tap.square, "rejected", "free", code, NOT_BOOKED, reason, 0)


def _repeated(known: KnownTap, tap: Tap, by: int) -> Told:
    """The stored words for the same tap; a refusal for an id that carried something else."""
    if known.digest != tap.digest or known.account_id != by:
        return _refusal(tap, "reused", REUSED)
    return msgspec.json.decode(known.verdict, type=Told)
