"""What a tap may do to a square: the table of moves cell by cell, and each reason for a refusal."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from server.bookings.rules.squares import Limits, Session, Square, Terms, may_promote, moved, places_after, standing
from server.bookings.rules.states import HOLDS_A_PLACE, LABELS, MOVES
from server.bookings.rules.wishes import Verdict, Wish, decide

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
AT_ONCE = Terms("at_once", "at_once", "refused", waiting_list=True)
BY_AGENT = Terms("agent", "agent", "refused", waiting_list=True)
OPEN = Limits(
    None,
    NOON + 2 * HOUR,
    NOON + 3 * HOUR,
    NOON + 4 * HOUR,
    "Ouvre lundi",
    "Trop tard pour réserver",
    "Trop tard pour annuler",
)
ROOM, FULL = Session(10, 3, 1), Session(3, 3, 1)
NEW = Square()
BOOK, FREE = Wish("booked", "", 0, 1), Wish("free", "", 0, 1)
STATES = tuple(LABELS)


def verdict(
    wish: Wish = BOOK, square: Square = NEW, session: Session = ROOM, terms: Terms = AT_ONCE, **kwargs: object
) -> Verdict:
    return decide(wish, square, session, terms, kwargs.pop("limits", OPEN), kwargs.pop("now", NOON), **kwargs)  # type: ignore[arg-type]


ALLOWED = {
    "free": "to_pay requested booked waiting cancel_requested",
    "refused": "to_pay requested booked waiting",
    "requested": "booked refused free",
    "to_pay": "booked free",
    "waiting": "requested to_pay booked free refused",
    "booked": "free requested cancel_requested absent_excused absent_billed",
    "cancel_requested": "free booked absent_excused absent_billed",
    "absent_excused": "booked absent_billed free",
    "absent_billed": "booked absent_excused free",
}


@pytest.mark.parametrize("before", STATES)
@pytest.mark.parametrize("after", STATES)
def test_every_move_is_allowed_or_refused_as_the_table_says(before: str, after: str) -> None:
    square = Square(before, 4)
    if after in ALLOWED[before].split() or after == before:
        assert moved(square, after, 7).version == 5
    else:
        with pytest.raises(ValueError, match=f"from {before} to {after}"):
            moved(square, after, 7)


def test_the_table_names_every_state_and_no_other() -> None:
    assert set(MOVES) == set(STATES) == set(ALLOWED)


@pytest.mark.parametrize("before", STATES)
@pytest.mark.parametrize("after", STATES)
def test_places_follow_the_states_that_hold_one(before: str, after: str) -> None:
    session = places_after(Session(10, 5, 1), before, after)
    assert session.taken - 5 == (after in HOLDS_A_PLACE) - (before in HOLDS_A_PLACE)


@pytest.mark.parametrize(
    ("validation", "state"), [("at_once", "booked"), ("agent", "requested"), ("on_payment", "to_pay")]
)
def test_a_booking_begins_as_its_activity_validates(validation: str, state: str) -> None:
    assert verdict(terms=replace(AT_ONCE, validation=validation)) == Verdict("applied", state, state)


def test_a_tap_at_the_cutoff_instant_is_refused() -> None:
    late = verdict(now=OPEN.book_until)
    assert (late.outcome, late.code, late.reason) == ("rejected", "cutoff", "Trop tard pour réserver")


def test_a_tap_one_microsecond_before_the_cutoff_is_accepted() -> None:
    assert OPEN.book_until
    assert verdict(now=OPEN.book_until - timedelta(microseconds=1)).outcome == "applied"


def test_booking_and_cancelling_have_their_own_cutoffs() -> None:
    between = NOON + 2 * HOUR + timedelta(minutes=1)
    assert verdict(now=between).outcome == "rejected"
    assert verdict(FREE, Square("booked", 1, changed_by=1), now=between).state == "free"


def test_before_opening_the_reason_says_when() -> None:
    early = verdict(limits=replace(OPEN, opens_at=NOON + HOUR))
    assert (early.code, early.reason) == ("not_open", "Ouvre lundi")


def test_at_the_opening_instant_it_is_open() -> None:
    assert verdict(limits=replace(OPEN, opens_at=NOON)).outcome == "applied"


def test_a_closed_session_says_why() -> None:
    closed = verdict(session=replace(ROOM, closed_reason="Grève nationale"))
    assert (closed.code, closed.reason) == ("closed", "Grève nationale")


def test_a_full_session_puts_on_the_waiting_list() -> None:
    assert verdict(session=FULL).state == "waiting"


def test_a_full_session_without_waiting_list_refuses() -> None:
    assert verdict(session=FULL, terms=replace(AT_ONCE, waiting_list=False)).code == "full"


def test_the_same_wish_twice_is_one_booking() -> None:
    assert verdict(square=Square("booked", 3)) == Verdict("applied", "booked", "booked")


def test_the_same_wish_of_the_other_parent_is_no_conflict() -> None:
    assert verdict(square=Square("booked", 3, changed_by=2)).outcome == "applied"


def test_a_wish_on_a_square_somebody_else_changed_is_a_conflict() -> None:
    square = Square("free", 3, changed_by=2)
    assert verdict(Wish("booked", "", 2, 1), square).outcome == "conflict"


def test_a_wish_on_a_square_i_changed_on_another_phone_is_not() -> None:
    square = Square("free", 3, changed_by=1)
    assert verdict(Wish("booked", "", 2, 1), square).outcome == "applied"


def test_a_cancellation_by_agent_is_requested_and_keeps_the_place() -> None:
    asked = verdict(FREE, Square("booked", 1, changed_by=1), terms=BY_AGENT)
    assert asked.state == "cancel_requested"
    assert asked.state in HOLDS_A_PLACE


def test_a_request_is_withdrawn_even_after_the_cutoff() -> None:
    assert verdict(FREE, Square("requested", 1, changed_by=1), terms=BY_AGENT, now=NOON + 3.5 * HOUR).state == "free"


def test_changing_ones_mind_about_a_requested_cancellation_needs_no_new_place() -> None:
    assert (
        verdict(BOOK, Square("cancel_requested", 1, changed_by=1), FULL, BY_AGENT, now=NOON + 3.5 * HOUR).state
        == "booked"
    )


def test_a_late_cancellation_is_refused_with_the_reason() -> None:
    late = verdict(FREE, Square("booked", 1, changed_by=1), now=NOON + 3 * HOUR)
    assert (late.outcome, late.state, late.reason) == ("rejected", "booked", "Trop tard pour annuler")


def test_a_late_cancellation_may_be_accepted_and_billed() -> None:
    late = verdict(
        FREE, Square("booked", 1, changed_by=1), terms=replace(AT_ONCE, late_cancel="billed"), now=NOON + 3 * HOUR
    )
    assert late.state == "absent_billed"
    assert "facturée" in late.reason


def test_nothing_changes_once_it_has_started() -> None:
    assert verdict(FREE, Square("requested", 1, changed_by=1), now=OPEN.starts_at).code == "started"


def test_an_obstacle_is_said_in_its_own_words() -> None:
    assert verdict(obstacle="Ce jour est celui de l’autre foyer.").reason == "Ce jour est celui de l’autre foyer."


def test_grace_accepts_a_tap_made_before_and_received_after_and_says_so() -> None:
    assert OPEN.book_until
    wish = replace(BOOK, tapped_at=OPEN.book_until - timedelta(minutes=5))
    late = verdict(wish, now=OPEN.book_until + timedelta(minutes=4), grace=timedelta(minutes=5))
    assert late.outcome == "applied"
    assert "après la date limite" in late.reason


@pytest.mark.parametrize("tapped", [None, timedelta(0), timedelta(days=400), timedelta(minutes=1)])
def test_without_grace_the_phones_own_clock_changes_nothing(tapped: timedelta | None) -> None:
    assert OPEN.book_until
    wish = replace(BOOK, tapped_at=None if tapped is None else OPEN.book_until - tapped)
    assert verdict(wish, now=OPEN.book_until).outcome == "rejected"


def test_grace_is_over_when_it_is_over() -> None:
    assert OPEN.book_until
    wish = replace(BOOK, tapped_at=OPEN.book_until - timedelta(minutes=5))
    assert verdict(wish, now=OPEN.book_until + timedelta(minutes=5), grace=timedelta(minutes=5)).outcome == "rejected"


def test_nobody_is_promoted_to_a_day_they_can_no_longer_refuse() -> None:
    assert may_promote(ROOM, OPEN, NOON)
    assert not may_promote(ROOM, OPEN, NOON + 3 * HOUR)
    assert not may_promote(FULL, OPEN, NOON)
    assert not may_promote(replace(ROOM, closed_reason="Grève"), OPEN, NOON)


def test_no_newcomer_passes_those_who_wait_while_anybody_may_book() -> None:
    early = replace(OPEN, cancel_until=NOON - HOUR)  # cancelling closes before booking does
    assert may_promote(ROOM, early, NOON)
    assert OPEN.book_until
    assert not may_promote(ROOM, early, OPEN.book_until)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("hours", [-1, 1, 2.5, 3.5, 5])
@pytest.mark.parametrize("session", [ROOM, FULL, replace(ROOM, closed_reason="Grève")])
def test_what_a_square_shows_never_promises_what_a_tap_would_refuse(state: str, hours: float, session: Session) -> None:
    square = Square(state, 1, changed_by=1, rank=1 if state == "waiting" else None)
    now, limits = NOON + hours * HOUR, replace(OPEN, opens_at=NOON)
    shown, why = standing(square, session, limits, waiting_list=True, now=now)
    wish = FREE if shown in ("requested", "to_pay", "booked", "waiting") else BOOK
    assert why or verdict(replace(wish, seen=1), square, session, AT_ONCE, limits=limits, now=now).outcome == "applied"


VALIDATIONS, LATE = ("at_once", "agent", "on_payment"), ("refused", "billed")


@pytest.mark.parametrize("before", STATES)
@pytest.mark.parametrize("wish", [BOOK, FREE, replace(BOOK, unit="Sans porc")], ids=["book", "free", "menu"])
@pytest.mark.parametrize("session", [ROOM, FULL, replace(ROOM, closed_reason="Grève")], ids=["room", "full", "closed"])
@pytest.mark.parametrize("now", [NOON, NOON + 3 * HOUR, NOON + 5 * HOUR], ids=["early", "late", "begun"])
def test_no_tap_whatsoever_asks_for_a_move_the_table_forbids(
    before: str, wish: Wish, session: Session, now: datetime
) -> None:
    square = Square(before, 1, changed_by=1)
    for validation, late in ((validation, late) for validation in VALIDATIONS for late in LATE):
        told = verdict(wish, square, session, Terms(validation, "agent", late, waiting_list=True), now=now)
        assert told.state == before or told.state in MOVES[before]
        assert told.outcome == "applied" or told.state == before


@pytest.mark.parametrize("state", ["absent_excused", "absent_billed"])
def test_an_absence_is_taken_back_by_the_town_not_by_a_tap(state: str) -> None:
    told = verdict(square=Square(state, 1, changed_by=1))
    assert (told.outcome, told.code) == ("rejected", "absent")
    assert "appelez la mairie" in told.reason
