"""Which moves a request allows to whom, what must be said with them, and what silence means."""

from datetime import UTC, date, datetime

import pytest

from server.families.rules.requests import (
    DECIDED,
    KINDS,
    MOVES,
    OPEN,
    STATUSES,
    TABLE,
    Content,
    Kind,
    Line,
    Service,
    moves_from,
    receipt_of,
    silence_sentences,
    words_fault,
)

PLAIN, QUEUED = Kind("plain", "Simple"), Kind("queued", "Avec attente", queues=True)

# Every cell: side, from, and where to (f filed, p in_progress, c to_complete, w waiting_list, a accepted, r refused, x cancelled).
LETTERS = {"f": "filed", "p": "in_progress", "c": "to_complete", "w": "waiting_list", "a": "accepted", "r": "refused", "x": "cancelled"}  # fmt: skip
CELLS = {
    ("family", "filed"): "x",
    ("family", "in_progress"): "x",
    ("family", "to_complete"): "px",
    ("family", "waiting_list"): "x",
    ("family", "accepted"): "",
    ("family", "refused"): "",
    ("family", "cancelled"): "",
    ("service", "filed"): "pcwar",
    ("service", "in_progress"): "cwar",
    ("service", "to_complete"): "pwar",
    ("service", "waiting_list"): "pcar",
    ("service", "accepted"): "",
    ("service", "refused"): "p",
    ("service", "cancelled"): "",
}
EACH = [(side, before, to) for side in ("family", "service") for before in STATUSES for to in STATUSES]


@pytest.mark.parametrize(("side", "before", "to"), EACH)
def test_a_move_is_allowed_or_not(side, before, to) -> None:
    wanted = to in {LETTERS[letter] for letter in CELLS[side, before]}
    assert (to in moves_from(side, before, QUEUED)) == wanted
    assert (to in moves_from(side, before, PLAIN)) == (wanted and to != "waiting_list")


def test_every_status_is_open_or_decided_and_has_its_word() -> None:
    assert set(OPEN) | set(DECIDED) == set(STATUSES)
    assert set(OPEN).isdisjoint(DECIDED)
    assert {status for _, status in MOVES} <= set(STATUSES)
    assert len(KINDS) == len(TABLE)
    assert all(len(name) <= 30 and kind.label and kind.rights for name, kind in KINDS.items())


@pytest.mark.parametrize("to", STATUSES)
def test_a_refusal_and_a_request_for_more_must_say_why(to) -> None:
    assert bool(words_fault(to, "")) == (to in ("refused", "to_complete"))
    assert words_fault(to, "Il manque le justificatif.") == ""
    assert "1000" in words_fault(to, "x" * 1001)


def test_the_receipt_names_the_service_and_the_day_in_town() -> None:
    late = datetime(2026, 11, 16, 23, 30, tzinfo=UTC)  # already the 17th in Paris
    receipt = receipt_of(Service("Service enfance"), late, date(2026, 11, 17))
    assert (receipt.silent_until, receipt.received_at) == (date(2027, 1, 17), late)


def test_silence_says_what_one_can_do() -> None:
    assert "refusée" in silence_sentences("refused", "x")[0]
    assert "tribunal administratif" in silence_sentences("refused", "x")[1]
    assert "acceptée" in silence_sentences("accepted", "x")[0]
    assert "attestation" in silence_sentences("accepted", "x")[1]


def test_lines_stand_under_their_headings_in_order() -> None:
    lines = (Line("a", "1", section="Zoé"), Line("b", "2", section="Adèle"), Line("c", "3", section="Zoé"))
    assert [(name, [line.label for line in some]) for name, some in Content(lines).sections] == [
        ("Zoé", ["a", "c"]),
        ("Adèle", ["b"]),
    ]
