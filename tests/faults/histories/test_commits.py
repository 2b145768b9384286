"""The replay of commits: a right trail passes, and each way to be wrong is told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.faults.histories.commits import Line, replay
from tests.faults.histories.rule import Terms

TERMS = Terms(by_agent=False, waiting_list=True)
START = datetime(2026, 11, 16, tzinfo=UTC)
# One place: child 0 takes it, 1 and 2 wait, 0 gives it back and 1 is called; then two places, 2 is called.
MOVES: list[tuple[str, int, Any, Any, int, str]] = [
    ("tap", 0, "free", "booked", 1, "a"),
    ("tap", 1, "free", "waiting", 1, "b"),
    ("tap", 2, "free", "waiting", 1, "c"),
    ("tap", 0, "booked", "free", 2, "d"),
    ("promoted", 1, "waiting", "booked", 2, "d"),
    ("capacity", -1, 1, 2, 0, "e"),
    ("promoted", 2, "waiting", "booked", 2, "e"),
]
TRAIL = [Line(n, *move, START + timedelta(seconds=n)) for n, move in enumerate(MOVES)]
FINAL = (2, 2, (("free", 2), ("booked", 2), ("booked", 2)), ())


def faults(trail: list[Line], final: tuple[Any, ...] = FINAL) -> list[str]:
    return replay(TERMS, 1, trail, 3, final)


def changed(nth: int, **values: Any) -> list[Line]:
    return [replace(line, **values) if n == nth else line for n, line in enumerate(TRAIL)]


def test_a_right_trail_has_no_fault() -> None:
    assert faults(TRAIL) == []


@pytest.mark.parametrize(
    ("trail", "words"),
    [
        (changed(1, after="booked"), "2 places given of 1"),
        (changed(4, child=2), "the list was [1, 2]"),
        ([*TRAIL[:4], *TRAIL[5:]], "a place stayed free after line 3"),
        (changed(4, transaction="x"), "a place stayed free after line 3"),
        (changed(0, after="requested"), "a place begins as booked"),
        (changed(1, after="refused"), "no such move"),
        (changed(3, version=3), "the version was 1"),
        (changed(5, before=3), "starts from 1 places"),
        ([TRAIL[1], *TRAIL], "it need not wait"),
        (changed(2, committed_at=START), "line 1 was committed after line 2"),
        (changed(2, transaction="a"), "another transaction wrote between"),
    ],
)
def test_each_way_to_be_wrong_is_told(trail: list[Line], words: str) -> None:
    assert any(words in fault for fault in faults(trail))


def test_a_newcomer_who_passes_the_list_is_told() -> None:
    trail = [*TRAIL[:4], Line(9, "override", 0, "free", "booked", 3, "d", None)]
    assert any("it passed [1, 2]" in fault for fault in faults(trail))


def test_a_session_that_says_something_else_than_its_trail_is_told() -> None:
    assert any("the session says 1" in fault for fault in faults(TRAIL, (2, 1, *FINAL[2:])))
