"""The second judge: the audit trail of a session, read in the order of its commits, against the rule at every line.

It knows nothing of calls and answers, so it sees what the search cannot when cancellations are in flight: a square
handed over in the wrong order and put right before anybody looked. Its rules are its own, not those of rule.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from tests.faults.histories.rule import HOLDING, Terms

ALLOWED = {
    "tap": {
        ("free", "booked"), ("free", "requested"), ("free", "waiting"), ("refused", "booked"), ("refused", "requested"),
        ("refused", "waiting"), ("requested", "free"), ("waiting", "free"), ("booked", "free"),
        ("booked", "cancel_requested"), ("cancel_requested", "booked"),
    },
    "override": {
        ("free", "booked"), ("free", "waiting"), ("refused", "booked"), ("refused", "waiting"), ("requested", "booked"),
        ("requested", "free"), ("waiting", "free"), ("booked", "free"), ("cancel_requested", "free"),
        ("cancel_requested", "booked"),
    },
    "decision": {
        ("requested", "booked"), ("requested", "refused"), ("cancel_requested", "free"), ("cancel_requested", "booked"),
    },
    "promoted": {("waiting", "booked"), ("waiting", "requested")},
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One line of the audit trail; a capacity line has no child and numbers for states."""

    id: int
    action: str
    child: int
    before: Any
    after: Any
    version: int
    transaction: str  # empty where the engine does not tell
    committed_at: datetime | None
    actor: int | None = None  # the account


@dataclass
class Book:
    """The session as the lines make it, and what was wrong on the way."""

    terms: Terms
    capacity: int
    states: dict[int, str] = field(default_factory=dict)
    versions: dict[int, int] = field(default_factory=dict)
    queue: list[int] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def taken(self) -> int:
        return sum(state in HOLDING for state in self.states.values())

    @property
    def owes(self) -> bool:
        """Whether a place is free while somebody waits for it."""
        return bool(self.queue) and self.taken < self.capacity

    def write(self, line: Line) -> None:
        """One line: what it may not do is noted, then it is done."""
        if line.action == "capacity":
            self._expect(line.before == self.capacity, line, f"starts from {self.capacity} places")
            self.capacity = line.after
        else:
            self._move(line)
        self._expect(self.taken <= self.capacity, line, f"{self.taken} places given of {self.capacity}")

    def _move(self, line: Line) -> None:
        state, version = self.states.get(line.child, "free"), self.versions.get(line.child, 0)
        self._expect(line.before == state, line, f"the square was {state}")
        self._expect(line.version == version + 1, line, f"the version was {version}")
        self._expect((line.before, line.after) in ALLOWED[line.action], line, "no such move")
        comes = line.after in HOLDING and line.before not in HOLDING
        if comes and line.action in ("tap", "promoted"):
            self._expect(line.after == self.terms.first, line, f"a place begins as {self.terms.first}")
        if line.action == "promoted":
            self._expect(self.queue[:1] == [line.child], line, f"the list was {self.queue}")
        elif comes:
            self._expect(not self.queue, line, f"it passed {self.queue}")
        if line.after == "waiting":
            self._expect(self.terms.waiting_list and self.taken >= self.capacity, line, "it need not wait")
            self.queue.append(line.child)
        elif line.child in self.queue:
            self.queue.remove(line.child)
        self.states[line.child], self.versions[line.child] = line.after, line.version

    def _expect(self, holds: bool, line: Line, otherwise: str) -> None:
        if not holds:
            self.faults.append(
                f"{line.action} {line.before} → {line.after} of child {line.child} ({line.id}): {otherwise}"
            )


def replay(terms: Terms, capacity: int, lines: Sequence[Line], children: int, final: tuple[Any, ...]) -> list[str]:
    """Everything wrong with `lines`, and with what is left at their end against `final`, the session as it was read."""
    book = Book(terms, capacity)
    book.faults += out_of_order(lines)
    for line, following in zip(lines, [*lines[1:], None], strict=True):
        book.write(line)
        if book.owes and not _goes_on(line, following):
            book.faults.append(f"a place stayed free after line {line.id} while {book.queue} waited")
    squares = tuple((book.states.get(n, "free"), book.versions.get(n, 0)) for n in range(children))
    left = (book.capacity, book.taken, squares, tuple(book.queue))
    book.faults += [f"the session says {b}, its lines say {a}" for a, b in zip(left, final, strict=True) if a != b]
    return book.faults


def _goes_on(line: Line, following: Line | None) -> bool:
    """Whether the next line calls the waiting list, or is one more verdict given together with this one."""
    if following is None or following.transaction != line.transaction:
        return False
    return following.action in ("promoted", "decision")


def out_of_order(lines: Sequence[Line]) -> list[str]:
    """Proof that the numbers of the lines are the order of their commits, by the engine's own word for it."""
    faults, ended, current = [], set(), ""
    for earlier, later in pairwise(lines):
        if earlier.committed_at and later.committed_at and earlier.committed_at > later.committed_at:
            faults.append(f"line {earlier.id} was committed after line {later.id}")
    for line in lines:
        if line.transaction != current:
            ended.add(current)
            current = line.transaction
            if current and current in ended:
                faults.append(f"another transaction wrote between the lines of the one of line {line.id}")
    return faults
