"""An absence, square by square: what is cancelled, what is billed, and the words that say so beforehand."""

from datetime import UTC, date, datetime, timedelta

import pytest

from server.bookings.rules.absence import DECLARED, Line, line_of, promise_of, reason_kept, total_of, undo_of
from server.bookings.rules.squares import Limits, Session, Square, Terms
from server.bookings.rules.states import LABELS

DAY, PRICE = date(2026, 11, 19), 320
START = datetime(2026, 11, 19, 11, 0, tzinfo=UTC)
CANCEL = START - timedelta(hours=20)
LIMITS = Limits(None, CANCEL - timedelta(days=1), CANCEL, START, too_late_to_cancel="Trop tard : hier à 16 h")
AT_ONCE = Terms("at_once", "at_once", "refused", True)
ASKED = Terms("agent", "agent", "refused", True)
IN_TIME, LATE, STARTED = CANCEL - timedelta(seconds=1), CANCEL, START


def line(state: str, now: datetime, terms: Terms = AT_ONCE, late: str = "billed") -> Line | None:
    return line_of(7, DAY, "Cantine", PRICE, Square(state, 3), terms, LIMITS, late, now)


@pytest.mark.parametrize(
    ("state", "now", "terms", "late", "after", "due", "doubtful"),
    [
        ("booked", IN_TIME, AT_ONCE, "billed", "free", 0, 0),
        ("booked", IN_TIME, ASKED, "billed", "cancel_requested", 0, PRICE),
        ("booked", LATE, AT_ONCE, "billed", "absent_billed", PRICE, 0),
        ("booked", LATE, ASKED, "billed", "absent_billed", PRICE, 0),
        ("booked", LATE, AT_ONCE, "excused", "absent_excused", 0, 0),
        ("booked", STARTED, AT_ONCE, "excused", "booked", PRICE, 0),
        ("requested", LATE, ASKED, "billed", "free", 0, 0),
        ("requested", STARTED, ASKED, "billed", "requested", 0, 0),
        ("to_pay", LATE, AT_ONCE, "billed", "free", 0, 0),
        ("waiting", LATE, AT_ONCE, "billed", "free", 0, 0),
        ("cancel_requested", IN_TIME, ASKED, "billed", "cancel_requested", 0, PRICE),
    ],
)
def test_what_becomes_of_a_square(
    state: str, now: datetime, terms: Terms, late: str, after: str, due: int, doubtful: int
) -> None:
    found = line(state, now, terms, late)
    assert found is not None
    assert (found.after, found.due_cents, found.doubtful_cents) == (after, due, doubtful)
    assert found.changes == (after != state)


@pytest.mark.parametrize("state", ["free", "refused", "absent_excused", "absent_billed"])
def test_what_was_not_asked_for_is_left_alone(state: str) -> None:
    assert line(state, IN_TIME) is None


def test_the_words_name_the_price_before_it_is_owed() -> None:
    late, asked, early = line("booked", LATE), line("booked", IN_TIME, ASKED), line("booked", IN_TIME)
    assert late
    assert asked
    assert early
    assert late.words == "trop tard pour annuler, absence notée, facturée 3,20\u00a0€"
    assert early.words == "annulé, rien à payer"
    assert (
        total_of([late, asked, early])
        == "Il restera 3,20\u00a0€ à payer, et 3,20\u00a0€ si la mairie refuse l’annulation."
    )
    assert total_of([early]) == "Il n’y aura rien à payer."


def test_a_booking_cancelled_after_the_date_to_book_is_lost_for_good() -> None:
    in_time, early = line("booked", IN_TIME), line("booked", CANCEL - timedelta(days=2))
    assert in_time
    assert early
    assert in_time.final
    assert not early.final


def test_the_promise_changes_with_any_consequence_and_with_nothing_else() -> None:
    early, late = line("booked", IN_TIME), line("booked", LATE)
    excused = line("booked", LATE, late="excused")
    assert early
    assert late
    assert excused
    assert promise_of([early]) == promise_of([line("booked", IN_TIME - timedelta(hours=1)) or late])
    assert len({promise_of(lines) for lines in ([early], [late], [excused], [early, late], [])}) == 5


def test_only_an_absence_leaves_words_on_the_square_and_none_of_them_speak_of_health() -> None:
    late, early = line("booked", LATE), line("booked", IN_TIME)
    assert late
    assert early
    assert reason_kept(early, LIMITS) == ""
    assert reason_kept(late, LIMITS) == f"{DECLARED} Trop tard : hier à 16 h."
    assert "malad" not in reason_kept(late, LIMITS).lower()


def undo(after: str, now: datetime, session: Session, version: int = 4) -> tuple[str, str]:
    done = Line(7, DAY, "Cantine", "booked", after, "", version=version)
    verdict = undo_of(done, Square(after, 4), session, AT_ONCE, LIMITS, 1, now)
    return verdict.outcome, verdict.state


ROOM, FULL, CLOSED = Session(10, 3, 1), Session(3, 3, 1), Session(10, 3, 1, "Grève")
BOOKABLE = CANCEL - timedelta(days=2)


@pytest.mark.parametrize(
    ("after", "now", "session", "told"),
    [
        ("free", BOOKABLE, ROOM, ("applied", "booked")),
        ("free", BOOKABLE, FULL, ("applied", "waiting")),
        ("free", BOOKABLE, CLOSED, ("rejected", "free")),
        ("free", IN_TIME, ROOM, ("rejected", "free")),
        ("absent_billed", LATE, ROOM, ("applied", "booked")),
        ("absent_excused", LATE, ROOM, ("applied", "booked")),
        ("absent_billed", LATE, FULL, ("rejected", "absent_billed")),
        ("absent_billed", LATE, CLOSED, ("rejected", "absent_billed")),
        ("absent_billed", STARTED, ROOM, ("rejected", "absent_billed")),
        ("cancel_requested", LATE, ROOM, ("applied", "booked")),
    ],
)
def test_what_can_be_taken_back(after: str, now: datetime, session: Session, told: tuple[str, str]) -> None:
    assert after in LABELS
    assert undo(after, now, session) == told


def test_what_somebody_else_changed_meanwhile_is_left_to_them() -> None:
    assert undo("absent_billed", LATE, ROOM, version=3) == ("conflict", "absent_billed")
