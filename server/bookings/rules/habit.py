"""When « rien de réservé, date limite demain » is worth a notice: rarely, and only to those who usually come.

The rule. A day is told of when all of this holds:
- its date to book falls within the next 24 hours, the day is open and somebody may still get a place;
- the parent never touched that square: a day that was cancelled on purpose is not asked about;
- the child came on that very weekday in at least 2 of the 4 weeks before; or the child came to the activity in these
  4 weeks and has nothing at all booked in the coming 7 days.
A child is told of once a week at most (of the day's week), in each of its homes for that home's own days.
"""

from datetime import date, timedelta

WITHIN = timedelta(hours=24)
WEEKS, OFTEN = 4, 2
COMING = timedelta(days=7)
FURTHEST = timedelta(days=35)  # days ahead looked at: longer date limits are those of holidays, which are no habit
CAME = ("booked", "cancel_requested", "absent_excused", "absent_billed")


def weekday_before(day: date) -> tuple[date, ...]:
    """The same weekday of the last weeks, the latest first."""
    return tuple(day - timedelta(weeks=n) for n in range(1, WEEKS + 1))


def worth_telling(came_that_weekday: int, came_lately: int, booked_ahead: int) -> bool:
    """Whether the habit of the child, counted in bookings, makes an empty day worth a notice."""
    return came_that_weekday >= OFTEN or (came_lately > 0 and booked_ahead == 0)


def week_of(day: date) -> date:
    """The Monday that names the week."""
    return day - timedelta(days=day.weekday())
