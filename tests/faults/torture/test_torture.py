"""A short fixed set of histories, the breakages they must catch, and the model against trails that are wrong."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from tests.faults.torture.breaks import broken_tree
from tests.faults.torture.history import node_phone
from tests.faults.torture.house import Ground
from tests.faults.torture.model import Replay
from tests.faults.torture.plan import Event, Plan, plan_of
from tests.faults.torture.rules import Session
from tests.faults.torture.run import ground, torment
from tests.faults.torture.shrink import shortest
from tests.postgres import find_binaries


@pytest.fixture(scope="module")
def made() -> Iterator[Ground]:
    with ground() as new:
        yield new


@pytest.mark.parametrize("seed", [2, 4, 5])
def test_a_history_loses_nothing_doubles_nothing_and_ends_as_the_model_says(made: Ground, seed: int) -> None:
    if seed % 2 and find_binaries() is None:
        pytest.skip("PostgreSQL is not installed: odd seeds cannot be played")
    found = torment(made, plan_of(seed, made.town, taps=90), node_phone)
    assert [str(fault) for fault in found.faults] == []
    assert found.figures["taps judged"] > 30, "the torture did something"


def lost_requests(made: Ground) -> Plan:
    """A tap while the network refuses every request, then the calm."""
    square = made.town.square("tom", "cantine", date(2026, 11, 24))
    taps = Event("tap", "a", {"tab": "1", "squares": [square], "pause": 0})
    events = (Event("weather", "a", {"mode": "refuse", "delay": 0}), taps, Event("wait", "", {"pause": 400}))
    return Plan(2, "sqlite", ("a", "c"), "", events)


def test_a_courier_that_forgets_what_it_sends_is_caught_as_lost(made: Ground, tmp_path: Path) -> None:
    root = broken_tree("courier", tmp_path)
    broken = partial(node_phone, modules=root / "service_worker")
    found = torment(made, lost_requests(made), broken)
    assert "lost" in {fault.kind for fault in found.faults}
    assert [str(fault) for fault in torment(made, lost_requests(made), node_phone).faults] == []


def line(number: int, before: str, after: str, version: int, **more: object) -> dict[str, object]:
    """A line of the audit trail: Tom, one session."""
    detail = f'{{"from":"{before}","to":"{after}","version":{version}}}'
    known = {
        "id": number,
        "action": "tap",
        "child_id": 1,
        "session_id": 7,
        "actor_id": 3,
        "detail": detail,
        "family_id": 10,
    }
    return {**known, "at": "2026-11-16T08:00:00+00:00", **more}


def replayed(*lines: dict[str, object], capacity: int | None = 1) -> list[str]:
    return Replay({7: Session("atelier", date(2026, 11, 19), capacity)}).run(list(lines)).faults


def test_a_trail_that_follows_the_rules_has_no_fault() -> None:
    first, last = line(1, "free", "booked", 1), line(4, "waiting", "booked", 2, child_id=2, action="promoted")
    second, gone = line(2, "free", "waiting", 1, child_id=2), line(3, "booked", "free", 2)
    assert replayed(first, second, gone, last) == []


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([line(1, "free", "booked", 1), line(2, "booked", "booked", 2)], "not what the rules make of it"),
        ([line(1, "free", "booked", 1), line(2, "free", "booked", 1)], "it was booked"),
        ([line(1, "free", "booked", 1), line(2, "free", "booked", 1, child_id=2)], "2 taken of 1"),
        ([line(1, "free", "waiting", 1)], "not what the rules make of it"),
        ([line(1, "free", "booked", 2)], "version 2 comes after 0"),
        ([line(1, "free", "booked", 1, at="2026-11-18T17:01:00+00:00")], "not what the rules make of it"),
    ],
)
def test_a_trail_that_breaks_a_rule_is_told(lines: list[dict[str, object]], said: str) -> None:
    assert any(said in fault for fault in replayed(*lines))


def test_a_failing_history_is_cut_down_to_what_fails() -> None:
    events = tuple(Event("tap", "a", {"n": n}) for n in range(40))
    plan = Plan(1, "sqlite", ("a",), "", events)

    def fails(fewer: Plan) -> bool:
        return {7, 31} <= {event.how["n"] for event in fewer.events}

    short = shortest(plan, fails, tries=200)
    assert [event.how["n"] for event in short.events] == [7, 31]
