"""Is a concurrent history linearizable? Wing and Gong's search, with Lowe's memory of what was already tried.

Each call must seem to take effect at one instant between its sending and its answer, so that the calls, one after
the other in that order, get by the sequential rule the very answers that were heard. A call without an answer may
have taken effect at any instant after its sending, or never. The search takes any call that nobody's answer precedes,
asks the rule, goes on when the answer fits and comes back when nothing fits; a set of calls done that led to the same
state once before is not tried again.

Three liberties, none of which changes what is accepted. A call whose answer tells that it changed nothing is taken as
soon as it fits: if an order exists, one with that call earlier exists too. And calls are tried in the order of `advice` (where the database
wrote them, when known): a right guess saves the search, a wrong one only costs it time. And a state in which some
answer already heard has become impossible for good (`doomed`: an older version than the square now has) is left.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

State = TypeVar("State")
NEVER = float("inf")


@dataclass(frozen=True)
class Call:
    """One call: when it was sent and answered (any clock that grows), and the beginning of what it was told."""

    wish: Any
    sent: int
    heard: int | None  # None: no answer, whatever became of it
    said: tuple[Any, ...] = ()  # as much of the answer as was understood; () holds for any
    advice: float = NEVER  # where to try it among others
    telling: bool = False  # from what was said one knows whether it changed anything, when it fits


@dataclass(frozen=True)
class Finding(Generic[State]):
    """What the search says."""

    verdict: str  # linear | not linear | undecided (the budget of steps was used up)
    steps: int
    order: tuple[int, ...] = ()  # calls in the order found, or in the longest one that fitted
    state: State | None = None  # the state after them


class OutOfSteps(Exception):
    """The search took longer than it may."""


@dataclass(frozen=True)
class Rule(Generic[State]):
    """The sequential rule: what a wish makes of a state and answers; and two hints that only save time."""

    step: Callable[[State, Any], tuple[State, Any]]
    doomed: Callable[[State, Any, Any], bool] = lambda state, wish, said: False
    quiet: Callable[[State, State], bool] = lambda before, after: False  # nobody sees the change: tried first


def search(start: State, calls: Sequence[Call], rule: Rule[State], budget: int = 1_000_000) -> Finding[State]:
    """Look for an order of `calls` that the rule explains. `budget` counts questions to the rule."""
    return _Search(start, sorted(calls, key=lambda call: call.sent), rule, budget).run()


def holds(start: State, calls: Sequence[Call], order: Sequence[int], rule: Rule[State]) -> bool:
    """Whether `order` (places in `calls`) is a proof: every call heard is in it once, in time, with its very answer."""
    answered = {n for n, call in enumerate(calls) if call.heard is not None}
    if len(set(order)) != len(order) or not answered <= set(order):
        return False
    state, latest = start, -NEVER
    for n in order:
        call = calls[n]
        latest = max(latest, call.sent)
        state, answer = rule.step(state, call.wish)
        if call.heard is not None and (call.heard < latest or answer[: len(call.said)] != call.said):
            return False
    return True


class _Search(Generic[State]):
    def __init__(self, start: State, calls: Sequence[Call], rule: Rule[State], budget: int) -> None:
        self.calls, self.rule, self.budget, self.steps = calls, rule, budget, 0
        self.start = start
        self.answered = sum(1 << n for n, call in enumerate(calls) if call.heard is not None)
        self.tried: set[tuple[int, State]] = set()

    def run(self) -> Finding[State]:
        order: list[int] = []
        best: tuple[tuple[int, ...], State] = ((), self.start)
        try:
            branches = [self._next(0, self.start)]
            while branches:
                found = next(branches[-1], None)
                if found is None:
                    branches.pop()
                    del order[-1:]
                    continue
                n, done, state = found
                order.append(n)
                if len(order) > len(best[0]):
                    best = tuple(order), state
                if done & self.answered == self.answered:
                    return Finding("linear", self.steps, tuple(order), state)
                branches.append(self._next(done, state))
        except OutOfSteps:
            return Finding("undecided", self.steps, *best)
        if not self.answered:
            return Finding("linear", self.steps, (), self.start)
        return Finding("not linear", self.steps, *best)

    def _next(self, done: int, state: State) -> Iterator[tuple[int, int, State]]:
        """The calls that may come next, each with what is done and how things stand after it."""
        fitting: list[tuple[float, int, State]] = []
        for n in self._candidates(done):
            call = self.calls[n]
            after, answer = self._asked(state, call)
            if call.heard is None:
                if after != state:
                    fitting.append((call.advice, n, after))
            elif answer[: len(call.said)] == call.said:
                if after == state and call.telling:
                    yield n, done | 1 << n, state
                    return
                fitting.append((-1 if self.rule.quiet(state, after) else call.advice, n, after))
            elif self.rule.doomed(state, call.wish, call.said):
                return
        fitting.sort(key=lambda each: each[:2])
        for _, n, after in fitting:
            key = (done | 1 << n, after)
            if key not in self.tried:
                self.tried.add(key)
                yield n, *key

    def _candidates(self, done: int) -> list[int]:
        """The calls not done that were sent before the first answer among them was heard."""
        found, first_heard = [], NEVER
        for n, call in enumerate(self.calls):
            if done >> n & 1:
                continue
            if call.sent > first_heard:
                break
            found.append(n)
            first_heard = min(first_heard, NEVER if call.heard is None else call.heard)
        return found

    def _asked(self, state: State, call: Call) -> tuple[State, Any]:
        self.steps += 1
        if self.steps > self.budget:
            raise OutOfSteps
        return self.rule.step(state, call.wish)
