"""Squares: what a tap may do to one, and the reason when it may not. Values and `now` in, a decision out.

States and letters are those of G1's legend; the refusals are sentences a parent can act on.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

HOLDS_A_PLACE = frozenset({"requested", "to_pay", "booked", "cancel_requested"})
WISHED = HOLDS_A_PLACE - {"cancel_requested"} | {"waiting"}  # « booked » is already on its way or done
UNDER_WAY = HOLDS_A_PLACE | {"waiting"}  # asked for, whatever becomes of it
UNWISHED = frozenset({"free", "refused", "cancel_requested", "absent_excused", "absent_billed"})
GIVEN_UP = frozenset({"free", "refused"})  # nobody's any more

# Every move a square may make, whoever makes it. A test goes through it cell by cell.
MOVES: dict[str, frozenset[str]] = {
    "free": frozenset({"requested", "to_pay", "booked", "waiting", "cancel_requested"}),  # a verdict taken back
    "refused": frozenset({"requested", "to_pay", "booked", "waiting"}),
    "requested": frozenset({"booked", "refused", "free"}),
    "to_pay": frozenset({"booked", "free"}),
    "waiting": frozenset({"requested", "to_pay", "booked", "free", "refused"}),
    "booked": frozenset({"free", "requested", "cancel_requested", "absent_excused", "absent_billed"}),
    "cancel_requested": frozenset({"free", "booked", "absent_excused", "absent_billed"}),
    "absent_excused": frozenset({"booked", "absent_billed", "free"}),  # free: noted by mistake, nothing was booked
    "absent_billed": frozenset({"booked", "absent_excused", "free"}),
}

AWAY = "Ce jour est celui de l’autre foyer."
THEIRS = "L’autre foyer a déjà fait une demande pour ce jour."

LABELS = {
    "free": "Libre",
    "requested": "Demande en cours",
    "to_pay": "À payer",
    "booked": "Réservé",
    "cancel_requested": "Annulation demandée",
    "waiting": "Liste d’attente",
    "refused": "Refusé",
    "absent_excused": "Absence excusée",
    "absent_billed": "Absence facturée",
}


@dataclass(frozen=True)
class Terms:
    """How an activity takes bookings."""

    validation: str  # at_once | agent | on_payment
    cancel_validation: str  # at_once | agent
    late_cancel: str  # refused | billed
    waiting_list: bool


@dataclass(frozen=True)
class Limits:
    """The instants of one session, and the sentences the cutoff engine made with them."""

    opens_at: datetime | None
    book_until: datetime | None
    cancel_until: datetime | None
    starts_at: datetime
    opens_sentence: str = ""
    too_late_to_book: str = "Trop tard."
    too_late_to_cancel: str = "Trop tard."


@dataclass(frozen=True)
class Square:
    """One child × one session, as it stands."""

    state: str = "free"
    version: int = 0
    unit: str = ""
    rank: int | None = None
    reason: str = ""
    changed_by: int | None = None


def seen_by(square: Square, holder: int, family: int) -> Square | None:
    """What a household may know of a square that is one row for both homes of a child.

    Its own is seen whole. One the other household has given up is free, its words and menu unsaid. One the other
    household holds is None: neither to be read nor to be moved.
    """
    if holder == family:
        return square
    return None if square.state not in GIVEN_UP else Square("free", square.version, changed_by=square.changed_by)


@dataclass(frozen=True)
class Session:
    """The places of one session, as they stand."""

    capacity: int | None
    taken: int
    next_rank: int
    closed_reason: str | None = None

    @property
    def full(self) -> bool:
        """Whether no place is left."""
        return self.capacity is not None and self.taken >= self.capacity


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
    return Verdict("rejected", square.state, "full", "Complet : il n’y a plus de place ce jour-là.")


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


def standing(square: Square, session: Session, limits: Limits, waiting_list: bool, now: datetime) -> tuple[str, str]:
    """What a square shows before anybody taps it: its state, and the reason why a tap cannot help (or nothing).

    A free square of a full session shows "full" while one may join its waiting list.
    """
    if square.state in UNDER_WAY:
        return square.state, _locked(square, limits, now)
    if square.state in ("absent_excused", "absent_billed"):
        return square.state, square.reason or f"{LABELS[square.state]}."
    if session.closed_reason:
        return "closed", session.closed_reason
    if limits.opens_at is not None and now < limits.opens_at:
        return "closed", limits.opens_sentence
    if limits.book_until is not None and now >= limits.book_until:
        return "closed" if square.state == "free" else square.state, limits.too_late_to_book
    if square.state == "free" and session.full:
        return ("full", "") if waiting_list else ("closed", "Complet : il n’y a plus de place ce jour-là.")
    return square.state, ""


def _locked(square: Square, limits: Limits, now: datetime) -> str:
    """Why a booked square cannot be given back by a tap any more."""
    if now >= limits.starts_at:
        return "L’accueil a commencé ou est passé."
    late = square.state == "booked" and limits.cancel_until is not None and now >= limits.cancel_until
    return limits.too_late_to_cancel if late else ""


def first_state(terms: Terms) -> str:
    """The state of a square that has just got a place."""
    return {"at_once": "booked", "agent": "requested", "on_payment": "to_pay"}[terms.validation]


def moved(
    square: Square, state: str, by: int | None, rank: int | None = None, reason: str = "", unit: str = ""
) -> Square:
    """The square after a move. Raises ValueError for one the table does not allow."""
    if state not in MOVES[square.state] and state != square.state:
        raise ValueError(f"a square does not go from {square.state} to {state}")
    return replace(
        square,
        state=state,
        version=square.version + 1,
        rank=rank,
        reason=reason,
        unit=unit or square.unit,
        changed_by=by,
    )


def places_after(session: Session, before: str, after: str) -> Session:
    """The session's places once a square went from state `before` to `after`."""
    change = (after in HOLDS_A_PLACE) - (before in HOLDS_A_PLACE)
    rank = session.next_rank + (after == "waiting" and before != "waiting")
    return replace(session, taken=session.taken + change, next_rank=rank)


def may_promote(session: Session, limits: Limits, now: datetime) -> bool:
    """Whether the first of the waiting list gets the place that became free.

    As long as they could still cancel, so that nobody is handed a day they can no longer refuse; and as long as
    anybody may book, so that no newcomer passes those who wait.
    """
    if session.full or session.closed_reason:
        return False
    return now < max(limits.cancel_until or limits.starts_at, limits.book_until or limits.starts_at)
