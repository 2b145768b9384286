"""« Mes règles » in words: until when to book and cancel, the next days worked out, what is unusual ahead."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from server.activities.queries import Activity, Catalogue
from server.activities.rules.days import TownCalendar
from server.bookings.queries.deadlines import Deadlines, rules_of
from server.bookings.queries.squares import Slot, Span
from server.bookings.rules.cutoff import Deadline, SessionTime, describe
from server.bookings.rules.forms import AlwaysOpen, Cutoff
from server.bookings.rules.opening import describe_opening
from server.bookings.rules.unusual import usual_for
from server.bookings.screens.squares import Values, hours_of
from server.french import NBSP, cents, day_long, instant, listed

EXAMPLES, MOST_UNUSUAL = 2, 8
DECISIONS = {
    "at_once": "Réservation immédiate, s’il reste de la place.",
    "agent": "Votre demande est étudiée par la mairie, qui vous répond.",
    "on_payment": "La réservation est acquise une fois payée.",
}
CANCELLING = {
    "at_once": "Avant cette date, l’annulation est immédiate et gratuite.",
    "agent": "Avant cette date, l’annulation est demandée à la mairie, qui vous répond.",
}


@dataclass(frozen=True)
class Day:
    """One session ahead with its limits: the same for every child of the household."""

    slot: Slot
    book: Cutoff
    cancel: Cutoff
    zone: str

    @property
    def time(self) -> SessionTime:
        """The session as the rules want it."""
        return SessionTime(self.slot.day, self.slot.starts_at, self.slot.activity.id, self.zone)

    @property
    def limits(self) -> Deadlines:
        """Its limits."""
        return self.slot.deadlines

    def before(self, deadline: Deadline) -> str:
        """Until when, in words."""
        if deadline.closes_at >= self.slot.starts_at:
            return "le début de l’accueil"
        return instant(deadline.closes_at, self.zone, self.slot.day)


def my_rules_of(span: Span, enrolled: Mapping[int, Sequence[int]], now: datetime) -> list[Values]:
    """What my_rules.html shows; `enrolled` are the household's child ids by activity."""
    names = {child.id: child.first_name for child in span.children}
    ahead: dict[int, dict[int, Slot]] = {}
    for slot in span.slots:
        ahead.setdefault(slot.activity.id, {}).setdefault(slot.session_id, slot)
    return [
        _activity(
            span.catalogue, id_, span.first, [names[child] for child in enrolled[id_] if child in names],
            sorted(ahead.get(id_, {}).values(), key=lambda slot: slot.starts_at), now,
        )
        for id_ in span.catalogue.activities
        if id_ in enrolled
    ]  # fmt: skip


def _activity(
    catalogue: Catalogue, id_: int, today: date, names: Sequence[str], slots: Sequence[Slot], now: datetime
) -> Values:
    """One activity: its rules of today, those published for later, and its days ahead."""
    activity = catalogue.on(id_, today)
    days = [_day(catalogue, slot) for slot in slots if not slot.places.closed_reason and slot.starts_at > now]
    coming = sorted({first for first, _ in catalogue.published.get(id_, ()) if first > today})
    return {
        "ref": activity.ref,
        "name": activity.name,
        "hours": hours_of(slots[0]) if slots else "",
        "price": cents(activity.price_cents),
        "children": listed(names),
        **_terms(catalogue, activity),
        "coming": [
            {"day": f"{day_long(first)} {first.year}", **_terms(catalogue, catalogue.on(id_, first))}
            for first in coming
        ],
        "examples": [_example(day, now) for day in _next(days, now)],
        "unusual": list(_unusual(days, catalogue.calendar))[:MOST_UNUSUAL],
        "closed": [
            f"{day_long(slot.day).capitalize()}{NBSP}: {slot.places.closed_reason}"
            for slot in slots
            if slot.places.closed_reason
        ],
    }


def _day(catalogue: Catalogue, slot: Slot) -> Day:
    """A session under the rules of its own day."""
    book, cancel, _ = rules_of(catalogue, slot.activity)
    return Day(slot, book, cancel, catalogue.zone)


def _terms(catalogue: Catalogue, activity: Activity) -> Values:
    """How the activity takes bookings, in words."""
    book, cancel, opening = rules_of(catalogue, activity)
    return {
        "book": _capital(describe(book)),
        "cancel": _capital(describe(cancel)),
        "opening": "" if isinstance(opening, AlwaysOpen) else _capital(describe_opening(opening)),
        "decision": DECISIONS[activity.validation],
        "cancelling": CANCELLING[activity.cancel_validation],
        "late": _late(activity),
        "waiting_list": activity.waiting_list,
    }


def _late(activity: Activity) -> str:
    """What happens to somebody who comes after the date to cancel."""
    if activity.absence == "excused":
        return "Après cette date, une absence signalée avant le début est excusée, sans rien à payer."
    price = cents(activity.price_cents)
    return f"Après cette date, la journée est due{NBSP}: {price}, même si vous signalez l’absence."


def _next(days: Iterable[Day], now: datetime) -> list[Day]:
    """The next days that can still be booked, first those of which the date is nearest."""
    still = [day for day in days if day.limits.book.is_open(now) and day.limits.opens.is_open(now)]
    return sorted(still, key=lambda day: (day.limits.book.closes_at, day.slot.day))[:EXAMPLES]


def _example(day: Day, now: datetime) -> str:
    """« Pour jeudi 26 novembre : réservez avant mardi 24 à 10 h, annulez avant mercredi 25 à 12 h. »"""
    book, cancel = day.before(day.limits.book), day.before(day.limits.cancel)
    if book == cancel:
        return f"Pour {day_long(day.slot.day)}{NBSP}: réservez ou annulez avant {book}."
    giving_up = f"annulez avant {cancel}" if day.limits.cancel.is_open(now) else "l’annulation n’est plus possible"
    return f"Pour {day_long(day.slot.day)}{NBSP}: réservez avant {book}, {giving_up}."


def _unusual(days: Iterable[Day], calendar: TownCalendar) -> Iterable[str]:
    """The days of which a date is not that of an ordinary week, with what it would have been."""
    for day in days:
        for verb, rule, deadline in (
            ("réservez", day.book, day.limits.book),
            ("annulez", day.cancel, day.limits.cancel),
        ):
            usual = usual_for(rule, day.time, calendar)
            if usual:
                habit = instant(usual, day.zone, day.slot.day)
                yield f"Pour {day_long(day.slot.day)}{NBSP}: {verb} avant {day.before(deadline)}, au lieu de {habit}."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
