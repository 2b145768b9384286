"""The order the database itself wrote down, tried as the order of a history before any search for one.

The audit trail tells every change of the session, in the order of the commits: it names the calls that changed
something. All others changed nothing (a refusal, a reading, a wish that was already fulfilled): each is put into the
earliest gap between two changes that time allows and where the rule gives its answer. That is polynomial, and complete
for one order of the changes. Nothing here is believed: `linear.holds` goes through the order found, call by call.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter
from itertools import accumulate, pairwise
from random import Random

from tests.faults.histories.commits import Line
from tests.faults.histories.linear import NEVER, Call, Finding, Rule, holds
from tests.faults.histories.rule import Answer, Decision, Override, Resize, Session, Tap, step

TRIES = 8  # of two parents who were told the same, the trail does not always name the one who came first


def witnessed(
    rule: Rule[Session],
    start: Session,
    calls: Mapping[str, Call],
    trail: Sequence[Line],
    verdicts: Mapping[str, Answer],
    known_as: Mapping[int, int],
) -> Finding[Session] | None:
    """The history explained in the order of its commits; None when that order does not explain it.

    `calls` and the stored `verdicts` of taps by their ids; `known_as` are the accounts' numbers in the trail.
    """
    ids = list(calls)
    told = [_completed(id_, calls[id_], verdicts) for id_ in ids]
    found = _candidates(start, told, trail, known_as)
    if found is None:
        return None
    states, fits = found
    dice, chosen = Random(len(calls)), dict[int, int]()
    doubtful = [i for i, able in enumerate(fits) if len(able) > 1]
    for _ in range(TRIES):
        gaps = _Gaps(told, _changes(told, fits, chosen), states)
        order = gaps.order()
        if order is not None and holds(start, [calls[id_] for id_ in ids], order, rule):
            return Finding("linear", len(order), tuple(order))
        if not doubtful:
            return None
        # Whoever fits nowhere as one who changed nothing may be the one who did.
        i = next((i for i in doubtful if gaps.nowhere in fits[i]), dice.choice(doubtful))
        chosen[i] = gaps.nowhere if gaps.nowhere in fits[i] else dice.choice(fits[i])
    return None


def _completed(id_: str, call: Call, verdicts: Mapping[str, Answer]) -> Call:
    """A tap nobody heard of is known by the verdict that was stored for it."""
    return replace(call, said=verdicts[id_]) if call.heard is None and id_ in verdicts else call


def _candidates(
    start: Session, calls: Sequence[Call], trail: Sequence[Line], known_as: Mapping[int, int]
) -> tuple[list[Session], list[list[int]]] | None:
    """The states before and after each change, and the calls that may have made it; None for a change nobody made."""
    states, fits = [start], list[list[int]]()
    for line in trail:
        if line.action == "promoted" or (line.action == "decision" and fits and _wrote(calls[fits[-1][0]], line)):
            continue  # the consequence of the line before it; one decision more of several sent together
        able = [n for n, call in enumerate(calls) if _may_have(call, line, states[-1], known_as)]
        if not able:
            return None
        fits.append(able)
        states.append(step(states[-1], calls[able[0]].wish)[0]._replace(numbers=()))
    return states, _narrowed(calls, fits)


def _narrowed(calls: Sequence[Call], fits: list[list[int]]) -> list[list[int]]:
    """The candidates without those that the clock, or a change only they can have made, rules out."""
    while True:
        taken = {able[0] for able in fits if len(able) == 1}
        sent = [calls[able[0]].sent if len(able) == 1 else 0 for able in fits]
        until = [_until(calls[able[0]]) if len(able) == 1 else NEVER for able in fits]
        after = list(accumulate(sent, max))  # what was sent by then
        before = list(accumulate(reversed(until), min))[::-1]  # the first answer from there on
        fewer = [
            able if len(able) == 1 else
            [n for n in able if n not in taken and _until(calls[n]) >= after[i] and calls[n].sent <= before[i]] or able
            for i, able in enumerate(fits)
        ]  # fmt: skip
        if fewer == fits:
            return fits
        fits = fewer


def _changes(calls: Sequence[Call], fits: Sequence[Sequence[int]], chosen: Mapping[int, int]) -> list[int]:
    """One call for each change: of several that may have made it the one chosen, or else the one first answered."""
    taken, order = set(chosen.values()), list[int]()
    for i, able in enumerate(fits):
        left = [n for n in able if n not in taken] or able
        order.append(chosen[i] if i in chosen else min(left, key=lambda n: (_until(calls[n]), calls[n].sent)))
        taken.add(order[-1])
    return order


def _wrote(call: Call, line: Line) -> bool:
    """Whether the line is about what this agent or this parent wanted to change."""
    match call.wish:
        case Tap(child=child):
            return line.action == "tap" and line.child == child
        case Override(child=child, seen=seen):
            return line.action == "override" and (line.child, line.version) == (child, seen + 1)
        case Decision(picks=picks):
            return line.action == "decision" and (line.child, line.version - 1) in picks
        case Resize(seen=seen, capacity=capacity):
            return line.action == "capacity" and (line.before, line.after) == (seen, capacity)
    return False


def _may_have(call: Call, line: Line, state: Session, known_as: Mapping[int, int]) -> bool:
    """Whether this call may have written the line: it would, by the rule, and its answer says nothing else."""
    if not _wrote(call, line) or (isinstance(call.wish, Tap) and not _signed(call.wish, line, known_as)):
        return False
    after, answer = step(state, call.wish)
    if answer[: len(call.said)] != call.said or after._replace(numbers=state.numbers) == state:
        return False
    return line.action != "tap" or after.squares[line.child].version >= line.version


def _signed(tap: Tap, line: Line, known_as: Mapping[int, int]) -> bool:
    return line.actor == known_as.get(tap.by, line.actor)


def _until(call: Call) -> float:
    return NEVER if call.heard is None else call.heard


class _Gaps:
    """Where the calls that changed nothing go: gap 0 lies before the first change, gap n after the nth."""

    def __init__(self, calls: Sequence[Call], changes: list[int], states: list[Session]) -> None:
        self.calls, self.changes, self.states = calls, changes, states
        changing = set(changes)
        quiet = [n for n, call in enumerate(calls) if n not in changing and (call.said or call.heard is not None)]
        self.quiet = sorted(quiet, key=lambda n: calls[n].sent)
        self.after = self._numbers()
        self.nowhere = -1  # the call for which no gap was found

    def order(self) -> list[int] | None:
        """All calls one after the other; None when one of those that changed nothing fits nowhere."""
        first = {n: [other for other in self.quiet if other != n and self._precedes(other, n)] for n in self.quiet}
        gaps: dict[int, int] = {}
        try:
            for n in TopologicalSorter(first).static_order():
                gap = self._earliest(n, max((gaps[other] for other in first[n]), default=0))
                if gap is None:
                    self.nowhere = n
                    return None
                gaps[n] = gap
        except CycleError:
            return None
        filled = defaultdict(list)
        for n, gap in gaps.items():
            filled[gap].append(n)
        order = list(filled[0])
        for position, n in enumerate(self.changes, 1):
            order += [n, *filled[position]]
        return order

    def _earliest(self, n: int, low: int) -> int | None:
        """The first gap from `low` on, between the changes that come before and after by the clock, with its answer."""
        high = len(self.changes)
        for position, change in enumerate(self.changes):
            if self._precedes(change, n):
                low = max(low, position + 1)
            if self._precedes(n, change):
                high = min(high, position)
        return next((gap for gap in range(low, high + 1) if _explains(self.states[gap], self.calls[n])), None)

    def _precedes(self, one: int, other: int) -> bool:
        return _until(self.calls[one]) < self.calls[other].sent or one in self.after[other]

    def _numbers(self) -> dict[int, set[int]]:
        """Which calls come before each, by the numbers of the phones: in their order, a superseded one after a later."""
        after: dict[int, set[int]] = defaultdict(set)
        phones: dict[tuple[str, int], list[int]] = defaultdict(list)
        for n in [*self.changes, *self.quiet]:
            wish = self.calls[n].wish
            if isinstance(wish, Tap) and wish.device:
                phones[wish.device, wish.child].append(n)
        for taps in phones.values():
            taps.sort(key=lambda n: self.calls[n].wish.seq)
            judged = [n for n in taps if self.calls[n].said[:1] != ("superseded",)]
            for earlier, later in pairwise(judged):
                after[later].add(earlier)
            for n in set(taps) - set(judged):
                later = next((m for m in judged if self.calls[m].wish.seq >= self.calls[n].wish.seq), None)
                after[n] |= set() if later is None else {later}
        return after


def _explains(state: Session, call: Call) -> bool:
    """Whether the call gets its answer here and changes nothing but the number of its phone."""
    wish = call.wish
    if isinstance(wish, Tap) and call.said[:1] == ("superseded",):
        square = state.squares[wish.child]
        return call.said[1:] == (square.state, square.version, state.place_of(wish.child))
    bare = state._replace(numbers=())
    after, answer = step(bare, wish)
    return after._replace(numbers=()) == bare and answer[: len(call.said)] == call.said
