"""A rush from its plan to its judgement: carried out, read, searched for an order, replayed line by line."""

import random
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from time import monotonic_ns

from server.database import Database
from tests.faults.histories.commits import Line, replay
from tests.faults.histories.linear import NEVER, Call, Finding, Rule, search
from tests.faults.histories.readings import left_behind
from tests.faults.histories.rule import Answer, Decision, Look, Override, Resize, Session, Tap, doomed, quiet, step
from tests.faults.histories.rush import Door, Plan, Rush
from tests.faults.histories.witness import witnessed

RULE = Rule(step, doomed, quiet)


@dataclass
class Judged:
    """What became of one rush, in figures, and every fault either judge found."""

    plan: Plan
    counts: Counter[str]
    lines: int
    steps: int  # questions to the rule; no more than calls when the order of the commits explained them all
    verdict: str = ""  # linear | not linear | undecided
    searched: bool = False  # the order of the commits did not explain it
    search_faults: list[str] = field(default_factory=list)
    commit_faults: list[str] = field(default_factory=list)

    @property
    def faults(self) -> list[str]:
        return [*self.search_faults, *self.commit_faults]


async def judged(plan: Plan, door: Door, db: Database, budget: int = 200_000) -> Judged:
    """Carry out `plan` and judge it. `db` only reads, when everything is over."""
    rush = Rush(plan, door)
    await rush.run()
    read_at = monotonic_ns()
    final, lines, verdicts = await left_behind(db, plan.session, plan.children)
    calls = {**rush.calls(), "at the end": Call(Look(), read_at, monotonic_ns(), final, telling=True)}
    found = witnessed(RULE, plan.start, calls, lines, verdicts, door.known_as)
    searched = found is None
    ordered = _advised(calls, _Guess(lines, verdicts, door.known_as))
    found = found or _searched(plan, ordered, budget)
    return Judged(
        plan,
        rush.counts,
        len(lines),
        found.steps,
        found.verdict,
        searched,
        [*rush.contradictions(), *_said_of(found, ordered)],
        replay(plan.start.terms, plan.capacity, lines, plan.children, final),
    )


def _searched(plan: Plan, calls: list[Call], budget: int) -> Finding[Session]:
    """The search, begun anew with blurred guesses when it loses its way: an early wrong one may cost it everything."""
    found, dice = search(plan.start, calls, RULE, budget), random.Random(plan.seed)
    for blur in (1, 2, 4):
        if found.verdict != "undecided":
            break
        guesses = [replace(call, advice=call.advice + dice.uniform(0, blur)) for call in calls]
        found = search(plan.start, guesses, RULE, budget)
    return found


def _advised(calls: dict[str, Call], guess: "_Guess") -> list[Call]:
    """The calls with a guess where the database wrote each: what the search tries first, never what it accepts."""
    return [replace(call, advice=guess.of(id_, call)) for id_, call in calls.items()]


class _Guess:
    """Lines of the audit trail by what they are about."""

    def __init__(self, lines: list[Line], verdicts: dict[str, Answer], known_as: Mapping[int, int]) -> None:
        self.verdicts, self.known_as = verdicts, known_as
        self.squares = {(line.child, line.version): line for line in lines if line.child >= 0}
        self.sizes = [line for line in lines if line.child < 0]

    def of(self, tap_id: str, call: Call) -> float:
        match call.wish:
            case Tap(child=child, by=by):
                answer = call.said or self.verdicts.get(tap_id)
                line = self.squares.get((child, answer[2])) if answer else None
                # Of two parents who were told the same, the one the trail does not name came after.
                other = line and line.action == "tap" and line.actor != self.known_as.get(by, line.actor)
                return line.id + (0.5 if other else 0) if line else NEVER
            case Override(child=child, seen=seen):
                line = self.squares.get((child, seen + 1))
                return line.id if line else NEVER
            case Decision():
                return self._decision(call.wish)
            case Resize(seen=seen, capacity=capacity):
                return self._resize(seen, capacity)
        return NEVER

    def _decision(self, wish: Decision) -> float:
        """The first line that such a verdict on one of the picks may have written."""
        made = {("accept", "booked", "requested"), ("accept", "free", "cancel_requested")}
        made |= {("refuse", "refused", "requested"), ("refuse", "booked", "cancel_requested")}
        found = [self.squares.get((child, seen + 1)) for child, seen in wish.picks]
        return min((at.id for at in found if at and (wish.verdict, at.after, at.before) in made), default=NEVER)

    def _resize(self, seen: int, capacity: int) -> float:
        """The next line of such a change; the same change may have been made more than once."""
        for n, line in enumerate(self.sizes):
            if (line.before, line.after) == (seen, capacity):
                return self.sizes.pop(n).id
        return NEVER


def _said_of(found: Finding[Session], calls: list[Call]) -> list[str]:
    """The search's refusal in words: how far it came, and which calls nothing explains any more."""
    if found.verdict == "linear":
        return []
    ordered = sorted(calls, key=lambda call: call.sent)
    left = [call for n, call in enumerate(ordered) if n not in found.order and call.heard is not None]
    told = "; ".join(f"{call.wish} was told {call.said}" for call in left[:3])
    return [f"{found.verdict} after {found.steps} steps, {len(left)} of {len(calls)} calls unexplained: {told}"[:1500]]


def seed_of(name: str, nth: int) -> int:
    """A seed of its own for each rush of each house, the same at every run."""
    return uuid.uuid5(uuid.NAMESPACE_OID, f"{name} {nth}").int % 2**32
