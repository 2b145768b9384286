"""The month as people hang it on a wall: a row a week, a case a day, in it a small square for each child's activity."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from server.activities.rules.wording import MONTHS, WEEKDAYS, day_long, ordinal
from server.bookings.queries.squares import UNTOUCHED, Child, Slot, Span
from server.bookings.screens.asked import Asked
from server.bookings.screens.squares import HOMES, Values, child_of, note_on, shown_state, word_of
from server.families.rules import whose_day

Mark = tuple[str, str, int, str, str]  # key, state, version, the activity's letter, the state's word


def month_of(span: Span, asked: Asked, now: datetime, today: date) -> Values:
    """The month, as month.html wants it. Weekends have columns when something is offered on one."""
    marks = _marks(span.slots, now)
    working = 1 + max([4, *(day.weekday() for _, day in marks)])
    shown = [(child_of(child), child) for child in span.children if asked.child in ("", child.ref)]
    first, last = asked.first, asked.last
    weeks = [[monday + timedelta(days=n) for n in range(working)] for monday in asked.mondays]
    return {
        "weekdays": WEEKDAYS[:working],
        "activities": _activities(span.slots),
        "alone": len(shown) == 1,
        "weeks": [
            {
                **_head(days[0], asked),
                "days": [_day(day, span, shown, marks, today) if first <= day <= last else None for day in days],
            }
            for days in weeks
            if first <= days[-1] and days[0] <= last
        ],
    }


def _marks(slots: Iterable[Slot], now: datetime) -> dict[tuple[int, date], list[Mark]]:
    """The small squares by child and day, in the order of activities; none for a day at the other home."""
    found: dict[tuple[int, date], list[Mark]] = {}
    untouched: dict[int, str] = {}  # the same for every child: judged once a session
    for slot in slots:
        case = found.setdefault((slot.child.id, slot.day), [])
        if slot.away:
            continue
        if slot.square is not UNTOUCHED or slot.theirs:
            state = shown_state(slot, now)[0]
        elif not (state := untouched.get(slot.session_id, "")):
            state = untouched[slot.session_id] = shown_state(slot, now)[0]
        case.append((slot.key, state, slot.square.version, slot.activity.letter, word_of(slot, state)))
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
    span: Span,
    shown: list[tuple[Values, Child]],
    marks: dict[tuple[int, date], list[Mark]],
    today: date,
) -> Values:
    rows = [(values, _home(child, day), marks.get((child.id, day), ())) for values, child in shown]
    return {
        "iso": day.isoformat(),
        "number": day.day,
        "long": day_long(day),
        "today": day == today,
        "past": day < today,
        "note": note_on(span, day),
        "rows": rows if any((child.id, day) in marks for _, child in shown) else (),
    }


def _home(child: Child, day: date) -> str:
    return HOMES[whose_day(child.custody, day)] if child.custody.shared else "you"
