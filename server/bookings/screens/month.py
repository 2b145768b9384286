"""The month as people hang it on a wall: a row a week, a case a day, in it a small square for each child's activity."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from server.activities.rules.wording import MONTHS, WEEKDAYS, day_long, ordinal
from server.bookings.queries import Child, Slot, Span
from server.bookings.screens.asked import Asked
from server.bookings.screens.squares import HOMES, Values, child_of, note_on, shown_state, word_of
from server.families.rules import whose_day

Mark = tuple[str, str, int, str, str]  # key, state, version, the activity's letter, the state's word


def month_of(span: Span, asked: Asked, now: datetime, today: date) -> Values:
    """The month, as month.html wants it. Weekends have columns when something is offered on one."""
    marks = _marks(span.slots, now)
    working = 1 + max([4, *(day.weekday() for _, day in marks)])
    shown = [child for child in span.children if asked.child in ("", child.ref)]
    weeks = [[monday + timedelta(days=n) for n in range(working)] for monday in asked.mondays]
    return {
        "weekdays": WEEKDAYS[:working],
        "activities": _activities(span.slots),
        "alone": len(shown) == 1,
        "weeks": [
            {**_head(days[0], asked), "days": [_day(day, asked, span, shown, marks, today) for day in days]}
            for days in weeks
            if asked.first <= days[-1] and days[0] <= asked.last
        ],
    }


def _marks(slots: Iterable[Slot], now: datetime) -> dict[tuple[int, date], list[Mark]]:
    """The small squares by child and day, in the order of activities."""
    found: dict[tuple[int, date], list[Mark]] = {}
    for slot in slots:
        state = shown_state(slot, now)[0]
        mark = (slot.key, state, slot.square.version, slot.activity.letter, word_of(slot, state))
        found.setdefault((slot.child.id, slot.day), []).append(mark)
    return found


def _activities(slots: Iterable[Slot]) -> list[Values]:
    """The letters met, with what they stand for."""
    met = {slot.activity.id: slot.activity for slot in slots}
    ordered = sorted(met.values(), key=lambda activity: activity.position)
    return [{"letter": activity.letter, "short": activity.short} for activity in ordered]


def _head(monday: date, asked: Asked) -> Values:
    """The week's own address: its large squares are one tap away, and on the phone's shelf."""
    week = asked.moved(view="semaine", day=monday)
    return {
        "title": f"Semaine du {ordinal(monday.day)} {MONTHS[monday.month - 1]}",
        "number": monday.isocalendar().week,
        "url": week.url(),
        "frag": week.fragment,
    }


def _day(
    day: date,
    asked: Asked,
    span: Span,
    shown: list[Child],
    marks: dict[tuple[int, date], list[Mark]],
    today: date,
) -> Values | None:
    if not asked.first <= day <= asked.last:
        return None
    offered = any((child.id, day) in marks for child in shown)
    return {
        "iso": day.isoformat(),
        "number": day.day,
        "long": day_long(day),
        "today": day == today,
        "past": day < today,
        "note": note_on(span, day),
        "rows": [(child_of(child), _home(child, day), marks.get((child.id, day), ())) for child in shown]
        if offered
        else [],
    }


def _home(child: Child, day: date) -> str:
    return HOMES[whose_day(child.custody, day)] if child.custody.shared else "you"
