"""What is odd about one session's deadlines: holidays, bridges, changed hours, dates nobody can meet."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from server.activities.rules.days import (
    FRIDAY,
    MONDAY,
    ONE_DAY,
    SATURDAY,
    SUNDAY,
    SchoolPeriod,
    TownCalendar,
    every_day,
)
from server.bookings.rules.cutoff import Deadline
from server.bookings.rules.oddities.kinds import Odd
from server.bookings.rules.simulation import Planned
from server.bookings.rules.unusual import usual_for
from server.french import NBSP, clock, day_long, instant, plural

NEAR = 10  # days between deadline and session within which a holiday or a change of hour concerns the reader
MOMENT = timedelta(microseconds=1)


def oddities_of_one(
    each: Planned, before: Planned | None, calendar: TownCalendar, starts: str, far: int
) -> Iterator[Odd]:
    """All that is odd about `each` by itself, and against the session `before` it."""
    session, new = each.session, each.new
    verbs = [("la réservation ferme", new.book), ("l’annulation ferme", new.cancel)]
    if new.book.closes_at == new.cancel.closes_at:
        verbs = [("la réservation et l’annulation ferment", new.book)]
    yield from _never(each)
    for what, deadline in verbs:
        yield from _landing(what, _last_day(deadline, session.zone), calendar)
        if lead(each, deadline) > far:
            yield Odd("far", f"{what} {plural(lead(each, deadline), 'jour', 'jours')} avant")
    yield from _moved(each, calendar, len(verbs) == 1)
    first = min(_last_day(deadline, session.zone) for _, deadline in verbs)
    yield from _around(first, session.day, calendar)
    yield from _holidays_between(before, each, calendar)
    yield from _hours(each, starts)


def _last_day(deadline: Deadline, zone: str) -> date:
    """The last day on which one still could: midnight belongs to the day it ends."""
    return (deadline.closes_at - MOMENT).astimezone(ZoneInfo(zone)).date()


def lead(each: Planned, deadline: Deadline) -> int:
    """How many days before the session the last day to act lies."""
    return (each.session.day - _last_day(deadline, each.session.zone)).days


def _never(each: Planned) -> Iterator[Odd]:
    """A session that closes before it opens."""
    new, zone = each.new, each.session.zone
    for opens, whom in ((new.opens_at, ""), (new.opens_to_others, " pour les familles d’autres communes")):
        if opens is not None and new.book.closes_at <= opens:
            said = f"{instant(opens, zone, each.session.day)}, après la date limite"
            yield Odd("never", f"ouvre{whom} le {said}{NBSP}: jamais réservable")
            return


def _landing(what: str, day: date, calendar: TownCalendar) -> Iterator[Odd]:
    closure = calendar.closure_on(day)
    if day.weekday() == SUNDAY:
        yield Odd("landing", f"{what} {day_long(day)}")
    elif day in calendar.public_holidays:
        yield Odd("landing", f"{what} {day_long(day)}, férié ({calendar.public_holidays[day]})")
    elif closure:
        yield Odd("landing", f"{what} {day_long(day)}, jour de fermeture ({closure.reason})")


def _moved(each: Planned, calendar: TownCalendar, together: bool) -> Iterator[Odd]:
    """A deadline that is not where an ordinary week has it."""
    session, new = each.session, each.new
    pairs = [("réservation", new.rules[0], new.book), ("annulation", new.rules[1], new.cancel)]
    for what, rule, deadline in pairs[: 1 if together else 2]:
        usual = usual_for(rule, session, calendar)
        if usual is not None and usual < session.starts_at:
            is_at, was = (instant(at, session.zone, session.day) for at in (deadline.closes_at, usual))
            yield Odd("moved", f"{what}{NBSP}: {is_at}, au lieu de {was}")


def _around(first: date, day: date, calendar: TownCalendar) -> Iterator[Odd]:
    """Public holidays and bridges of the session's week, or met between the deadline and the session."""
    monday = day - timedelta(days=day.weekday())
    start = first if (day - first).days <= NEAR else monday
    for each in every_day(min(start, monday), monday + timedelta(days=4)):
        if each in calendar.public_holidays and each.weekday() < SATURDAY:
            yield Odd("holiday", f"{day_long(each)} est férié ({calendar.public_holidays[each]})")
        elif _is_bridge(each, calendar):
            yield Odd("bridge", f"{day_long(each)} fait le pont")


def _is_bridge(day: date, calendar: TownCalendar) -> bool:
    holidays = calendar.public_holidays
    return (day.weekday() == FRIDAY and day - ONE_DAY in holidays) or (
        day.weekday() == MONDAY and day + ONE_DAY in holidays
    )


def _holidays_between(before: Planned | None, each: Planned, calendar: TownCalendar) -> Iterator[Odd]:
    """The first session after school holidays, a deadline that falls into them, a change of hour on the way."""
    session, closes = each.session, each.new.book.closes_at
    here = calendar.holiday_period(session.day)
    last = _last_day(each.new.book, session.zone)
    period = calendar.holiday_period(last)
    if before and not here:
        gap = every_day(before.session.day + ONE_DAY, session.day - ONE_DAY)
        met = next((found for day in gap if (found := calendar.holiday_period(day))), None)
        if met:
            yield Odd("edge", f"première séance après {_named(met)}")
    if period and period != here:
        yield Odd("edge", f"la date limite tombe pendant {_named(period)}")
    yield from _clock_change(closes, session.starts_at, session.zone)


def _named(period: SchoolPeriod) -> str:
    article = "les" if period.kind.startswith("Vacances") else "le"
    return f"{article} {period.kind[:1].lower()}{period.kind[1:]}"


def _clock_change(closes: datetime, starts: datetime, zone: str) -> Iterator[Odd]:
    here = ZoneInfo(zone)
    first, last = closes.astimezone(here), starts.astimezone(here)
    if first.utcoffset() != last.utcoffset() and last - first <= timedelta(days=NEAR):
        yield Odd("clock", f"les horloges changent entre {day_long(first.date())} et {day_long(last.date())}")


def _hours(each: Planned, starts: str) -> Iterator[Odd]:
    wall = each.session.starts_at.astimezone(ZoneInfo(each.session.zone))
    hours, minutes = map(int, starts.split(":"))
    if (wall.hour, wall.minute) != (hours, minutes):
        said = clock(wall.hour * 60 + wall.minute)
        yield Odd("hours", f"commence à {said} au lieu de {clock(hours * 60 + minutes)}")
