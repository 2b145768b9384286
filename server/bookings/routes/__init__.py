"""The family's doors to the calendar and to what the town answered; and what keeps the doors of taps in a rush.

A folder of its own: each door is a page of its own, and each has its file.
"""

from server.bookings.routes.absences import ROUTES as ABSENCES
from server.bookings.routes.answers import ROUTES as ANSWERS
from server.bookings.routes.calendar import ROUTES as CALENDAR
from server.bookings.routes.my_rules import ROUTES as MY_RULES
from server.bookings.routes.taps import ROUTES as TAPS

ROUTES = [*CALENDAR, *TAPS, *ABSENCES, *ANSWERS, *MY_RULES]
