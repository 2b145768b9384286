"""The agents' doors to the calendar: the inbox, the day's list, capacities, fill rates, closures, rules."""

from server.bookings.desk.capacities import ROUTES as CAPACITIES
from server.bookings.desk.closures import ROUTES as CLOSURES
from server.bookings.desk.day import ROUTES as DAY
from server.bookings.desk.fill import ROUTES as FILL
from server.bookings.desk.health import ROUTES as HEALTH
from server.bookings.desk.inbox import ROUTES as INBOX
from server.bookings.desk.rules import ROUTES as RULES

ROUTES = [*INBOX, *DAY, *CAPACITIES, *FILL, *CLOSURES, *RULES, *HEALTH]
