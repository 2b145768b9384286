"""« À faire »: what a parent must do now, calmly: refusals, the nearest date limits with their squares, empty weeks."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from server.bookings.queries.squares import Slot, Span
from server.bookings.rules.states import WISHED
from server.bookings.screens import child_of, incomplete_files, ms, shown_state, square_of
from server.french import NBSP, day_long, listed, plural, soon

AHEAD = timedelta(days=14)  # how far « rien de réservé » looks
SOON = timedelta(hours=36)  # a cutoff nearer than this is worth saying
MOST_CLOSING = 3  # the nearest; the others are counted
Values = dict[str, Any]


def todo_of(span: Span, papers: int, now: datetime) -> Values:
    """What todo.html shows: `items` in order of urgency."""
    closing = sorted(_closing(span, now), key=lambda item: (item["until"], item["iso"]))
    return {
        "items": [
            *_files(span),
            *_refused(span, now),
            *closing[:MOST_CLOSING],
            *_others(closing),
            *_papers(papers),
            *_nothing_booked(span, now),
        ],
        "now_ms": ms(now),
    }


def _files(span: Span) -> Iterable[Values]:
    """Children whose file keeps days closed."""
    for file in incomplete_files(span):
        yield item(file["text"], "Des jours restent fermés en attendant.", file["url"] or "/sante", "soon")


def _refused(span: Span, now: datetime) -> Iterable[Values]:
    """Refusals of the town hall still ahead: the reason is on the day."""
    for slot in span.slots:
        if slot.square.state == "refused" and slot.starts_at > now and not slot.away:
            text = f"{slot.activity.name} de {slot.child.first_name}, {day_long(slot.day)}"
            note = f"Demande refusée{NBSP}: {slot.square.reason}" if slot.square.reason else "Demande refusée."
            yield item(text, note, f"/planning/jour/{slot.day}", "high")


def _closing(span: Span, now: datetime) -> Iterable[Values]:
    """The nearest cutoffs of days with nothing booked for children who usually come, each with its squares to tap."""
    usual = {(slot.child.id, slot.activity.id) for slot in span.slots if slot.square.state in WISHED}
    together: dict[tuple[date, int], list[Slot]] = {}
    for slot in _open((slot for slot in span.slots if _soon(slot, now)), now):
        if slot.square.state == "free" and (slot.child.id, slot.activity.id) in usual:
            together.setdefault((slot.day, slot.activity.id), []).append(slot)
    for slots in together.values():
        first, until = slots[0], min(_until(slot) for slot in slots)
        text = f"{first.activity.name}, {day_long(first.day)}"
        squares = [{"child": child_of(slot.child), "square": square_of(slot, now)} for slot in slots]
        note = f"Touchez la case pour réserver, avant {soon(until, now, span.catalogue.zone)}."
        yield {
            **item(text, note, f"/planning/jour/{first.day}", "soon"),
            "until": until,
            "iso": first.day.isoformat(),
            "squares": squares,
        }


def _until(slot: Slot) -> datetime:
    return slot.deadlines.limits.book_until or slot.starts_at


def _others(closing: Sequence[Values]) -> Iterable[Values]:
    """One line for the date limits that are not shown."""
    left = len(closing) - MOST_CLOSING
    if left > 0:
        words = plural(left, "autre date limite approche", "autres dates limites approchent")
        yield item(words, "Ouvrez le planning pour les voir.", "/planning", "soon")


def _papers(count: int) -> Iterable[Values]:
    """How many documents to send, not which: this page is kept on the phone."""
    if count:
        words = plural(count, "document à envoyer", "documents à envoyer")
        yield item(words, "La mairie en a besoin pour votre dossier.", "/documents", "soon")


def _soon(slot: Slot, now: datetime) -> bool:
    until = slot.deadlines.limits.book_until
    return until is not None and now < until <= now + SOON


def _nothing_booked(span: Span, now: datetime) -> Iterable[Values]:
    """Enrolled is not booked: a child with open squares and nothing at all taken in the coming fortnight."""
    for child in span.children:
        mine = [slot for slot in span.slots if slot.child.id == child.id and now <= slot.starts_at <= now + AHEAD]
        if any(slot.square.state in WISHED and not slot.away for slot in mine):
            continue
        if names := _names(_open(mine, now)):
            note = f"{listed(names)}, dans les {AHEAD.days} prochains jours."
            yield item(f"Rien de réservé pour {child.first_name}", note, f"/planning?enfant={child.ref}")


def _names(slots: Iterable[Slot]) -> list[str]:
    """The activities one could book, the first with its capital."""
    found = list(dict.fromkeys(slot.activity.name for slot in slots))
    return [name if not place else name[:1].lower() + name[1:] for place, name in enumerate(found)]


def _open(slots: Iterable[Slot], now: datetime) -> Iterable[Slot]:
    return (slot for slot in slots if not slot.away and not shown_state(slot, now)[1])


def item(text: str, note: str, url: str, urgency: str = "normal") -> Values:
    """One line of the list: a link, or with `squares` something to tap at once."""
    return {"text": text, "note": note, "url": url, "urgency": urgency, "squares": []}
