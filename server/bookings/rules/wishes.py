"""Wishes: what a tap asks of a square, and the verdict. Values and `now` in, a decision out.

The refusals are sentences a parent can act on.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from server.bookings.rules.squares import FULL, Limits, Session, Square, Terms, first_state
from server.bookings.rules.states import UNWISHED, WISHED

NOT_ENROLLED = "Pas d’inscription à cette activité ce jour-là."
AWAY = "Ce jour est celui de l’autre foyer."
THEIRS = "L’autre foyer a déjà fait une demande pour ce jour."


@dataclass(frozen=True)
class Wish:
    """What a tap asks: `want` is booked or free; `seen` the version it was made upon."""

    want: str
    unit: str
    seen: int
    account: int
    tapped_at: datetime | None = None


@dataclass(frozen=True)
class Verdict:
    """What becomes of a wish. `state` is the square's state after it."""

    outcome: str  # applied | rejected | conflict
    state: str
    code: str
    reason: str = ""


def decide(
    wish: Wish,
    square: Square,
    session: Session,
    terms: Terms,
    limits: Limits,
    now: datetime,
    obstacle: str = "",
    grace: timedelta = timedelta(0),
) -> Verdict:
    """The verdict on one wish.

    `obstacle` is a reason, in words, why this family may not touch the square at all (not enrolled, the other
    household's day). `grace` accepts a tap made before and received at most that long after the cutoff.
    """
    satisfied = square.state in (WISHED if wish.want == "booked" else UNWISHED)
    if satisfied and (wish.want == "free" or wish.unit == square.unit):
        return Verdict("applied", square.state, square.state, square.reason)
    if obstacle:
        return Verdict("rejected", square.state, "obstacle", obstacle)
    if not satisfied and square.version != wish.seen and square.changed_by not in (None, wish.account):
        return Verdict("conflict", square.state, "conflict", "Modifié entre-temps par une autre personne.")
    late = _on_time_by_grace(wish, now, grace)
    if wish.want == "booked":
        return _book(square, session, terms, limits, late)
    return _release(square, terms, limits, late)


@dataclass(frozen=True)
class _Moment:
    """When the wish counts as made, and whether grace was needed."""

    now: datetime
    tapped_at: datetime | None
    grace: timedelta

    def before(self, limit: datetime | None) -> str:
        """ "yes", "grace" or "" (too late). At the very instant it is too late."""
        if limit is None or self.now < limit:
            return "yes"
        in_time = self.tapped_at is not None and self.tapped_at < limit
        return "grace" if in_time and self.now < limit + self.grace else ""


def _on_time_by_grace(wish: Wish, now: datetime, grace: timedelta) -> _Moment:
    return _Moment(now, wish.tapped_at, grace)


def _book(square: Square, session: Session, terms: Terms, limits: Limits, moment: _Moment) -> Verdict:
    if square.state == "cancel_requested":  # the place is still held: the parent changes their mind
        return Verdict("applied", "booked", "booked")
    if square.state in ("absent_excused", "absent_billed"):
        return Verdict("rejected", square.state, "absent", ABSENCE)
    if session.closed_reason:
        return Verdict("rejected", square.state, "closed", session.closed_reason)
    if limits.opens_at is not None and moment.now < limits.opens_at:
        return Verdict("rejected", square.state, "not_open", limits.opens_sentence)
    on_time = moment.before(limits.book_until)
    if not on_time:
        return Verdict("rejected", square.state, "cutoff", limits.too_late_to_book)
    note = GRACE_USED if on_time == "grace" else ""
    if square.state in WISHED:  # only the menu changes
        return Verdict("applied", square.state, square.state, note)
    if not session.full:
        state = first_state(terms)
        return Verdict("applied", state, state, note)
    if terms.waiting_list:
        return Verdict("applied", "waiting", "waiting", note)
    return Verdict("rejected", square.state, "full", FULL)


def _release(square: Square, terms: Terms, limits: Limits, moment: _Moment) -> Verdict:
    if not moment.before(limits.starts_at):
        return Verdict("rejected", square.state, "started", "Trop tard : l’accueil a déjà commencé.")
    if square.state != "booked":  # nothing was promised yet: a request is withdrawn until the last minute
        return Verdict("applied", "free", "free")
    on_time = moment.before(limits.cancel_until)
    if on_time:
        note = GRACE_USED if on_time == "grace" else ""
        state = "free" if terms.cancel_validation == "at_once" else "cancel_requested"
        return Verdict("applied", state, state, note)
    if terms.late_cancel == "billed":
        return Verdict(
            "applied", "absent_billed", "absent_billed", f"{limits.too_late_to_cancel}. L’absence sera facturée."
        )
    return Verdict("rejected", square.state, "cutoff", limits.too_late_to_cancel)


ABSENCE = "Une absence est déjà notée ce jour-là : appelez la mairie pour la changer."
GRACE_USED = "Reçu après la date limite, accepté car touché avant."
