"""The sequential rule: one session, one change at a time. Written apart from the server's own rules, to judge them.

`step` is all there is: a session and a wish in, the session after it and the answer out. The wishes of a rush are
made long before every cutoff, by families that are enrolled: only places, versions and the waiting list decide.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

HOLDING = ("requested", "booked", "cancel_requested")
ASKED = ("requested", "booked", "waiting")
Answer = tuple[Any, ...]


class Terms(NamedTuple):
    """How the activity takes bookings: by itself or through an agent, with or without a waiting list."""

    by_agent: bool
    waiting_list: bool

    @property
    def first(self) -> str:
        return "requested" if self.by_agent else "booked"


class Square(NamedTuple):
    """One child on this session; `by` is who moved it last, None for nobody or for the waiting list."""

    state: str = "free"
    version: int = 0
    by: int | None = None


class Session(NamedTuple):
    """The whole object under test."""

    terms: Terms
    capacity: int
    squares: tuple[Square, ...]
    queue: tuple[int, ...] = ()  # children waiting, the first first
    numbers: tuple[tuple[str, int, int], ...] = ()  # device, child, highest sequence number judged

    @property
    def taken(self) -> int:
        return sum(square.state in HOLDING for square in self.squares)

    @property
    def full(self) -> bool:
        return self.taken >= self.capacity

    def place_of(self, child: int) -> int:
        """The child's place on the waiting list, from 1; 0 when it does not wait."""
        return self.queue.index(child) + 1 if child in self.queue else 0


@dataclass(frozen=True)
class Tap:
    """A family's wish; `device` is empty for a phone that taps this square only once."""

    child: int
    want: str
    seen: int
    by: int
    device: str = ""
    seq: int = 0


@dataclass(frozen=True)
class Override:
    """An agent books, frees or queues one child."""

    child: int
    state: str
    seen: int
    by: int


@dataclass(frozen=True)
class Decision:
    """An agent accepts or refuses some (child, version seen) together."""

    picks: tuple[tuple[int, int], ...]
    verdict: str
    by: int


@dataclass(frozen=True)
class Resize:
    """An agent changes the places from `seen` to `capacity`."""

    seen: int
    capacity: int


@dataclass(frozen=True)
class Look:
    """One reading of the whole session."""


Wish = Tap | Override | Decision | Resize | Look


def step(session: Session, wish: Wish) -> tuple[Session, Answer]:
    """The session after `wish`, and what whoever wished is told."""
    match wish:
        case Tap():
            return _tap(session, wish)
        case Override():
            return _override(session, wish)
        case Decision():
            return _decide(session, wish)
        case Resize():
            return _resize(session, wish)
        case Look():
            return session, seen_of(session)


def seen_of(session: Session) -> Answer:
    """Everything somebody who reads the session finds."""
    return session.capacity, session.taken, tuple(square[:2] for square in session.squares), session.queue


def doomed(session: Session, wish: Wish, said: Answer) -> bool:
    """Whether `said` can be no answer from here on: versions and numbers only grow, and it speaks of older ones."""
    match wish:
        case Tap(child=child):
            late = wish.seq <= _last(session, wish) and said[:1] != ("superseded",)
            return bool(said) and (late or said[2] < session.squares[child].version)
        case Override(child=child, seen=seen):
            return said[:1] == ("done",) and seen < session.squares[child].version
        case Look():
            pairs = zip(said[2], session.squares, strict=True) if said else ()
            return any(version < square.version for (_, version), square in pairs)
    return False


def quiet(before: Session, after: Session) -> bool:
    """Whether only the numbers of phones differ."""
    return before._replace(numbers=after.numbers) == after


def _last(session: Session, wish: Tap) -> int:
    """The highest number judged of this phone on this square, or -1."""
    return max((n for d, c, n in session.numbers if (d, c) == (wish.device, wish.child)), default=-1)


def _tap(session: Session, wish: Tap) -> tuple[Session, Answer]:
    square = session.squares[wish.child]
    if wish.device:
        if wish.seq <= _last(session, wish):
            return session, ("superseded", *_told(session, wish.child))
        rest = tuple(known for known in session.numbers if known[:2] != (wish.device, wish.child))
        session = session._replace(numbers=tuple(sorted((*rest, (wish.device, wish.child, wish.seq)))))
    if (square.state in ASKED) == (wish.want == "booked"):
        return session, ("applied", *_told(session, wish.child))
    if square.version != wish.seen and square.by not in (None, wish.by):
        return session, ("conflict", *_told(session, wish.child))
    state = _booked(session, square) if wish.want == "booked" else _released(session, square)
    if not state:
        return session, ("rejected", *_told(session, wish.child))
    moved = _moved(session, wish.child, state, wish.by)
    return _called(moved), ("applied", *_told(moved, wish.child))


def _booked(session: Session, square: Square) -> str:
    if square.state == "cancel_requested":
        return "booked"
    if not session.full:
        return session.terms.first
    return "waiting" if session.terms.waiting_list else ""


def _released(session: Session, square: Square) -> str:
    return "cancel_requested" if square.state == "booked" and session.terms.by_agent else "free"


def _override(session: Session, wish: Override) -> tuple[Session, Answer]:
    square = session.squares[wish.child]
    if square.version != wish.seen:
        return session, ("conflict", square.state)
    if not _may(session, square.state, wish.state):
        return session, ("refused", square.state)
    return _called(_moved(session, wish.child, wish.state, wish.by)), ("done", wish.state)


def _may(session: Session, before: str, after: str) -> bool:
    """Whether an agent may do it: cutoffs are not theirs to keep, places are."""
    if after == "free":
        return before in (*ASKED, "cancel_requested")
    if after == "waiting":
        return before in ("free", "refused") and session.full and session.terms.waiting_list
    if before in ("requested", "cancel_requested"):
        return True
    return before != "booked" and not session.full


def _decide(session: Session, wish: Decision) -> tuple[Session, Answer]:
    """All the verdicts first, then the waiting list is called."""
    after = {
        ("accept", "requested"): "booked",
        ("accept", "cancel_requested"): "free",
        ("refuse", "requested"): "refused",
        ("refuse", "cancel_requested"): "booked",
    }
    counts = {"requested": 0, "cancel_requested": 0}
    for child, version in wish.picks:
        square = session.squares[child]
        state = after.get((wish.verdict, square.state))
        if state and square.version == version:
            counts[square.state] += 1
            session = _moved(session, child, state, wish.by)
    called = _called(session)
    stale = len(wish.picks) - sum(counts.values())
    return called, (*counts.values(), len(session.queue) - len(called.queue), stale)


def _resize(session: Session, wish: Resize) -> tuple[Session, Answer]:
    if session.capacity == wish.capacity:
        return session, ("done", 0)
    if session.capacity != wish.seen:
        return session, ("conflict", 0)
    if wish.capacity < session.taken:
        return session, ("refused", 0)
    called = _called(session._replace(capacity=wish.capacity))
    return called, ("done", len(session.queue) - len(called.queue))


def _moved(session: Session, child: int, state: str, by: int | None) -> Session:
    squares = list(session.squares)
    squares[child] = Square(state, squares[child].version + 1, by)
    queue = tuple(waiting for waiting in session.queue if waiting != child)
    return session._replace(squares=tuple(squares), queue=(*queue, child) if state == "waiting" else queue)


def _called(session: Session) -> Session:
    """Free places go to those who wait, at once and in their order."""
    while session.queue and not session.full:
        session = _moved(session, session.queue[0], session.terms.first, None)
    return session


def _told(session: Session, child: int) -> Answer:
    return *session.squares[child][:2], session.place_of(child)
