"""What is odd in a whole plan: each session's oddities, orders reversed, and the habits of the rule."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from server.activities.rules.days import TownCalendar
from server.bookings.rules.oddities.kinds import KINDS, Odd
from server.bookings.rules.oddities.session import NEAR, lead, oddities_of_one
from server.bookings.rules.simulation import Planned
from server.french import NBSP, WEEKDAYS, day_long

HALF = 0.5  # of a weekday's sessions: from there on it is a habit
FEWEST = 4  # sessions of a weekday before one can speak of habits
HABITS = ("order", "landing", "far", "never")


@dataclass(frozen=True)
class Found:
    """The oddities of each session, in the order of the plan, and the habits of the rule."""

    by_day: tuple[tuple[Odd, ...], ...]
    habits: tuple[str, ...]


def oddities_of(plan: Sequence[Planned], calendar: TownCalendar, starts: str, far: int) -> Found:
    """All that is odd under the proposed rules; `starts` is the activity's usual « HH:MM », `far` a number of days."""
    latest: Planned | None = None
    by_day: list[list[Odd]] = []
    for n, each in enumerate(plan):
        before = plan[n - 1] if n else None
        by_day.append([*oddities_of_one(each, before, calendar, starts, far), *_order(each, latest)])
        if latest is None or each.new.book.closes_at > latest.new.book.closes_at:
            latest = each
    habits = _habits(plan, by_day)
    rare = tuple(
        tuple(odd for odd in odds if (odd.kind, each.session.day.weekday()) not in habits)
        for each, odds in zip(plan, by_day, strict=True)
    )
    return Found(rare, tuple(_habit_words(habits)))


def usual_lead(plan: Sequence[Planned]) -> int:
    """How many days before the session the deadline mostly lies, at most; what `far` may start from."""
    leads = Counter(lead(each, each.new.book) for each in plan)
    common = [days for days, n in leads.items() if n >= max(2, len(plan) / 12)]
    return max(common, default=NEAR)


def _order(each: Planned, latest: Planned | None) -> Iterator[Odd]:
    """A later session that closes before an earlier one."""
    if latest is not None and each.new.book.closes_at < latest.new.book.closes_at:
        yield Odd("order", f"se réserve avant la date limite de {day_long(latest.session.day)}, qui vient plus tôt")


Habits = dict[tuple[str, int], int]


def _habits(plan: Sequence[Planned], by_day: Sequence[Sequence[Odd]]) -> Habits:
    """The kinds of oddity that most sessions of a weekday share."""
    sessions = Counter(each.session.day.weekday() for each in plan)
    met = Counter(
        (kind, each.session.day.weekday())
        for each, odds in zip(plan, by_day, strict=True)
        for kind in {odd.kind for odd in odds}
        if kind in HABITS
    )
    return {
        (kind, weekday): n
        for (kind, weekday), n in met.items()
        if sessions[weekday] >= FEWEST and n > HALF * sessions[weekday]
    }


HABIT_WORDS = {
    "order": "la date limite vient avant celle d’un jour précédent",
    "landing": "la date limite tombe un dimanche ou un jour fermé",
    "far": "la date limite vient très en avance",
    "never": "la séance ferme avant d’ouvrir, on ne peut jamais la réserver",
}


def _habit_words(habits: Habits) -> Iterator[str]:
    for kind, weekday in sorted(habits, key=lambda key: (list(KINDS).index(key[0]), key[1])):
        yield f"Presque tous les {WEEKDAYS[weekday]}s{NBSP}: {HABIT_WORDS[kind]}."
