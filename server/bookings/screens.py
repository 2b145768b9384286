"""What the calendar's templates read, made from what the queries found: words, letters, addresses, no decisions.

A file of its own: routes parse and answer, and both pages and fragments of the calendar need these same values.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from server.activities.rules.wording import MONTHS, cents, day_long, day_short, ordinal, plural
from server.bookings.queries import Child, Slot, Span
from server.bookings.rules.squares import HOLDS_A_PLACE, WISHED, standing
from server.families.rules import whose_day
from server.web.visitor import Visitor

VIEWS = {"semaine": "Semaine", "quinzaine": "Quinzaine", "mois": "Mois"}
CSS_VIEWS = {"semaine": "week", "quinzaine": "fortnight", "mois": "month"}
LEGEND = (
    ("free", "", "libre"),
    ("booked", "R", "réservé"),
    ("requested", "DR", "demande en cours"),
    ("to_pay", "DR", "demande en cours, à payer"),
    ("cancel_requested", "R", "annulation demandée"),
    ("waiting", "n°", "liste d'attente"),
    ("full", "+", "complet, liste d'attente possible"),
    ("refused", "✕", "refusé"),
    ("absent_excused", "A", "absence excusée"),
    ("absent_billed", "A", "absence facturée"),
    ("closed", "", "fermé"),
)
LETTERS = {state: letter for state, letter, _ in LEGEND}
WORDS = {state: word for state, _, word in LEGEND}
HOMES = {"here": "you", "away": "other"}  # the templates' words
PAID_FOR = HOLDS_A_PLACE | {"absent_billed"}
Values = dict[str, Any]


def legend() -> list[Values]:
    """The states, their letters and words."""
    return [{"state": state, "letter": letter, "word": word} for state, letter, word in LEGEND]


@dataclass(frozen=True)
class Asked:
    """Which part of the calendar is wanted: ?vue=semaine&jour=2026-11-26&enfant=ref."""

    view: str
    day: date
    child: str = ""

    @property
    def first(self) -> date:
        """The first day shown."""
        return self.day.replace(day=1) if self.view == "mois" else monday_of(self.day)

    @property
    def last(self) -> date:
        """The last day shown."""
        if self.view == "mois":
            return (self.first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        return self.first + timedelta(days=13 if self.view == "quinzaine" else 6)

    def moved(self, **changes: Any) -> "Asked":
        """The same with another day, view or child."""
        return Asked(**{"view": self.view, "day": self.day, "child": self.child, **changes})

    def url(self, path: str = "/planning") -> str:
        """Its address, as a page or (path /f/planning) as a fragment."""
        asked = {"vue": self.view, "jour": self.first.isoformat(), **({"enfant": self.child} if self.child else {})}
        return f"{path}?{urlencode(asked)}"

    @property
    def fragment(self) -> str:
        """Its address as a fragment."""
        return self.url("/f/planning")


def monday_of(day: date) -> date:
    """The Monday of the day's week."""
    return day - timedelta(days=day.weekday())


def calendar_of(span: Span, asked: Asked, visitor: Visitor, now: datetime) -> Values:
    """The whole calendar, as calendar_panel.html wants it."""
    today = now.astimezone(ZoneInfo(span.catalogue.zone)).date()
    before, after = asked.moved(day=asked.first - timedelta(days=1)), asked.moved(day=asked.last + timedelta(days=1))
    weeks = [_week(span, monday, asked, now, today) for monday in _mondays(asked)]
    weeks = [week for week in weeks if week["rows"]]
    booked = sum(slot.activity.price_cents for slot in span.slots if slot.square.state in PAID_FOR and not slot.away)
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
        "account": visitor.ref,
        "now_ms": ms(now),
        "stamp": stamp_of(now, span.catalogue.zone),
        "cost": cents(booked),
        "children": [_tab(child, asked) for child in span.children],
        "child": asked.child or "tous",
        "all_url": asked.moved(child="").url(),
        "views": [_view(key, asked) for key in VIEWS],
        "weeks": weeks,
        "legend": legend(),
        "empty": not weeks,
        "message": "" if weeks else _nothing(span),
    }


def worth_keeping(today: date) -> str:
    """What the phone fetches at idle for the days without a network: addresses separated by spaces."""
    weeks = [Asked("semaine", monday_of(today) + timedelta(weeks=n)).fragment for n in range(9)]
    months = [Asked("mois", _months_on(today, n)).fragment for n in range(3)]
    days = [f"/f/planning/jour/{today + timedelta(days=n)}" for n in range(10)]
    return " ".join(["/", "/planning", "/planning?vue=mois", "/en-attente", *weeks, *months, *days])


def _months_on(day: date, count: int) -> date:
    month = day.year * 12 + day.month - 1 + count
    return date(month // 12, month % 12 + 1, 1)


def title_of(asked: Asked) -> str:
    """« 23 – 29 novembre 2026 », « 30 novembre – 6 décembre 2026 », « novembre 2026 »."""
    first, last = asked.first, asked.last
    if asked.view == "mois":
        return f"{MONTHS[first.month - 1]} {first.year}"
    month = "" if first.month == last.month else f" {MONTHS[first.month - 1]}"
    year = "" if first.year == last.year else f" {first.year}"
    return f"{ordinal(first.day)}{month}{year} – {ordinal(last.day)} {MONTHS[last.month - 1]} {last.year}"


def _mondays(asked: Asked) -> Iterable[date]:
    monday = monday_of(asked.first)
    while monday <= asked.last:
        yield monday
        monday += timedelta(days=7)


def _view(key: str, asked: Asked) -> Values:
    there = asked.moved(view=key)
    return {"key": key, "label": VIEWS[key], "url": there.url(), "frag": there.fragment, "current": key == asked.view}


def child_of(child: Child) -> Values:
    """A child as every template shows one."""
    return {"ref": child.ref, "first_name": child.first_name, "initial": child.first_name[:1], "colour": child.colour}


def _tab(child: Child, asked: Asked) -> Values:
    there = asked.moved(child=child.ref)
    return {**child_of(child), "url": there.url(), "frag": there.fragment, "current": asked.child == child.ref}


def _week(span: Span, monday: date, asked: Asked, now: datetime, today: date) -> Values:
    days = [monday + timedelta(days=n) for n in range(7)]
    slots = [slot for slot in span.slots if monday <= slot.day <= days[-1]]
    with_slots = {slot.day for slot in slots}
    shown = [day for day in days if asked.first <= day <= asked.last and (day.weekday() < 5 or day in with_slots)]
    rows: dict[tuple[int, int], Values] = {}
    for slot in slots:
        row = rows.setdefault((slot.child.id, slot.activity.id), _row(slot, shown))
        row["cells"][shown.index(slot.day)] = square_of(slot, now)
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
        "short": day_short(day),
        "long": day_long(day),
        "today": day == today,
        "url": f"/planning/jour/{day}",
        "frag": f"/f/planning/jour/{day}",
        "note": note_on(span, day),
    }


def note_on(span: Span, day: date) -> str:
    """Why the day is not like the others, in words."""
    calendar = span.catalogue.calendar
    if day in calendar.public_holidays:
        return f"Férié : {calendar.public_holidays[day]}"
    closure = calendar.closure_on(day)
    return f"Fermé : {closure.reason}" if closure else ""


def _nothing(span: Span) -> str:
    period = span.catalogue.calendar.holiday_period(span.first) or span.catalogue.calendar.holiday_period(span.last)
    if not span.children:
        return "Aucun enfant n'est rattaché à votre dossier."
    return f"Rien n'est proposé à vos enfants sur cette période{f' : {period.kind}' if period else ''}."


def square_of(slot: Slot, now: datetime) -> Values:
    """One square, as square.html wants it: the markup contract of docs/protocol.md."""
    state, why = shown_state(slot, now)
    word = f"liste d'attente, n° {slot.position}" if state == "waiting" else WORDS[state]
    wish = "none" if why else "free" if state in WISHED else "booked"
    limits = slot.deadlines.limits
    return {
        "id": "q-" + slot.key.replace(".", "-"),
        "value": f"{slot.key}~{wish}~{slot.square.version}",
        "state": state,
        "letter": f"n° {slot.position}" if state == "waiting" else LETTERS[state],
        "word": word,
        "label": f"{slot.child.first_name}, {slot.activity.name.lower()}, {day_long(slot.day)}",
        "version": slot.square.version,
        "book_ms": ms(limits.book_until),
        "cancel_ms": ms(limits.cancel_until),
        "open_ms": ms(limits.opens_at) if limits.opens_at and limits.opens_at > now else None,
        "price_cents": slot.activity.price_cents,
        "pressed": state in WISHED,
        "disabled": bool(why),
        "why": why,
        "waiting": slot.position or None,
        "other_home": slot.away,
    }


def shown_state(slot: Slot, now: datetime) -> tuple[str, str]:
    """The state a square shows, and in words why it cannot be tapped (empty when it can)."""
    if slot.away:
        return "closed", "Ce jour est celui de l'autre foyer."
    return standing(slot.square, slot.places, slot.deadlines.limits, slot.activity.waiting_list, now)


def hours_of(slot: Slot) -> str:
    """« 12 h – 14 h »."""
    return f"{_hour(slot.activity.starts_at)} – {_hour(slot.activity.ends_at)}"


def _hour(text: str) -> str:
    hour, minute = text.split(":")
    return f"{int(hour)} h" if minute == "00" else f"{int(hour)} h {minute}"


def day_of(span: Span, day: date, now: datetime) -> Values:
    """One day of the whole family, as day_body.html wants it."""
    return {
        "iso": day.isoformat(),
        "title": f"{day_long(day).capitalize()} {day.year}",
        "now_ms": ms(now),
        "prev_url": f"/planning/jour/{day - timedelta(days=1)}",
        "next_url": f"/planning/jour/{day + timedelta(days=1)}",
        "note": note_on(span, day),
        "legend": legend(),
        "children": [_day_child(span, child, day, now) for child in span.children],
    }


def _day_child(span: Span, child: Child, day: date, now: datetime) -> Values:
    homes = {"here": "Chez vous", "away": "Chez l'autre parent"}
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
        "cancel": limit_of(slot.deadlines.cancel, slot.deadlines.limits.cancel_until, now),
        "places": "" if left is None or asked_for else plural(left, "place restante", "places restantes"),
        "reason": slot.square.reason or square["why"],
        "history": [],
    }


def limit_of(deadline: Any, until: datetime | None, now: datetime) -> Values:
    """A limit with its sentence, its why, and whether it is still ahead."""
    return {
        "sentence": deadline.sentence,
        "why": deadline.why,
        "closes_ms": ms(until) if until and now < until < now + timedelta(hours=24) else None,
        "open": until is None or now < until,
    }


def stamp_of(now: datetime, zone: str) -> str:
    """« 14 h 02 »."""
    return now.astimezone(ZoneInfo(zone)).strftime("%-H h %M")


def ms(moment: datetime | None) -> int | None:
    """Milliseconds since 1970, as the phone counts."""
    return None if moment is None else int(moment.timestamp() * 1000)
