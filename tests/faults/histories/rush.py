"""One rush on one session: a plan drawn from a seed, many hands that carry it out at once, and what each call heard."""

import asyncio
import random
import time
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from tests.faults.histories.linear import Call
from tests.faults.histories.rule import Answer, Decision, Look, Override, Resize, Session, Square, Tap, Terms, Wish

AGENT = 0  # who an agent is in the wishes; families' accounts are numbered from 1
TERMS = {"atelier": Terms(False, True), "mercredi": Terms(True, True), "stage": Terms(False, False)}


class Door(Protocol):
    """A way into the portal. An answer may be cut short; None when none came and nobody knows what happened."""

    accounts: int  # how many accounts a family has at this door
    known_as: Mapping[int, int]  # accounts of the database by their number in the wishes, where they differ

    async def send(self, plan: "Plan", wish: Wish, tap_id: str) -> Answer | None: ...


@dataclass(frozen=True)
class Plan:
    """What kind of rush; `session` is the row it happens on."""

    seed: int
    session: int
    activity: str
    capacity: int
    children: int
    calls: int
    hands: int

    @property
    def start(self) -> Session:
        return Session(TERMS[self.activity], self.capacity, (Square(),) * self.children)


def plan_of(seed: int, activity: str, hands: int, session: int = 0) -> Plan:
    """Capacities 1 to 40, 50 to 500 calls: always enough calls to fill the places, most rushes small."""
    dice = random.Random(seed)
    low, high = dice.choices([(50, 120), (120, 250), (250, 500)], [80, 15, 5])[0]
    calls = dice.randint(low, high)
    capacity = dice.randint(1, min(40, calls // 4))
    return Plan(seed, session, activity, capacity, capacity + dice.randint(4, 30), calls, hands)


@dataclass
class _Sent:
    """One wish and every time it went out: a repeat of a tap is the same call, sent and heard again."""

    wish: Wish
    sent: int
    heard: int | None = None
    said: Answer = ()
    others: list[Answer] = field(default_factory=list)


@dataclass
class Rush:
    """A plan under way. `calls()` is its history, once `run` is over."""

    plan: Plan
    door: Door
    sent: dict[str, _Sent] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._dice = random.Random(self.plan.seed)
        self._known = dict.fromkeys(range(self.plan.children), ("free", 0))
        self._capacity = self.plan.capacity
        self._seqs: Counter[int] = Counter()
        self._once_only: set[object] = set()  # changes of capacity, and squares picked for a decision
        self._left = self.plan.calls

    async def run(self) -> None:
        """Every hand sends one call after the other until the plan is used up; some of the taps unheard ask again.

        Only taps: an agent's form sent twice would be two calls, each with an effect of its own.
        """
        await asyncio.gather(*(self._hand() for _ in range(self.plan.hands)))
        unheard = [id_ for id_, sent in self.sent.items() if sent.heard is None and isinstance(sent.wish, Tap)]
        await asyncio.gather(*(self._send(id_) for id_ in unheard if self._dice.random() < 0.5))

    def calls(self) -> dict[str, Call]:
        """The history: one call a wish, from its first sending to its first answer."""
        return {
            tap_id: Call(sent.wish, sent.sent, sent.heard, sent.said, telling=_telling(sent))
            for tap_id, sent in self.sent.items()
        }

    def contradictions(self) -> list[str]:
        """Repeats of one tap that got other words."""
        return [
            f"{sent.wish} was told {sent.said}, then {other}"
            for sent in self.sent.values()
            for other in sent.others
            if other != sent.said
        ]

    async def _hand(self) -> None:
        while self._left > 0:
            self._left -= 1
            kind = self._dice.random()
            if kind < 0.06 and (taps := [k for k, s in self.sent.items() if isinstance(s.wish, Tap)]):
                self.counts["repeats"] += 1
                await self._send(self._dice.choice(taps[-20:]))
                continue
            tap_id = str(uuid.UUID(int=self._dice.getrandbits(128), version=4))
            self.sent[tap_id] = _Sent(self._wish(), time.monotonic_ns())
            await self._send(tap_id, impatient=isinstance(self.sent[tap_id].wish, Tap) and self._dice.random() < 0.04)

    async def _send(self, tap_id: str, impatient: bool = False) -> None:
        sent = self.sent[tap_id]
        patience = self._dice.uniform(0, 0.02) if impatient else 60
        try:
            answer = await asyncio.wait_for(self.door.send(self.plan, sent.wish, tap_id), patience)
        except TimeoutError:
            answer = None
        self.counts[type(sent.wish).__name__ if answer is not None else "unheard"] += 1
        if answer is None:
            return
        if sent.heard is None:
            sent.heard, sent.said = time.monotonic_ns(), answer
        sent.others.append(answer)
        self._learn(sent.wish, answer)

    def _learn(self, wish: Wish, answer: Answer) -> None:
        """What the next wishes are made upon: the newest each hand has heard, often already stale."""
        if isinstance(wish, Tap):
            self.counts[answer[0]] += 1
            self._known[wish.child] = max(self._known[wish.child], (answer[1], answer[2]), key=lambda each: each[1])
        elif isinstance(wish, Look):
            self._known = dict(enumerate(answer[2]))
            self._capacity = answer[0]
        elif isinstance(wish, Resize) and answer[0] == "done":
            self._capacity = wish.capacity

    def _wish(self) -> Wish:
        dice, child = self._dice, self._dice.randrange(self.plan.children)
        state, version = self._known[child]
        kind = dice.random()
        if kind < 0.82:
            return self._tap(child, state, version)
        if kind < 0.88:
            return Look()
        if kind < 0.91:
            return self._once(Resize(self._capacity, max(1, self._capacity + dice.choice([-3, -2, -1, 1, 2]))))
        pending = [(n, v) for n, (s, v) in self._known.items() if s in ("requested", "cancel_requested")]
        pending = [pick for pick in pending if pick not in self._once_only]
        if pending and dice.random() < 0.8:
            picks = dice.sample(pending, min(len(pending), dice.randint(1, 3)))
            self._once_only.update(picks)
            return Decision(tuple(picks), dice.choice(["accept", "accept", "refuse"]), AGENT)
        return Override(child, dice.choice(["booked", "free", "free", "waiting"]), version, AGENT)

    def _once(self, wish: Wish) -> Wish:
        """The wish, or a look when the same was sent before: two alike with one effect only make the search guess."""
        if wish in self._once_only:
            return Look()
        self._once_only.add(wish)
        return wish

    def _tap(self, child: int, state: str, version: int) -> Tap:
        """Families who have nothing ask, those who have something sometimes give it back."""
        dice = self._dice
        want = "booked" if state in ("free", "refused") or dice.random() < 0.3 else "free"
        tap = Tap(child, want, version, dice.randint(1, self.door.accounts))
        if dice.random() < 0.15:
            self._seqs[child] += 1
            tap = replace(tap, by=1, device=str(uuid.UUID(int=child + 1)), seq=self._seqs[child])
        return tap


def _telling(sent: _Sent) -> bool:
    """Whether the answer shows that the call changed nothing, when it fits a state it leaves alone.

    A capacity set to what it is already says "done" like one that changes it; an answer half understood says nothing.
    """
    return bool(sent.said) and not isinstance(sent.wish, Resize | Decision)
