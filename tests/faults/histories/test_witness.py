"""The order of the commits as the proof of a history: it places what changed nothing, and proves no wrong one."""

import random
from dataclasses import replace

from tests.faults.histories.commits import Line
from tests.faults.histories.linear import NEVER, Call, Rule, holds
from tests.faults.histories.rule import (
    Answer,
    Decision,
    Look,
    Override,
    Resize,
    Session,
    Square,
    Tap,
    Terms,
    Wish,
    doomed,
    quiet,
    seen_of,
    step,
)
from tests.faults.histories.witness import witnessed

RULE = Rule(step, doomed, quiet)
ONE_PLACE = Session(Terms(by_agent=False, waiting_list=False), 1, (Square(),) * 3)
BOOKED, REFUSED, FREED = ("applied", "booked", 1, 0), ("rejected", "free", 0, 0), ("applied", "free", 2, 0)
TRAIL = [Line(1, "tap", 0, "free", "booked", 1, "a", None), Line(2, "tap", 0, "booked", "free", 2, "b", None)]


def book(child: int, seq: int = 0) -> Tap:
    return Tap(child, "booked", 0, 1, "phone" if seq else "", seq)


def history(*refused: Call) -> dict[str, Call]:
    """Child 0 books between 10 and 20 and gives it back between 30 and 40; others are refused meanwhile."""
    changes = [Call(book(0), 10, 20, BOOKED), Call(Tap(0, "free", 1, 1), 30, 40, FREED)]
    return {str(n): call for n, call in enumerate([*changes, *refused])}


def proof(calls: dict[str, Call], verdicts: dict[str, Answer] | None = None) -> tuple[int, ...] | None:
    found = witnessed(RULE, ONE_PLACE, calls, TRAIL, verdicts or {}, {})
    return found.order if found else None


def test_a_refusal_is_placed_where_the_session_was_full() -> None:
    assert proof(history(Call(book(1), 5, 35, REFUSED))) == (0, 2, 1)


def test_a_refusal_before_the_session_could_be_full_is_not_explained() -> None:
    assert proof(history(Call(book(1), 5, 9, REFUSED))) is None


def test_a_refusal_after_the_place_was_given_back_is_not_explained() -> None:
    assert proof(history(Call(book(1), 41, 50, REFUSED))) is None


def test_what_was_heard_before_something_else_was_sent_keeps_its_place() -> None:
    empty, full = (seen_of(ONE_PLACE), seen_of(step(ONE_PLACE, book(0))[0]))
    assert proof(history(Call(Look(), 11, 12, full), Call(Look(), 13, 14, full))) == (0, 2, 3, 1)
    assert proof(history(Call(Look(), 11, 12, full), Call(Look(), 13, 14, empty))) is None
    assert proof(history(Call(Look(), 11, 13, full), Call(Look(), 12, 14, empty))) == (3, 0, 2, 1)


def test_an_older_number_of_a_phone_is_placed_after_the_newer() -> None:
    superseded = Call(book(1, seq=1), 12, 39, ("superseded", "free", 0, 0))
    newer = Call(book(1, seq=2), 11, 39, REFUSED)
    assert proof(history(superseded, newer)) == (0, 3, 2, 1)
    assert proof(history(superseded)) is None


def test_a_tap_nobody_heard_of_is_placed_by_its_stored_verdict() -> None:
    assert proof(history(Call(book(1), 5, None)), {"2": REFUSED}) == (0, 2, 1)
    assert proof(history(Call(book(1), 5, None))) == (0, 1)  # never judged: it need not have happened


def test_a_change_that_no_call_asked_for_is_not_explained() -> None:
    calls = history()
    assert witnessed(RULE, ONE_PLACE, {"0": calls["0"]}, TRAIL, {}, {}) is None


def test_an_order_is_no_proof_against_the_clock_or_without_an_answer_heard() -> None:
    calls = list(history(Call(book(1), 11, 35, REFUSED)).values())
    assert holds(ONE_PLACE, calls, (0, 2, 1), RULE)
    assert not holds(ONE_PLACE, calls, (2, 0, 1), RULE)
    assert not holds(ONE_PLACE, calls, (0, 1), RULE)
    assert not holds(ONE_PLACE, calls, (0, 2, 1, 1), RULE)
    assert not holds(
        ONE_PLACE,
        [calls[0], replace(calls[1], sent=36, heard=40), replace(calls[2], sent=41, heard=50)],
        (0, 2, 1),
        RULE,
    )


def test_large_histories_are_explained_and_one_word_changed_is_not() -> None:
    """Four hundred overlapping calls of every kind: more than a search can do when its guesses are wrong."""
    for seed in range(4):
        dice = random.Random(seed)
        start = Session(Terms(by_agent=seed % 2 == 0, waiting_list=seed % 3 > 0), 12, (Square(),) * 30)
        calls, trail, end = drawn(dice, start)
        known: dict[str, Call] = {**calls, "end": Call(Look(), 10**6, 10**6 + 1, seen_of(end))}
        found = witnessed(RULE, start, known, trail, {}, {})
        assert found is not None
        assert set(found.order) == set(range(len(known)))
        taps = [id_ for id_, call in calls.items() if isinstance(call.wish, Tap) and call.said[0] == "applied"]
        changed = dice.choice(taps)
        outcome, state, version, place = known[changed].said
        known[changed] = replace(known[changed], said=(outcome, state, version, place + 1))
        assert witnessed(RULE, start, known, trail, {}, {}) is None


def drawn(dice: random.Random, session: Session) -> tuple[dict[str, Call], list[Line], Session]:
    """Calls made one after the other and then blurred in time, with the trail they leave."""
    calls: dict[str, Call] = {}
    trail: list[Line] = []
    resized: set[Wish] = set()
    for n in range(400):
        wish = wished(dice, session, n)
        if isinstance(wish, Resize):  # as in a rush: the same change of capacity only once
            wish = Look() if wish in resized else wish
            resized.add(wish)
        after, answer = step(session, wish)
        trail += written(wish, session, after, len(trail))
        sent, heard = n * 10 - dice.randrange(120), n * 10 + 1 + dice.randrange(120)
        calls[str(n)] = Call(wish, sent, heard, answer, NEVER)
        session = after
    return calls, trail, session


def wished(dice: random.Random, session: Session, n: int) -> Wish:
    child = dice.randrange(len(session.squares))
    square, kind = session.squares[child], dice.random()
    if kind < 0.1:
        return Look()
    if kind < 0.14:
        return Resize(session.capacity, max(1, session.capacity + dice.choice([-1, 1, 2])))
    if kind < 0.2:
        return Override(child, dice.choice(["booked", "free", "waiting"]), square.version, 0)
    asking = [
        (m, each.version) for m, each in enumerate(session.squares) if each.state in ("requested", "cancel_requested")
    ]
    if asking and kind < 0.3:
        return Decision(tuple(asking[:2]), dice.choice(["accept", "refuse"]), 0)
    device, seq = ("phone", n) if kind < 0.4 else ("", 0)
    return Tap(child, dice.choice(["booked", "free"]), square.version, 1, device, seq)


def written(wish: Wish, before: Session, after: Session, id_: int) -> list[Line]:
    """The lines of one call: what it changed itself, then whom the waiting list called."""
    if before.capacity != after.capacity:
        own = [Line(id_, "capacity", -1, before.capacity, after.capacity, 0, "", None)]
    else:
        own = []
    action = type(wish).__name__.lower()
    called = []
    for child, (old, new) in enumerate(zip(before.squares, after.squares, strict=True)):
        if old.version != new.version:
            lines = called if new.by is None else own
            lines.append(
                Line(id_, "promoted" if new.by is None else action, child, old.state, new.state, new.version, "", None)
            )
    return [*own, *called]
