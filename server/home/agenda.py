"""What the home page says of the coming days, from the squares themselves: what to do, and what happens this week.

A file of its own: screens have no rules of their own, but these sentences need a home apart from the doors.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from server.activities.rules.wording import NBSP, clock, day_long, day_short, listed
from server.bookings.absence_queries import promised
from server.bookings.queries import Child, Slot, Span
from server.bookings.rules.squares import WISHED
from server.bookings.screens import child_of, cost_of, monday_of, shown_state, square_of
from server.families.rules import whose_day

AHEAD = timedelta(days=14)  # how far « rien de réservé » looks
SOON = timedelta(hours=36)  # a cutoff nearer than this is worth saying
Values = dict[str, Any]


def home_of(span: Span, first_name: str, now: datetime) -> Values:
    """The home page, as home.html wants it. `span` covers this week and the two that follow."""
    here = now.astimezone(ZoneInfo(span.catalogue.zone))
    return {
        "first_name": first_name,
        "date": f"{day_long(here.date()).capitalize()}, {clock(here.hour * 60 + here.minute)}",
        "todo": [*_refused(span), *_closing(span, now), *_nothing_booked(span, now)],
        "week": [_week_line(child, span, here.date(), now) for child in span.children],
        "cost": cost_of(slot for slot in span.slots if monday_of(slot.day) == monday_of(here.date())),
        "absent": list(_may_be_absent(span, here.date(), now)),
        "shortcuts": [],
    }


def _may_be_absent(span: Span, today: date, now: datetime) -> Iterable[Values]:
    """« Tom malade aujourd'hui »: one tap for each child somebody expects today or else tomorrow."""
    for child in span.children:
        for day, word in ((today, "aujourd’hui"), (today + timedelta(days=1), "demain")):
            if any(line.changes for line in promised(span, child, day, day, now)):
                yield {**child_of(child), "text": f"{child.first_name} malade {word}"}
                break


def _refused(span: Span) -> Iterable[Values]:
    """Refusals of the town hall still ahead: the reason is on the day."""
    for slot in span.slots:
        if slot.square.state == "refused":
            text = f"{slot.activity.name} de {slot.child.first_name}, {day_long(slot.day)}"
            note = f"Demande refusée{NBSP}: {slot.square.reason}" if slot.square.reason else "Demande refusée."
            yield _item("booking", text, note, f"/planning/jour/{slot.day}", "high")


def _closing(span: Span, now: datetime) -> Iterable[Values]:
    """The nearest cutoffs of days with nothing booked for children who usually come; brothers and sisters together."""
    together: dict[tuple[date, str, str], list[str]] = {}
    usual = {(slot.child.id, slot.activity.id) for slot in span.slots if slot.square.state in WISHED}
    for slot in _open((slot for slot in span.slots if _soon(slot, now)), now):
        if slot.square.state == "free" and (slot.child.id, slot.activity.id) in usual:
            what = (slot.day, slot.activity.name, slot.deadlines.book.sentence)
            together.setdefault(what, []).append(slot.child.first_name)
    for (day, activity, sentence), names in together.items():
        text = f"{activity} de {listed(names)}, {day_long(day)}"
        yield _item("booking", text, f"{sentence}.", f"/planning/jour/{day}", "soon")


def _soon(slot: Slot, now: datetime) -> bool:
    until = slot.deadlines.limits.book_until
    return until is not None and now < until <= now + SOON


def _nothing_booked(span: Span, now: datetime) -> Iterable[Values]:
    """Enrolled is not booked: a child with open squares and none taken in the coming fortnight."""
    for child in span.children:
        mine = [slot for slot in span.slots if slot.child.id == child.id and now <= slot.starts_at <= now + AHEAD]
        empty = [
            name
            for name, slots in _by_activity(mine).items()
            if not any(slot.square.state in WISHED for slot in slots) and any(True for _ in _open(slots, now))
        ]
        if empty:
            names = listed([name if not place else _low(name) for place, name in enumerate(empty)])
            note = f"{names}, dans les {AHEAD.days} prochains jours."
            yield _item("booking", f"Rien de réservé pour {child.first_name}", note, f"/planning?enfant={child.ref}")


def _open(slots: Iterable[Slot], now: datetime) -> Iterable[Slot]:
    return (slot for slot in slots if not slot.away and not shown_state(slot, now)[1])


def _by_activity(slots: Sequence[Slot]) -> dict[str, list[Slot]]:
    found: dict[str, list[Slot]] = {}
    for slot in slots:
        if not slot.away:
            found.setdefault(slot.activity.name, []).append(slot)
    return found


def _week_line(child: Child, span: Span, today: date, now: datetime) -> Values:
    """One child's week: each day, what is asked for or booked."""
    monday = today - timedelta(days=today.weekday())
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


def _item(kind: str, text: str, note: str, url: str, urgency: str = "normal") -> Values:
    return {"kind": kind, "text": text, "note": note, "url": url, "urgency": urgency}


def _low(text: str) -> str:
    return text[:1].lower() + text[1:]
