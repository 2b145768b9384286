"""A year of deadlines under two sets of rules, side by side: what changes, by how much, how often."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from server.bookings.rules.cutoff import Cutoff, Deadline, SessionTime
from server.french import clock, listed, plural

NOTICE = timedelta(days=7)  # what families are left to read a stricter rule before it holds


@dataclass(frozen=True)
class Times:
    """All limits of one session under one set of rules, as the engine gives them."""

    opens_at: datetime | None
    opens_to_others: datetime | None  # families of other towns
    book: Deadline
    cancel: Deadline
    rules: tuple[Cutoff, Cutoff]  # to book, to cancel

    def is_open(self, now: datetime) -> bool:
        """Whether a family of the town may book at this instant."""
        return (self.opens_at is None or now >= self.opens_at) and self.book.is_open(now)


@dataclass(frozen=True)
class Planned:
    """One session under the rules in force and under those proposed."""

    session: SessionTime
    old: Times
    new: Times

    @property
    def changes(self) -> bool:
        """Whether any date is another."""
        return self.moves_book or self.moves_cancel or self.moves_opening

    @property
    def moves_book(self) -> bool:
        return self.old.book.closes_at != self.new.book.closes_at

    @property
    def moves_cancel(self) -> bool:
        return self.old.cancel.closes_at != self.new.cancel.closes_at

    @property
    def moves_opening(self) -> bool:
        return (self.old.opens_at, self.old.opens_to_others) != (self.new.opens_at, self.new.opens_to_others)


@dataclass(frozen=True)
class Shift:
    """The session whose deadline moves furthest one way."""

    planned: Planned
    by: timedelta  # on the town's clock


@dataclass(frozen=True)
class Summary:
    """« 142 jours, 12 changent »; the furthest moves, or None where nothing moves that way."""

    days: int
    changed: int
    book: int
    cancel: int
    opening: int
    earlier: Shift | None
    later: Shift | None


def summary_of(plan: Sequence[Planned]) -> Summary:
    """The year in figures."""
    moves = [Shift(each, moved_by(each.old.book, each.new.book, each.session.zone)) for each in plan]
    moves += [Shift(each, moved_by(each.old.cancel, each.new.cancel, each.session.zone)) for each in plan]
    first = min(moves, key=lambda move: move.by, default=None)
    last = max(moves, key=lambda move: move.by, default=None)
    return Summary(
        len(plan),
        _count(plan, lambda each: each.changes),
        _count(plan, lambda each: each.moves_book),
        _count(plan, lambda each: each.moves_cancel),
        _count(plan, lambda each: each.moves_opening),
        first if first and first.by < timedelta(0) else None,
        last if last and last.by > timedelta(0) else None,
    )


def _count(plan: Sequence[Planned], is_so: Callable[[Planned], bool]) -> int:
    return sum(1 for each in plan if is_so(each))


def moved_by(old: Deadline, new: Deadline, zone: str) -> timedelta:
    """How much later (or, negative, earlier) on the town's clock: a change of hour is no move."""
    here = ZoneInfo(zone)
    return new.closes_at.astimezone(here).replace(tzinfo=None) - old.closes_at.astimezone(here).replace(tzinfo=None)


def shift_words(by: timedelta) -> str:
    """« 2 jours plus tôt », « 1 jour et 3 h plus tard », « inchangée »."""
    if not by:
        return "inchangée"
    days, minutes = divmod(int(abs(by) / timedelta(minutes=1)), 24 * 60)
    parts = [plural(days, "jour", "jours") if days else "", _length(minutes)]
    return f"{listed([part for part in parts if part])} {'plus tôt' if by < timedelta(0) else 'plus tard'}"


def _length(minutes: int) -> str:
    if minutes < 60:
        return f"{minutes} min" if minutes else ""
    return clock(minutes)


def first_calm_day(plan: Sequence[Planned], now: datetime) -> Planned | None:
    """The first session from which on nothing closes sooner than families can read of it: within NOTICE.

    A day that is closed under the old rules already takes nothing from anybody. None for an empty plan, or when even
    the last session is too near.
    """
    calm = None
    for each in reversed(plan):
        hurts = any(
            new.closes_at < old.closes_at and new.closes_at < now + NOTICE and old.is_open(now)
            for old, new in ((each.old.book, each.new.book), (each.old.cancel, each.new.cancel))
        )
        if hurts:
            return calm
        calm = each
    return calm
