"""« Malade aujourd'hui »: what becomes of each booking of a child who will not come, and what stays to be paid.

One pure answer for the page that asks and for the command that does it: what was promised is what happens.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from server.bookings.rules.squares import Limits, Session, Square, Terms
from server.bookings.rules.states import UNDER_WAY
from server.bookings.rules.wishes import Verdict, Wish, decide
from server.french import NBSP, cents

MOST_DAYS = 14  # of one absence, and how far ahead it may begin
DECLARED = "Absence signalée par la famille."
CALL = "appelez la mairie"


@dataclass(frozen=True)
class Line:
    """One booking of the absent child: its state before and after, and what is said of it."""

    session_id: int
    day: date
    activity: str
    before: str
    after: str
    words: str
    due_cents: int = 0  # to be paid although the child does not come
    doubtful_cents: int = 0  # to be paid if the town hall refuses the cancellation
    final: bool = False  # the place cannot be booked again: its date is over
    version: int = 0  # of the square after it; 0 while it is only a promise

    @property
    def changes(self) -> bool:
        """Whether anything happens to the square."""
        return self.after != self.before


def line_of(
    session_id: int,
    day: date,
    activity: str,
    price_cents: int,
    square: Square,
    terms: Terms,
    limits: Limits,
    late: str,
    now: datetime,
) -> Line | None:
    """What an absence declared `now` makes of one square; None for one that asks for nothing.

    `late` is what the activity makes of an absence told too late to cancel: "billed" or "excused".
    """
    before = square.state
    if before not in UNDER_WAY:
        return None
    final = limits.book_until is not None and now >= limits.book_until
    if now >= limits.starts_at:
        becomes = _once_begun(before, price_cents)
    elif before == "booked":
        becomes = _of_a_booking(price_cents, terms, limits, late, now)
    else:
        becomes = _of_a_wish(before, price_cents)
    return Line(session_id, day, activity, before, becomes.state, becomes.words, becomes.due, becomes.doubtful, final)


class _Becomes(NamedTuple):
    """What a square becomes, what is said of it, and the cents to pay for certain or perhaps."""

    state: str
    words: str
    due: int = 0
    doubtful: int = 0


def _once_begun(before: str, price_cents: int) -> _Becomes:
    """Nothing changes any more."""
    held = before in ("booked", "cancel_requested")
    billed = f"reste facturé {cents(price_cents)}, {CALL} si besoin" if held else f"{CALL} si besoin"
    return _Becomes(before, f"l’accueil a commencé{NBSP}: {billed}", price_cents if held else 0)


def _of_a_wish(before: str, price_cents: int) -> _Becomes:
    """What is only asked for is taken back; a cancellation asked for goes on waiting for the town hall."""
    if before == "cancel_requested":
        words = f"annulation déjà demandée{NBSP}; {cents(price_cents)} si la mairie la refuse"
        return _Becomes(before, words, doubtful=price_cents)
    return _Becomes("free", "demande retirée, rien à payer")


def _of_a_booking(price_cents: int, terms: Terms, limits: Limits, late: str, now: datetime) -> _Becomes:
    """Cancelled while there is time, else noted as absent."""
    price = cents(price_cents)
    if limits.cancel_until is None or now < limits.cancel_until:
        if terms.cancel_validation == "at_once":
            return _Becomes("free", "annulé, rien à payer")
        asked = f"annulation demandée à la mairie{NBSP}; {price} si elle la refuse"
        return _Becomes("cancel_requested", asked, doubtful=price_cents)
    if late == "excused":
        return _Becomes("absent_excused", "trop tard pour annuler, absence excusée, rien à payer")
    return _Becomes("absent_billed", f"trop tard pour annuler, absence notée, facturée {price}", price_cents)


def reason_kept(line: Line, limits: Limits) -> str:
    """The words that stay with the square, for the parent and for the agents' list of the day."""
    return f"{DECLARED} {limits.too_late_to_cancel}." if line.after.startswith("absent") else ""


def promise_of(lines: Iterable[Line]) -> str:
    """Equal for equal consequences: what the parent has read is what may happen, else they are asked again."""
    said = "|".join(f"{each.session_id}:{each.after}:{each.due_cents}:{each.doubtful_cents}" for each in lines)
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def total_of(lines: Sequence[Line]) -> str:
    """What it costs in one sentence."""
    due, doubtful = sum(line.due_cents for line in lines), sum(line.doubtful_cents for line in lines)
    words = f"Il restera {cents(due)} à payer" if due else "Il n’y aura rien à payer"
    return f"{words}, et {cents(doubtful)} si la mairie refuse l’annulation." if doubtful else f"{words}."


def undo_of(
    line: Line, square: Square, session: Session, terms: Terms, limits: Limits, by: int, now: datetime
) -> Verdict:
    """The verdict on taking the absence back for one square: within the rules a tap would have.

    A noted absence is taken back until the start, the date to book notwithstanding: the place was never booked anew
    by anybody as long as the session is not full, and the day is on the bill or the list already.
    """
    if square.state != line.after or square.version != line.version:
        return Verdict("conflict", square.state, "conflict", "Modifié depuis par une autre personne ou la mairie.")
    if now >= limits.starts_at:
        return Verdict("rejected", square.state, "started", f"Trop tard{NBSP}: l’accueil a commencé, {CALL}.")
    if not square.state.startswith("absent"):
        return decide(Wish("booked", square.unit, square.version, by), square, session, terms, limits, now)
    if session.closed_reason:
        return Verdict("rejected", square.state, "closed", session.closed_reason)
    if session.full:
        return Verdict("rejected", square.state, "full", f"La place a été donnée entre-temps{NBSP}: {CALL}.")
    return Verdict("applied", "booked", "booked")
