"""The reasons offered to agents: they stay with the square, and squares are kept on phones."""

import re

from server.bookings.rules.decisions import MOST_REASON, REASONS, reason_fault

HEALTH = re.compile(r"malad|médi|certificat|santé|allerg|handicap|PAI\b", re.IGNORECASE)


def test_no_ready_made_reason_speaks_of_health() -> None:
    assert [reason for reasons in REASONS.values() for reason in reasons if HEALTH.search(reason)] == []


def test_every_ready_made_reason_is_accepted_as_it_is() -> None:
    assert not any(reason_fault(reason) for reasons in REASONS.values() for reason in reasons)
    assert reason_fault("a" * (MOST_REASON + 1))
