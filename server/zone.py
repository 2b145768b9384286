"""The clock of mainland France: what a day means where no catalogue, which names the town's own zone, is at hand."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

TIME_ZONE = "Europe/Paris"
PARIS = ZoneInfo(TIME_ZONE)


def town_day(moment: datetime) -> date:
    """The day it is in town."""
    return moment.astimezone(PARIS).date()


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (following - timedelta(days=1)).day))
