"""The agents' doors to the calendar: the inbox, the day's list, closures."""

from server.bookings.desk.closures import ROUTES as CLOSURES
from server.bookings.desk.day import ROUTES as DAY
from server.bookings.desk.inbox import ROUTES as INBOX

ROUTES = [*INBOX, *DAY, *CLOSURES]
