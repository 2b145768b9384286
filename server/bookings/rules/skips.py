"""The French of what does not count, and of what was passed over on the way to a date."""

from datetime import date

from server.activities.rules.days import WEEKEND, DayKind, Skip, TownCalendar
from server.bookings.rules.forms import (
    ClearDays,
    Cutoff,
    DaysBefore,
    Earliest,
    HoursBefore,
    KitchenOrders,
    NoCutoff,
    PerWeekday,
    Skipping,
)
from server.french import WEEKDAYS, day_long, listed

MOST_NOTES = 3


def passed_over(rule: Skipping, days: tuple[date, ...], calendar: TownCalendar, activity: int | str) -> list[str]:
    """The public holidays, school holidays and closures among the days passed over, named once, in order."""
    out_of_school = rule.skip.school_holidays or getattr(rule, "count", None) is DayKind.SCHOOL
    notes: dict[str, None] = {}
    for day in reversed(days):
        if day.weekday() in WEEKEND or day.weekday() in rule.skip.weekdays:
            continue
        period, closure = calendar.holiday_period(day), calendar.closure_on(day, activity)
        if period and out_of_school:
            notes[f"hors {period.kind[:1].lower()}{period.kind[1:]}"] = None
        elif day in calendar.public_holidays:
            notes[f"{day_long(day)} férié"] = None
        elif closure and rule.skip.closures:
            notes[f"{day_long(day)} fermé"] = None
    return list(notes)[-MOST_NOTES:]


def tail(rule: Cutoff) -> str:
    """What does not count; for a rule that names its day, what makes it move back."""
    if isinstance(rule, NoCutoff | PerWeekday | Earliest) or not rule.skip:
        return ""
    if isinstance(rule, DaysBefore | HoursBefore | ClearDays):
        return _not_counted(rule.skip)
    if isinstance(rule, KitchenOrders):
        return _not_counted(rule.skip).replace("compté", "servi")
    return f", ou le dernier jour possible avant si ce jour tombe {listed(_falls_on(rule.skip), 'ou')}"


def _not_counted(skip: Skip) -> str:
    words = _days_named(skip.weekdays)
    several = len(words) + sum((skip.public_holidays, skip.school_holidays, skip.closures)) > 1
    if not several and words:
        return f", {words[0]} non compté"
    if not several and skip.school_holidays:
        return ", vacances scolaires non comptées"
    words += ["vacances scolaires"] if skip.school_holidays else []
    words += ["jours fériés"] if skip.public_holidays else []
    words += ["jours de fermeture"] if skip.closures else []
    return f", {listed(words)} non comptés"


def _falls_on(skip: Skip) -> list[str]:
    words = ["le week-end" if word == "week-end" else f"un {word}" for word in _days_named(skip.weekdays)]
    words += ["un jour férié"] if skip.public_holidays else []
    words += ["pendant les vacances scolaires"] if skip.school_holidays else []
    return words + (["un jour de fermeture"] if skip.closures else [])


def _days_named(weekdays: frozenset[int]) -> list[str]:
    whole = weekdays >= WEEKEND
    days = [WEEKDAYS[day] for day in sorted(weekdays - WEEKEND if whole else weekdays)]
    return days + (["week-end"] if whole else [])
