"""Squares: one child × one session, what it shows before anybody taps, and what a move changes."""

from dataclasses import dataclass, replace
from datetime import datetime

from server.bookings.rules.states import GIVEN_UP, HOLDS_A_PLACE, LABELS, MOVES, UNDER_WAY

FULL = "Complet : il n’y a plus de place ce jour-là."


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
        return ("full", "") if waiting_list else ("closed", FULL)
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
