"""What the agents' family page reads: the family's week and one square of it, in words and addresses.

A file of its own, as in bookings: routes parse and answer, the page and the panel need the same values.
"""

from datetime import date, datetime, timedelta
from typing import Any

from server.bookings.desk.words import state_of
from server.bookings.queries.squares import Slot, Span
from server.bookings.rules.decisions import REASONS, overrides_from
from server.bookings.rules.squares import standing
from server.bookings.rules.states import LABELS
from server.bookings.screens import monday_of
from server.desk.queries import Event, FamilyFile, SquareFile
from server.french import cents, day_long, day_short, instant, ordinal
from server.web.visitor import Visitor

Values = dict[str, Any]
VERBS = {
    "booked": "Réserver",
    "free": "Annuler la réservation",
    "absent_excused": "Absence excusée (non facturée)",
    "absent_billed": "Absence facturée",
    "waiting": "Mettre en liste d’attente",
}
FREEING = {
    "requested": "Retirer la demande",
    "waiting": "Retirer de la liste d’attente",
    "to_pay": "Retirer la demande",
    "absent_excused": "Effacer l’absence : rien n’était réservé",
    "absent_billed": "Effacer l’absence : rien n’était réservé",
}
ACTIONS = {
    "tap": "sur le portail",
    "decision": "décision",
    "undone": "décision retirée",
    "override": "hors des règles",
    "closed": "fermeture",
    "promoted": "sortie de la liste d’attente",
}


def family_values(file: FamilyFile) -> Values:
    """The head of the page."""
    return {
        "ref": file.ref,
        "number": file.number,
        "name": file.name,
        "resident": file.resident,
        "address": file.address,
        "guardians": file.guardians,
        "url": f"/agent/familles/{file.ref}",
    }


def week_values(span: Span, file: FamilyFile, picked: str, now: datetime, today: date) -> Values:
    """The week as a table: a row for each child and activity, a column for each day."""
    url = f"/agent/familles/{file.ref}"
    days = [span.first + timedelta(days=n) for n in range(7)]
    shown = [day for day in days if day.weekday() < 5 or any(slot.day == day for slot in span.slots)]
    rows: dict[tuple[int, int], Values] = {}
    for slot in span.slots:
        row = rows.setdefault((slot.child.id, slot.activity.id), _row(slot, len(shown)))
        row["cells"][shown.index(slot.day)] = _cell(slot, file, picked, now)
    booked = sum(slot.square.state in ("booked", "cancel_requested") for slot in span.slots)
    return {
        "iso": span.first.isoformat(),
        "title": f"Semaine du {ordinal(span.first.day)} {day_long(span.first).rsplit(' ', 1)[-1]} {span.first.year}",
        "days": [{"short": day_short(day), "long": day_long(day), "today": day == today} for day in shown],
        "rows": list(rows.values()),
        "booked": booked,
        "prev_url": f"{url}?semaine={span.first - timedelta(days=7)}",
        "next_url": f"{url}?semaine={span.first + timedelta(days=7)}",
        "today_url": f"{url}?semaine={monday_of(today)}",
        "children": [{"ref": c.ref, "first_name": c.first_name, "colour": c.colour} for c in span.children],
    }


def _row(slot: Slot, width: int) -> Values:
    child, activity = slot.child, slot.activity
    return {
        "ref": child.ref,
        "child": child.first_name,
        "initial": child.first_name[:1],
        "colour": child.colour,
        "activity": activity.name,
        "cells": [None] * width,
    }


def _cell(slot: Slot, file: FamilyFile, picked: str, now: datetime) -> Values:
    shown, _ = standing(slot.square, slot.places, slot.deadlines.limits, slot.activity.waiting_list, now)
    state = slot.square.state
    free = {"state": shown, "letter": "", "word": _free_word(slot, shown, now)}
    return {
        **(free if state == "free" else state_of(state, slot.position)),
        "label": f"{slot.child.first_name}, {slot.activity.name}, {day_long(slot.day)}",
        "url": f"/agent/familles/{file.ref}?case={slot.key}",
        "frag": f"/f/agent/familles/{file.ref}/cases/{slot.key}",
        "current": slot.key == picked,
        "away": slot.away,
    }


def _free_word(slot: Slot, shown: str, now: datetime) -> str:
    """What a free square is to the family; the agent may book most of them all the same."""
    opens = slot.deadlines.limits.opens_at
    if slot.places.closed_reason:
        return "Fermé"
    if opens is not None and now < opens:
        return "Pas ouvert"
    return {"free": "Libre", "full": "Complet"}.get(shown, "Trop tard")


def case_values(slot: Slot, file: FamilyFile, square: SquareFile, visitor: Visitor, zone: str) -> Values:
    """One square: what it is, what it may become, what happened to it."""
    places, other = slot.places, square.owner if square.owner and square.owner.family_id != file.id else None
    return {
        "key": slot.key,
        "version": slot.square.version,
        "child": slot.child.first_name,
        "activity": slot.activity.name,
        "day": day_long(slot.day).capitalize(),
        "iso": slot.day.isoformat(),
        "price": cents(slot.activity.price_cents),
        "now": state_of(slot.square.state, slot.position),
        "reason": slot.square.reason,
        "unit": slot.square.unit,
        "places": "sans limite" if places.capacity is None else f"{places.taken} / {places.capacity}",
        "full": places.full,
        "closed": places.closed_reason or "",
        "away": slot.away,
        "barred": bool(slot.barred),
        "other": other,
        "limits": [slot.deadlines.book.sentence, slot.deadlines.cancel.sentence],
        "choices": _choices(slot) if "bookings" in visitor.rights else [],
        "may": "bookings" in visitor.rights,
        "reasons": REASONS["override"],
        "history": [_event(event, zone) for event in square.events],
        "url": f"/agent/familles/{file.ref}/cases/{slot.key}",
        "day_url": f"/agent/jour?date={slot.day}&activite={slot.activity.ref}#s-{slot.session_id}",
    }


def _choices(slot: Slot) -> list[Values]:
    """What the agent may make of it; the waiting list only when the session is full."""
    state = slot.square.state
    queue = slot.activity.waiting_list and slot.places.full
    wanted = [each for each in overrides_from(state) if each != "waiting" or queue]
    return [
        {"value": each, "label": FREEING.get(state, VERBS[each]) if each == "free" else VERBS[each]} for each in wanted
    ]


def _event(event: Event, zone: str) -> Values:
    after = LABELS.get(event.after, event.after)
    how = ACTIONS.get(event.action, event.action)
    return {"at": instant(event.at, zone), "after": after, "how": how, "by": event.by, "reason": event.reason}
