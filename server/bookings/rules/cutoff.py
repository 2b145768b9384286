"""Until when may this square be booked or cancelled? One evaluation gives the instant and the French that says it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Literal, assert_never

from server.activities.rules.days import DayKind, Landing, TownCalendar
from server.bookings.rules import sentences
from server.bookings.rules.codec import rule_from, rule_to
from server.bookings.rules.forms import (
    BeforePeriod,
    ClearDays,
    Cutoff,
    Dated,
    DayOfPreviousMonth,
    DaysBefore,
    Earliest,
    HoursBefore,
    KitchenOrders,
    NoCutoff,
    PerWeekday,
    PreviousWeekday,
    WeekdayOfWeek,
)
from server.bookings.rules.moments import START_OF_DAY, SessionTime, wall
from server.bookings.rules.sentences import describe
from server.bookings.rules.skips import passed_over
from server.french import instant

__all__ = ["Cutoff", "Deadline", "SessionTime", "Verb", "closes_at", "describe", "find", "rule_from", "rule_to"]

Verb = Literal["book", "cancel"]


@dataclass(frozen=True)
class Deadline:
    """The instant a square closes, and what to tell the parent before (`sentence`), after (`too_late`) and why."""

    closes_at: datetime
    sentence: str
    why: str
    too_late: str

    def is_open(self, now: datetime) -> bool:
        """At the very instant of the cutoff it is closed."""
        return now < self.closes_at


@dataclass(frozen=True)
class Found:
    """Where one rule lands, before it is held to the start of the session."""

    at: datetime
    why: str


def closes_at(rule: Cutoff, session: SessionTime, calendar: TownCalendar, verb: Verb = "book") -> Deadline:
    """The deadline of one square under one rule: never after the session starts."""
    return _remembered(rule, session, calendar, verb)


@lru_cache(maxsize=16_384)
def _remembered(rule: Cutoff, session: SessionTime, calendar: TownCalendar, verb: Verb) -> Deadline:
    found = find(rule, session, calendar)
    starts_at = session.starts_at.astimezone(UTC)
    if found.at >= starts_at:
        start = instant(starts_at, session.zone)
        why = found.why if found.at == starts_at else f"{found.why}, ramené au début de l’activité"
        return Deadline(starts_at, *sentences.until_the_start(verb, start, why))
    return Deadline(found.at, *sentences.until(verb, instant(found.at, session.zone, session.day), found.why))


def find(rule: Cutoff, session: SessionTime, calendar: TownCalendar) -> Found:
    """Where the rule lands for this session, whatever the hour the session starts."""
    match rule:
        case NoCutoff():
            return Found(session.starts_at.astimezone(UTC), sentences.reason(rule))
        case HoursBefore():
            return _hours_before(rule, session, calendar)
        case PerWeekday():
            return find(dict(rule.table).get(session.day.weekday(), NoCutoff()), session, calendar)
        case Earliest():
            return min((find(each, session, calendar) for each in rule.rules), key=lambda found: found.at)
        case _:
            landing = _landing(rule, session, calendar)
            why = sentences.reason(rule, passed_over(rule, landing.passed, calendar, session.activity))
            return Found(wall(landing.day, rule.at, session.zone), why)


def _landing(rule: Dated, session: SessionTime, calendar: TownCalendar) -> Landing:
    """The day the rule lands on, and the days it passed over."""
    day, activity = session.day, session.activity
    match rule:
        case DaysBefore():
            return calendar.back(day, rule.n, rule.count, rule.skip, activity)
        case ClearDays():
            first_clear = calendar.back(day, rule.n, rule.count, rule.skip, activity)
            return Landing(first_clear.day - timedelta(days=1), first_clear.passed)
        case WeekdayOfWeek():
            target = _weekday_of_week(day, rule.weekday, rule.weeks)
        case PreviousWeekday():
            target = day - timedelta(days=(day.weekday() - rule.weekday - 1) % 7 + 1)
        case DayOfPreviousMonth():
            target = _nth_of_previous_month(day, rule.nth)
        case BeforePeriod():
            target = (calendar.period_start(day) or day) - timedelta(days=rule.n)
        case KitchenOrders():
            return _order_day(rule, session, calendar)
        case _:
            assert_never(rule)
    return calendar.slide_back(target, rule.skip, activity)


def _hours_before(rule: HoursBefore, session: SessionTime, calendar: TownCalendar) -> Found:
    """Walk back through the days, spending hours only on those that count; the session's own day always does."""
    cursor, day = session.starts_at.astimezone(UTC), session.day
    left, passed = timedelta(hours=rule.n), list[date]()
    furthest = day - timedelta(days=rule.n + 800)
    while day > furthest:
        midnight = wall(day, START_OF_DAY, session.zone)
        if day != session.day and not calendar.counts(day, DayKind.CALENDAR, rule.skip, session.activity):
            passed.append(day)
        elif cursor - midnight >= left:
            break
        else:
            left -= cursor - midnight
        cursor, day = midnight, day - timedelta(days=1)
    notes = passed_over(rule, tuple(passed), calendar, session.activity)
    return Found(cursor - left, sentences.reason(rule, notes))


def _order_day(rule: KitchenOrders, session: SessionTime, calendar: TownCalendar) -> Landing:
    """The n-th served day of the week belongs to the order whose share it falls in."""
    earlier = [session.day - timedelta(days=n) for n in range(1, session.day.weekday() + 1)]
    unserved = tuple(day for day in earlier if calendar.skips(day, rule.skip, session.activity))
    rank = len(earlier) - len(unserved)
    *firsts, chosen = rule.orders
    for order in firsts:
        if rank < order.serves:
            chosen = order
            break
        rank -= order.serves
    return Landing(_weekday_of_week(session.day, chosen.weekday, chosen.weeks), unserved)


def _weekday_of_week(day: date, weekday: int, weeks: int) -> date:
    return day - timedelta(days=day.weekday() + 7 * weeks - weekday)


def _nth_of_previous_month(day: date, nth: int) -> date:
    last = day.replace(day=1) - timedelta(days=1)
    return last.replace(day=min(nth, last.day))
