"""What the calendar's templates read, made from what the queries found: words, letters, addresses, no decisions.

A folder of its own: routes parse and answer, and both pages and fragments of the calendar need these same values.
"""

from server.bookings.screens.asked import VIEWS, Asked, monday_of, opening_day, worth_keeping
from server.bookings.screens.calendar import calendar_of
from server.bookings.screens.cost import cost_of
from server.bookings.screens.day import day_of
from server.bookings.screens.squares import child_of, incomplete_files, legend, ms, shown_state, square_of

__all__ = [
    "VIEWS",
    "Asked",
    "calendar_of",
    "child_of",
    "cost_of",
    "day_of",
    "incomplete_files",
    "legend",
    "monday_of",
    "ms",
    "opening_day",
    "shown_state",
    "square_of",
    "worth_keeping",
]
