"""Every form a town's rules can take, as frozen values: a cutoff for booking, one for cancelling, and an opening.

`at` is minutes on the wall clock of that day: 0 is the start of the day, 1440 (« 24:00 ») its end.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from server.activities.rules.days import NOTHING, DayKind, Skip
from server.bookings.rules.moments import END_OF_DAY, START_OF_DAY


@dataclass(frozen=True)
class NoCutoff:
    """Until the session starts."""


@dataclass(frozen=True)
class DaysBefore:
    """N calendar, working or school days before; 0 is the day itself."""

    n: int
    at: int
    count: DayKind = DayKind.CALENDAR
    skip: Skip = NOTHING


@dataclass(frozen=True)
class HoursBefore:
    """N real hours before the start; the hours of skipped days do not count."""

    n: int
    skip: Skip = NOTHING


@dataclass(frozen=True)
class ClearDays:
    """N whole days between the act and the session (« jours francs »), neither end counted."""

    n: int
    at: int = END_OF_DAY
    count: DayKind = DayKind.CALENDAR
    skip: Skip = NOTHING


@dataclass(frozen=True)
class WeekdayOfWeek:
    """A weekday of the session's own week (0), of the week before (1), or of the one before that (2)."""

    weekday: int
    at: int
    weeks: int = 1
    skip: Skip = NOTHING


@dataclass(frozen=True)
class PreviousWeekday:
    """The last such weekday before the session's day."""

    weekday: int
    at: int
    skip: Skip = NOTHING


@dataclass(frozen=True)
class DayOfPreviousMonth:
    """The nth of the month before; 31 means its last day."""

    nth: int
    at: int
    skip: Skip = NOTHING


@dataclass(frozen=True)
class BeforePeriod:
    """N calendar days before the school holiday, or the term, that holds the session."""

    n: int
    at: int
    skip: Skip = NOTHING


@dataclass(frozen=True)
class PerWeekday:
    """A rule per weekday of the session; a weekday left out has no cutoff."""

    table: tuple[tuple[int, Cutoff], ...]


@dataclass(frozen=True)
class Earliest:
    """Whichever of several rules closes first."""

    rules: tuple[Cutoff, ...]


@dataclass(frozen=True)
class Order:
    """One order the kitchen sends: on which weekday, how many weeks before, for how many served days."""

    weekday: int
    weeks: int
    serves: int


@dataclass(frozen=True)
class KitchenOrders:
    """The week's served days shared among the kitchen's orders, in turn; the last order takes what remains.

    A skipped day is not served, so a public holiday moves the days after it to an earlier order.
    """

    orders: tuple[Order, ...]
    at: int
    skip: Skip = NOTHING


Dated = DaysBefore | ClearDays | WeekdayOfWeek | PreviousWeekday | DayOfPreviousMonth | BeforePeriod | KitchenOrders
Skipping = Dated | HoursBefore
Cutoff = NoCutoff | Skipping | PerWeekday | Earliest


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
