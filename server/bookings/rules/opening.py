"""From when may this square be booked? Opening windows as values, with the sentence of the same evaluation."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from server.activities.rules.days import TownCalendar
from server.bookings.rules.codec import opening_from, opening_to
from server.bookings.rules.forms import AlwaysOpen, FromInstant, Opening, PerPeriod, ResidentsFirst, WeeksAhead
from server.bookings.rules.moments import SessionTime, wall
from server.bookings.rules.sentences import span
from server.french import clock, day_long, instant, plural

__all__ = ["Opening", "OpensAt", "describe_opening", "opening_from", "opening_to", "opens_at"]


@dataclass(frozen=True)
class OpensAt:
    """The instant a square opens (None: it always was), what to tell the parent, and why."""

    opens_at: datetime | None
    sentence: str
    why: str

    def is_open(self, now: datetime) -> bool:
        return self.opens_at is None or now >= self.opens_at


def opens_at(rule: Opening, session: SessionTime, calendar: TownCalendar, *, resident: bool = True) -> OpensAt:
    """The opening of one square, for a family of the town or from elsewhere."""
    return _remembered(rule, session, calendar, resident)


@lru_cache(maxsize=16_384)
def _remembered(rule: Opening, session: SessionTime, calendar: TownCalendar, resident: bool) -> OpensAt:
    found = _find(rule, session, calendar, resident)
    if found is None:
        return OpensAt(None, "Déjà ouvert", describe_opening(rule))
    day, at, why = found
    moment = wall(day, at, session.zone).astimezone(UTC)
    return OpensAt(moment, f"Ouvre le {instant(moment, session.zone, session.day)}", why)


def _find(rule: Opening, session: SessionTime, calendar: TownCalendar, resident: bool) -> tuple[date, int, str] | None:
    match rule:
        case AlwaysOpen():
            return None
        case FromInstant():
            return rule.day, rule.at, "date d’ouverture"
        case WeeksAhead():
            return session.day - timedelta(weeks=rule.n), rule.at, f"{plural(rule.n, 'semaine', 'semaines')} avant"
        case PerPeriod():
            start = calendar.period_start(session.day) or session.day
            why = f"{span(rule.days)} avant le {day_long(start)}, début de la période"
            return start - timedelta(days=rule.days), rule.at, why
        case ResidentsFirst():
            found = _find(rule.opening, session, calendar, resident)
            if found is None or resident:
                return found
            day, at, why = found
            later = f"{span(rule.days)} après les familles de la commune"
            return day + timedelta(days=rule.days), at, f"{why}, {later}"


def describe_opening(rule: Opening) -> str:
    """The rule in general: « 6 semaines avant chaque séance »."""
    match rule:
        case AlwaysOpen():
            return "ouvert en permanence"
        case FromInstant():
            return f"à partir du {day_long(rule.day)} {rule.day.year}{_at(rule.at)}"
        case WeeksAhead():
            return f"{plural(rule.n, 'semaine', 'semaines')} avant chaque séance{_at(rule.at)}"
        case PerPeriod():
            return f"par période, {span(rule.days)} avant son début{_at(rule.at)}"
        case ResidentsFirst():
            return f"{describe_opening(rule.opening)}, {span(rule.days)} plus tard pour les autres communes"


def _at(minutes: int) -> str:
    return f" à {clock(minutes)}" if minutes else ""
