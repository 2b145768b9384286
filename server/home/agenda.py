"""What the home page says of the coming days, from the squares themselves: what happens this week, who may be absent.

A file of its own: screens have no rules of their own, but these sentences need a home apart from the doors.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from server.bookings.queries.absences import promised
from server.bookings.queries.squares import Child, Slot, Span
from server.bookings.screens import child_of, cost_of, legend, monday_of, opening_day, square_of
from server.families.rules import whose_day
from server.french import clock, day_long, day_short
from server.home.todo import todo_of

Values = dict[str, Any]


def home_of(span: Span, first_name: str, account: str, papers: int, now: datetime) -> Values:
    """The home page, as home.html wants it. `span` covers this week and the two that follow; `papers` are to send."""
    here = now.astimezone(ZoneInfo(span.catalogue.zone))
    today = here.date()
    monday = monday_of(opening_day(today))
    return {
        "first_name": first_name,
        "date": f"{day_long(today).capitalize()}, {clock(here.hour * 60 + here.minute)}",
        "todo": todo_of(span, papers, now),
        "legend": legend(),
        "account": account,
        "week_title": "Cette semaine" if monday <= today else "La semaine prochaine",
        "week": [_week_line(child, span, monday, today, now) for child in span.children],
        "cost": cost_of(slot for slot in span.slots if monday <= slot.day < monday + timedelta(days=7)),
        "absent": list(_may_be_absent(span, today, now)),
        "shortcuts": [],
    }


def _may_be_absent(span: Span, today: date, now: datetime) -> Iterable[Values]:
    """« Tom malade aujourd'hui »: one tap for each child somebody expects today or else tomorrow."""
    for child in span.children:
        for day, word in ((today, "aujourd’hui"), (today + timedelta(days=1), "demain")):
            if any(line.changes for line in promised(span, child, day, day, now)):
                yield {**child_of(child), "text": f"{child.first_name} malade {word}"}
                break


def _week_line(child: Child, span: Span, monday: date, today: date, now: datetime) -> Values:
    """One child's week: each day, what is asked for or booked."""
    days = [monday + timedelta(days=n) for n in range(5)]
    return {"child": child_of(child), "days": [_day_line(child, day, span, today, now) for day in days]}


def _day_line(child: Child, day: date, span: Span, today: date, now: datetime) -> Values:
    shown = [
        square_of(slot, now) | {"name": slot.activity.short}
        for slot in span.slots
        if slot.child.id == child.id and slot.day == day and not slot.away and _worth_showing(slot)
    ]
    away = child.custody.shared and whose_day(child.custody, day) == "away"
    return {"short": day_short(day), "today": day == today, "items": shown, "away": away}


def _worth_showing(slot: Slot) -> bool:
    return slot.square.state not in ("free", "refused")
