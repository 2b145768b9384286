"""One square in letters and words, and what else a calendar says of a child, a day, an instant."""

from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from server.bookings.queries.squares import Child, Slot, Span
from server.bookings.rules.squares import standing
from server.bookings.rules.states import UNDER_WAY, WISHED
from server.bookings.rules.wishes import AWAY, THEIRS
from server.french import day_long, of_name

LEGEND = (
    ("free", "", "libre"),
    ("booked", "R", "réservé"),
    ("requested", "DR", "demande en cours"),
    ("to_pay", "DR", "demande en cours, à payer"),
    ("cancel_requested", "R", "annulation demandée"),
    ("waiting", "n°", "liste d’attente"),
    ("full", "+", "complet, liste d’attente possible"),
    ("refused", "✕", "refusé"),
    ("absent_excused", "A", "absence excusée"),
    ("absent_billed", "A", "absence facturée"),
    ("closed", "", "fermé"),
)
LETTERS = {state: letter for state, letter, _ in LEGEND}
WORDS = {state: word for state, _, word in LEGEND}
HOMES = {"here": "you", "away": "other"}  # the templates' words
Values = dict[str, Any]


def legend() -> list[Values]:
    """The states, their letters and words."""
    return [{"state": state, "letter": letter, "word": word} for state, letter, word in LEGEND]


def square_of(slot: Slot, now: datetime) -> Values:
    """One square, as square.html wants it: the markup contract of docs/protocol.md."""
    state, why = shown_state(slot, now)
    wish = "none" if why else "free" if state in WISHED else "booked"
    limits = slot.deadlines.limits
    return {
        "id": "q-" + slot.key.replace(".", "-"),
        "value": f"{slot.key}~{wish}~{slot.square.version}",
        "state": state,
        "letter": f"n° {slot.position}" if state == "waiting" else LETTERS[state],
        "word": word_of(slot, state),
        "label": f"{slot.child.first_name}, {slot.activity.name.lower()}, {day_long(slot.day)}",
        "version": slot.square.version,
        "day": slot.day.isoformat(),
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


def word_of(slot: Slot, state: str) -> str:
    """What a square that shows `state` says."""
    return f"{WORDS[state]}, n° {slot.position}" if state == "waiting" else WORDS[state]


def shown_state(slot: Slot, now: datetime) -> tuple[str, str]:
    """The state a square shows, and in words why it cannot be tapped (empty when it can)."""
    if slot.away:
        return "closed", AWAY
    if slot.theirs:
        return "closed", THEIRS
    state, why = standing(slot.square, slot.places, slot.deadlines.limits, slot.activity.waiting_list, now)
    if slot.barred and not why and state not in UNDER_WAY:
        return ("refused" if state == "refused" else "closed"), slot.barred
    return state, why


def hours_of(slot: Slot) -> str:
    """« 12 h – 14 h »."""
    return f"{_hour(slot.activity.starts_at)} – {_hour(slot.activity.ends_at)}"


def _hour(text: str) -> str:
    hour, minute = text.split(":")
    return f"{int(hour)} h" if minute == "00" else f"{int(hour)} h {minute}"


def child_of(child: Child) -> Values:
    """A child as every template shows one."""
    return {"ref": child.ref, "first_name": child.first_name, "initial": child.first_name[:1], "colour": child.colour}


def incomplete_files(span: Span) -> list[Values]:
    """The children whose file keeps days closed, each with the page that says what is missing, if one may open it."""
    barred = {slot.child.id: slot.child for slot in span.slots if slot.barred and not slot.away}
    return [_incomplete(child) for child in barred.values()]


def _incomplete(child: Child) -> Values:
    text = f"Dossier {of_name(child.first_name)} à compléter"
    if child.file_closed:
        return {**child_of(child), "text": f"{text} par un adulte qui a l’autorité parentale", "url": ""}
    return {**child_of(child), "text": text, "url": f"/sante/{child.ref}"}


def note_on(span: Span, day: date) -> str:
    """Why the day is not like the others, in words."""
    calendar = span.catalogue.calendar
    if day in calendar.public_holidays:
        return f"Férié : {calendar.public_holidays[day]}"
    closure = calendar.closure_on(day)
    return f"Fermé : {closure.reason}" if closure else ""


def stamp_of(now: datetime, zone: str) -> str:
    """« 14 h 02 »."""
    return now.astimezone(ZoneInfo(zone)).strftime("%-H h %M")


@lru_cache(maxsize=20_000)  # the limits of sessions, the same for every family
def ms(moment: datetime | None) -> int | None:
    """Milliseconds since 1970, as the phone counts."""
    return None if moment is None else int(moment.timestamp() * 1000)
