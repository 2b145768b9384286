"""The calendar: its frame, and its weeks as rows and cells."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from server.bookings.queries.squares import Child, Slot, Span
from server.bookings.screens.asked import VIEWS, Asked, monday_of, title_of
from server.bookings.screens.cost import cost_of
from server.bookings.screens.month import month_of
from server.bookings.screens.squares import (
    HOMES,
    Values,
    child_of,
    hours_of,
    incomplete_files,
    legend,
    ms,
    note_on,
    square_of,
    stamp_of,
)
from server.families.rules import whose_day
from server.french import MONTHS, WEEKDAYS, day_long, ordinal
from server.web.pieces import Pieces
from server.web.visitor import Visitor

CSS_VIEWS = {"semaine": "week", "quinzaine": "fortnight", "mois": "month"}


def calendar_of(span: Span, asked: Asked, visitor: Visitor, now: datetime, small: Pieces) -> Values:
    """The whole calendar, as calendar_panel.html wants it; `small` draws the month's squares."""
    today = now.astimezone(ZoneInfo(span.catalogue.zone)).date()
    month = asked.view == "mois"
    return {
        **_frame(asked, today),
        "account": visitor.ref,
        "now_ms": ms(now),
        "stamp": stamp_of(now, span.catalogue.zone),
        "cost": cost_of(span.slots),
        "children": [_tab(child, asked) for child in span.children],
        "incomplete": incomplete_files(span),
        "empty": not span.slots,
        "message": "" if span.slots else _nothing(span),
        **({"month": month_of(span, asked, now, today, small)} if month else _weeks(span, asked, now, today)),
    }


@lru_cache(maxsize=200)  # those who look at one stretch on one day all get the same
def _frame(asked: Asked, today: date) -> Values:
    """The stretch shown, its title, and the addresses around it."""
    before, after = asked.moved(day=asked.first - timedelta(days=1)), asked.moved(day=asked.last + timedelta(days=1))
    return {
        "view": CSS_VIEWS[asked.view],
        "title": title_of(asked),
        "from": asked.first.isoformat(),
        "to": asked.last.isoformat(),
        "prev_url": before.url(),
        "next_url": after.url(),
        "frag_prev": before.fragment,
        "frag_next": after.fragment,
        "today_url": asked.moved(day=today).url(),
        "src": asked.fragment,
        "child": asked.child or "tous",
        "all_url": asked.moved(child="").url(),
        "views": [_view(key, asked, today) for key in VIEWS],
        "legend": legend(),
    }


def _weeks(span: Span, asked: Asked, now: datetime, today: date) -> Values:
    by_week = _by_week(span.slots)
    weeks = (_week(span, by_week.get(monday, []), monday, asked, now, today) for monday in asked.mondays)
    return {"weeks": [week for week in weeks if week["rows"]]}


def _by_week(slots: Iterable[Slot]) -> dict[date, list[Slot]]:
    """The squares by the Monday of their week, in their order."""
    mondays: dict[date, date] = {}
    found: dict[date, list[Slot]] = {}
    for slot in slots:
        monday = mondays.get(slot.day) or mondays.setdefault(slot.day, monday_of(slot.day))
        found.setdefault(monday, []).append(slot)
    return found


def _view(key: str, asked: Asked, today: date) -> Values:
    there = asked.turned(key, today)
    return {"key": key, "label": VIEWS[key], "url": there.url(), "frag": there.fragment, "current": key == asked.view}


def _tab(child: Child, asked: Asked) -> Values:
    there = asked.moved(child=child.ref)
    return {**child_of(child), "url": there.url(), "frag": there.fragment, "current": asked.child == child.ref}


def _week(span: Span, slots: list[Slot], monday: date, asked: Asked, now: datetime, today: date) -> Values:
    first, last = asked.first, asked.last
    days = [monday + timedelta(days=n) for n in range(7)]
    with_slots = {slot.day for slot in slots}
    shown = [day for day in days if first <= day <= last and (day.weekday() < 5 or day in with_slots)]
    rows: dict[tuple[int, int], Values] = {}
    for slot in slots:
        key = (slot.child.id, slot.activity.id)
        if key not in rows:
            rows[key] = _row(slot, shown)
        rows[key]["cells"][shown.index(slot.day)] = square_of(slot, now)
    return {
        "title": f"Semaine du {ordinal(monday.day)} {MONTHS[monday.month - 1]}",
        "number": monday.isocalendar().week,
        "days": [_day(day, asked, span, today) for day in shown],
        "rows": list(rows.values()),
    }


def _row(slot: Slot, shown: list[date]) -> Values:
    custody = [HOMES[whose_day(slot.child.custody, day)] for day in shown] if slot.child.custody.shared else []
    activity = slot.activity
    words = {
        "name": activity.name,
        "short": activity.short,
        "kind": activity.kind,
        "letter": activity.letter,
        "hours": hours_of(slot),
    }
    return {"child": child_of(slot.child), "activity": words, "cells": [None] * len(shown), "custody": custody}


def _day(day: date, asked: Asked, span: Span, today: date) -> Values:
    return {
        "iso": day.isoformat(),
        "weekday": f"{WEEKDAYS[day.weekday()][:3]}.",
        "number": day.day,  # « 1er » is for sentences: a column’s head has room for figures
        "long": day_long(day),
        "today": day == today,
        "url": f"/planning/jour/{day}",
        "frag": f"/f/planning/jour/{day}",
        "note": note_on(span, day),
    }


def _nothing(span: Span) -> str:
    period = span.catalogue.calendar.holiday_period(span.first) or span.catalogue.calendar.holiday_period(span.last)
    if not span.children:
        return "Aucun enfant n’est rattaché à votre dossier."
    return f"Rien n’est proposé à vos enfants sur cette période{f' : {period.kind}' if period else ''}."
