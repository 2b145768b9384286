"""The tables of agents' verdicts and overrides, and the reasons offered: they stay with the square, kept on phones."""

import re

import pytest

from server.bookings.rules.decisions import (
    MOST_REASON,
    REASONS,
    VERDICTS,
    decided,
    override_fault,
    overrides_from,
    reason_fault,
)
from server.bookings.rules.squares import Session
from server.bookings.rules.states import LABELS, MOVES

HEALTH = re.compile(r"malad|médi|certificat|santé|allerg|handicap|PAI\b", re.IGNORECASE)


def test_no_ready_made_reason_speaks_of_health() -> None:
    assert [reason for reasons in REASONS.values() for reason in reasons if HEALTH.search(reason)] == []


def test_every_ready_made_reason_is_accepted_as_it_is() -> None:
    assert not any(reason_fault(reason) for reasons in REASONS.values() for reason in reasons)
    assert reason_fault("a" * (MOST_REASON + 1))


def test_every_verdict_is_a_move_the_squares_allow() -> None:
    assert all(after in MOVES[before] for verdict in VERDICTS.values() for before, after in verdict.items())


@pytest.mark.parametrize("state", sorted(LABELS))
def test_only_what_waits_can_be_decided(state: str) -> None:
    waits = state in ("requested", "cancel_requested")
    assert all((decided(state, verdict) is not None) == waits for verdict in VERDICTS)


@pytest.mark.parametrize("state", sorted(LABELS))
def test_every_offered_override_is_allowed_while_there_is_room(state: str) -> None:
    room = Session(None, 0, 1)
    assert all(
        not override_fault(state, wanted, room, True, True) for wanted in overrides_from(state) if wanted != "waiting"
    )


def test_a_closed_day_is_closed_for_agents_too() -> None:
    assert override_fault("free", "booked", Session(None, 0, 1, "Grève"), True, True) == "Ce jour est fermé : Grève"
