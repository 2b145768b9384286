"""The search itself: right histories are accepted, wrong ones are not, and silence may mean either."""

import random
from dataclasses import replace
from typing import Any

import pytest

from tests.faults.histories.linear import Call, Rule, search
from tests.faults.histories.rule import Look, Resize, Session, Square, Tap, Terms, doomed, quiet, seen_of, step

RULE = Rule(step, doomed, quiet)
QUEUE, NO_QUEUE = Terms(by_agent=False, waiting_list=True), Terms(by_agent=False, waiting_list=False)


def places(capacity: int, children: int = 3, terms: Terms = QUEUE) -> Session:
    return Session(terms, capacity, (Square(),) * children)


def call(sent: int, heard: int | None, wish: Any, *said: Any) -> Call:
    return Call(wish, sent, heard, said, telling=bool(said) and not isinstance(wish, Resize))


def book(child: int, **more: Any) -> Tap:
    return Tap(child, "booked", 0, child + 1, **more)


def free(child: int, seen: int = 1) -> Tap:
    return Tap(child, "free", seen, child + 1)


BOOKED, WAITS = ("applied", "booked", 1, 0), ("applied", "waiting", 1, 1)


def test_two_at_once_may_have_come_in_either_order() -> None:
    calls = [call(0, 9, book(0), *WAITS), call(1, 8, book(1), *BOOKED)]
    assert search(places(1), calls, RULE).verdict == "linear"


def test_the_earlier_one_cannot_have_come_later() -> None:
    calls = [call(0, 1, book(0), *WAITS), call(2, 3, book(1), *BOOKED)]
    assert search(places(1), calls, RULE).verdict == "not linear"


def test_a_place_given_twice_is_seen() -> None:
    calls = [call(0, 9, book(0), *BOOKED), call(1, 8, book(1), *BOOKED)]
    assert search(places(2), calls, RULE).verdict == "linear"
    assert search(places(1), calls, RULE).verdict == "not linear"


def test_a_place_kept_empty_while_somebody_waits_is_seen() -> None:
    before = [call(0, 1, book(0), *BOOKED), call(2, 3, book(1), *WAITS), call(4, 5, free(0), "applied", "free", 2, 0)]
    promoted = (1, 1, (("free", 2), ("booked", 2), ("free", 0)), ())
    forgotten = (1, 0, (("free", 2), ("waiting", 1), ("free", 0)), (1,))
    assert search(places(1), [*before, call(6, 7, Look(), *promoted)], RULE).verdict == "linear"
    assert search(places(1), [*before, call(6, 7, Look(), *forgotten)], RULE).verdict == "not linear"


def test_somebody_who_jumps_the_queue_is_seen() -> None:
    calls = [
        call(0, 1, book(0), *BOOKED),
        call(2, 3, book(1), *WAITS),
        call(4, 5, book(2), "applied", "waiting", 1, 2),
        call(6, 7, free(0), "applied", "free", 2, 0),
    ]
    in_order = (1, 1, (("free", 2), ("booked", 2), ("waiting", 1)), (2,))
    jumped = (1, 1, (("free", 2), ("waiting", 1), ("booked", 2)), (1,))
    assert search(places(1), [*calls, call(8, 9, Look(), *in_order)], RULE).verdict == "linear"
    assert search(places(1), [*calls, call(8, 9, Look(), *jumped)], RULE).verdict == "not linear"


@pytest.mark.parametrize("said", [BOOKED, WAITS])
def test_a_call_without_an_answer_may_have_worked_or_not(said: tuple[Any, ...]) -> None:
    calls = [call(0, None, book(0)), call(1, 2, book(1), *said)]
    assert search(places(1), calls, RULE).verdict == "linear"


def test_a_call_without_an_answer_cannot_have_worked_before_it_was_sent() -> None:
    calls = [call(0, 1, book(1), *WAITS), call(2, None, book(0))]
    assert search(places(1), calls, RULE).verdict == "not linear"


def test_a_capacity_set_to_what_it_is_may_also_have_changed_it() -> None:
    calls = [
        call(0, 9, Resize(2, 3), "done", 0),
        call(1, 9, Resize(3, 2), "done", 0),
        call(1, 9, Resize(2, 4), "done", 0),
    ]
    assert search(places(2), calls, RULE).verdict == "linear"


def test_a_search_without_end_says_so() -> None:
    calls = [call(n, 99, book(n), *BOOKED) for n in range(9)]
    assert search(places(8, 9), calls, RULE, budget=50).verdict == "undecided"


def test_one_place_too_many_is_found_in_every_history_where_it_is_hidden() -> None:
    """Right histories of forty overlapping calls, shuffled in time; then one refusal in each is turned into a place."""
    for seed in range(30):
        dice = random.Random(seed)
        calls, state = [], places(5, 12, NO_QUEUE)
        for n in range(40):
            child = dice.randrange(12)
            wish = book(child) if state.squares[child].state == "free" else free(child, state.squares[child].version)
            state, answer = step(state, wish)
            sent, heard = n * 10 - dice.randrange(30), n * 10 + 1 + dice.randrange(30)
            calls.append(call(sent, heard, wish, *answer))
        calls.append(call(999, 1000, Look(), *seen_of(state)))
        assert search(state._replace(squares=(Square(),) * 12), calls, RULE).verdict == "linear"
        hidden = next(n for n, each in enumerate(calls) if each.said[0] == "rejected" and never_later(each, calls))
        version = calls[hidden].said[2] + 1
        calls[hidden] = replace(calls[hidden], said=("applied", "booked", version, 0))
        assert search(state._replace(squares=(Square(),) * 12), calls, RULE).verdict == "not linear", seed


def never_later(refused: Call, calls: list[Call]) -> bool:
    """Whether this child never got, by another call, the very version a place given here would have made."""
    made = [each for each in calls[:-1] if each.wish.child == refused.wish.child]
    return all(each.said[2] != refused.said[2] + 1 for each in made)
