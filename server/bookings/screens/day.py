"""One day of the whole family, each slot with its limits in words."""

from datetime import date, datetime, timedelta
from typing import Any

from server.bookings.queries.squares import Child, Slot, Span
from server.bookings.rules.states import WISHED
from server.bookings.screens.squares import Values, child_of, hours_of, legend, ms, note_on, square_of
from server.families.rules import whose_day
from server.french import cents, day_long, plural

WITHDRAWN = "Vous pouvez retirer cette demande jusqu’au début de l’accueil"


def day_of(span: Span, day: date, now: datetime) -> Values:
    """One day of the whole family, as day_body.html wants it."""
    return {
        "iso": day.isoformat(),
        "title": day_long(day).capitalize() + (f" {day.year}" if day.year != now.year else ""),
        "now_ms": ms(now),
        "prev_url": f"/planning/jour/{day - timedelta(days=1)}",
        "next_url": f"/planning/jour/{day + timedelta(days=1)}",
        "note": note_on(span, day),
        "legend": legend(),
        "children": [_day_child(span, child, day, now) for child in span.children],
    }


def _day_child(span: Span, child: Child, day: date, now: datetime) -> Values:
    homes = {"here": "Chez vous", "away": "Chez l’autre parent"}
    return {
        **child_of(child),
        "custody": homes[whose_day(child.custody, day)] if child.custody.shared else "",
        "slots": [_day_slot(slot, now) for slot in span.slots if slot.child.id == child.id],
    }


def _day_slot(slot: Slot, now: datetime) -> Values:
    square = square_of(slot, now)
    left = None if slot.places.capacity is None else max(0, slot.places.capacity - slot.places.taken)
    asked_for = slot.square.state in WISHED
    return {
        "square": square,
        "activity": slot.activity.name,
        "hours": hours_of(slot),
        "price": cents(slot.activity.price_cents),
        "book": limit_of(slot.deadlines.book, slot.deadlines.limits.book_until, now),
        "cancel": _release_limit(slot, now),
        "places": "" if left is None or asked_for else plural(left, "place restante", "places restantes"),
        "reason": slot.square.reason or square["why"],
        "file": _file_of(slot) if slot.barred and square["why"] == slot.barred else "",
        "history": [],
    }


def _release_limit(slot: Slot, now: datetime) -> Values:
    """The limit of cancelling; what is only asked for is withdrawn until the start, as rules/wishes.py judges it."""
    deadlines = slot.deadlines
    if slot.square.state == "booked" or slot.square.state not in WISHED:
        return limit_of(deadlines.cancel, deadlines.limits.cancel_until, now)
    ahead = now < slot.starts_at
    return {"sentence": WITHDRAWN if ahead else "", "why": "", "closes_ms": None, "open": ahead}


def _file_of(slot: Slot) -> str:
    """Where to complete the child's file, for those who may open it."""
    return "" if slot.child.file_closed else f"/sante/{slot.child.ref}"


def limit_of(deadline: Any, until: datetime | None, now: datetime) -> Values:
    """A limit with its sentence, its why, and whether it is still ahead."""
    ahead = until is None or now < until
    return {
        "sentence": deadline.sentence if ahead else deadline.too_late,
        "why": deadline.why,
        "closes_ms": ms(until) if until and now < until < now + timedelta(hours=24) else None,
        "open": ahead,
    }
