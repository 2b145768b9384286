"""From when may this square be booked? Opening windows as values, with the sentence of the same evaluation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from server.activities.rules.days import TownCalendar
from server.activities.rules.wording import clock, day_long, instant, plural
from server.bookings.rules.moments import START_OF_DAY, SessionTime, wall


@dataclass(frozen=True)
class AlwaysOpen:
    """As soon as the session exists."""


@dataclass(frozen=True)
class FromInstant:
    """From one day and hour, for every session of the activity."""

    day: date
    at: int = START_OF_DAY


@dataclass(frozen=True)
class WeeksAhead:
    """Each session opens N weeks before its own day."""

    n: int
    at: int = START_OF_DAY


@dataclass(frozen=True)
class PerPeriod:
    """All of a school holiday, or of a term between two holidays, opens at once, N days before its first day.

    When the calendar does not know that first day, the session's own day stands in: later, so never unfair.
    """

    days: int
    at: int = START_OF_DAY


@dataclass(frozen=True)
class ResidentsFirst:
    """The inner opening for residents; the others N days later, at the same hour."""

    days: int
    opening: Opening


Opening = AlwaysOpen | FromInstant | WeeksAhead | PerPeriod | ResidentsFirst


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
            return rule.day, rule.at, "date d'ouverture"
        case WeeksAhead():
            return session.day - timedelta(weeks=rule.n), rule.at, f"{plural(rule.n, 'semaine', 'semaines')} avant"
        case PerPeriod():
            start = calendar.period_start(session.day) or session.day
            why = f"{plural(rule.days, 'jour', 'jours')} avant le {day_long(start)}, début de la période"
            return start - timedelta(days=rule.days), rule.at, why
        case ResidentsFirst():
            found = _find(rule.opening, session, calendar, resident)
            if found is None or resident:
                return found
            day, at, why = found
            later = f"{plural(rule.days, 'jour', 'jours')} après les familles de la commune"
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
            return f"par période, {plural(rule.days, 'jour', 'jours')} avant son début{_at(rule.at)}"
        case ResidentsFirst():
            later = f"{plural(rule.days, 'jour', 'jours')} plus tard"
            return f"{describe_opening(rule.opening)}, les familles d'autres communes {later}"


def _at(minutes: int) -> str:
    return f" à {clock(minutes)}" if minutes else ""
