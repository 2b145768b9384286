"""The month as people hang it on a wall: a row a week, a case a day, in it a small square for each child's activity."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from server.bookings.queries.squares import UNTOUCHED, Slot, Span
from server.bookings.screens.asked import Asked
from server.bookings.screens.squares import HOMES, Values, child_of, note_on, shown_state, word_of
from server.families.rules import Custody, whose_day
from server.french import MONTHS, WEEKDAYS, day_long, ordinal
from server.web.pieces import Pieces, in_html, joined

Cases = dict[date, dict[int, list[str]]]  # the small squares by day and child, each as its piece of page


class Shown(NamedTuple):
    """A child of whom the month shows something."""

    id: int
    ref: str
    words: Values
    custody: Custody

    def home(self, day: date) -> str:
        """With whom the child is, in the templates' words."""
        return HOMES[whose_day(self.custody, day)] if self.custody.shared else "you"


def month_of(span: Span, asked: Asked, now: datetime, today: date, squares: Pieces) -> Values:
    """The month, as month.html wants it. Weekends have columns when something is offered on one."""
    cases = _cases(span.slots, now, squares)
    working = 1 + max([4, *(day.weekday() for day in cases)])
    shown = [
        Shown(child.id, in_html(child.ref), child_of(child), child.custody)
        for child in span.children
        if asked.child in ("", child.ref)
    ]
    first, last = asked.first, asked.last
    weeks = [[monday + timedelta(days=n) for n in range(working)] for monday in asked.mondays]
    return {
        "weekdays": WEEKDAYS[:working],
        "activities": _activities(span.slots),
        "alone": len(shown) == 1,
        "weeks": [
            {
                **_head(days[0], asked),
                "days": [_day(day, span, shown, cases, today) if first <= day <= last else None for day in days],
            }
            for days in weeks
            if first <= days[-1] and days[0] <= last
        ],
    }


def _cases(slots: Iterable[Slot], now: datetime, squares: Pieces) -> Cases:
    """The small squares in the order of activities; none for a day at the other home."""
    found: Cases = {}
    untouched: dict[int, str] = {}  # the same for every child: judged once a session
    for slot in slots:
        case = (found.get(slot.day) or found.setdefault(slot.day, {})).setdefault(slot.child.id, [])
        if slot.away:
            continue
        if slot.square is not UNTOUCHED or slot.theirs or slot.barred:
            square = _square(slot, now, squares)
        elif not (square := untouched.get(slot.session_id, "")):
            square = untouched[slot.session_id] = _square(slot, now, squares)
        case.append(square)
    return found


def _square(slot: Slot, now: datetime, squares: Pieces) -> str:
    """One small square, as month_square.html draws it."""
    state, _ = shown_state(slot, now)
    return squares.of((slot.session_id, state, slot.square.version, slot.activity.letter, word_of(slot, state)))


def _activities(slots: Iterable[Slot]) -> list[Values]:
    """The letters met, with what they stand for."""
    met = {slot.activity.id: slot.activity for slot in slots}
    ordered = sorted(met.values(), key=lambda activity: activity.position)
    return [{"letter": activity.letter, "short": activity.short} for activity in ordered]


@lru_cache(maxsize=500)
def _head(monday: date, asked: Asked) -> Values:
    """The week's own address: its large squares are one tap away, and on the phone's shelf."""
    week = asked.moved(view="semaine", day=monday)
    return {
        "title": f"Semaine du {ordinal(monday.day)} {MONTHS[monday.month - 1]}",
        "number": monday.isocalendar().week,
        "url": week.url(),
        "frag": week.fragment,
    }


def _day(day: date, span: Span, shown: list[Shown], cases: Cases, today: date) -> Values:
    case = cases.get(day)
    return {
        **_words(day),
        "today": day == today,
        "past": day < today,
        "note": note_on(span, day),
        "rows": [(each.words, each.home(day), joined(case.get(each.id, ()), each.ref)) for each in shown]
        if case
        else (),
    }


@lru_cache(maxsize=500)
def _words(day: date) -> Values:
    return {"iso": day.isoformat(), "number": day.day, "long": day_long(day)}
