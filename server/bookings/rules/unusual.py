"""Which deadlines ahead are not the usual ones: a bridge, a holiday, a closure has moved them."""

from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from server.activities.rules.days import TownCalendar
from server.bookings.rules.cutoff import Cutoff, SessionTime, closes_at
from server.bookings.rules.forms import BeforePeriod, DayOfPreviousMonth, Earliest, PerWeekday


@lru_cache(maxsize=32)
def ordinary(calendar: TownCalendar) -> TownCalendar:
    """The same town in weeks with neither holidays nor closures."""
    return replace(calendar, public_holidays={}, school_periods=(), closures=(), version="")


def usual_for(rule: Cutoff, session: SessionTime, calendar: TownCalendar) -> datetime | None:
    """When the rule would close in an ordinary week; None when it closes just then, or has no ordinary week."""
    if not follows_weeks(rule):
        return None
    usual = closes_at(rule, session, ordinary(calendar)).closes_at
    return None if usual == closes_at(rule, session, calendar).closes_at else usual


def follows_weeks(rule: Cutoff) -> bool:
    """Whether the rule falls on the same days every ordinary week: those of a month or a holiday never do."""
    if isinstance(rule, Earliest):
        return all(map(follows_weeks, rule.rules))
    if isinstance(rule, PerWeekday):
        return all(follows_weeks(each) for _, each in rule.table)
    return not isinstance(rule, BeforePeriod | DayOfPreviousMonth)
