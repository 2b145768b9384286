"""Wall time and instants: what the rules say in hours on a clock becomes an instant in UTC, wherever the server is."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from server.zone import TIME_ZONE

START_OF_DAY = 0
END_OF_DAY = 24 * 60


@dataclass(frozen=True)
class SessionTime:
    """One dated session as the rules need it: its day, when it starts, of which activity, on whose clock."""

    day: date
    starts_at: datetime
    activity: int | str
    zone: str = TIME_ZONE


def wall(day: date, minutes: int, zone: str) -> datetime:
    """The instant a clock of that zone shows `minutes` after 00:00 on that day; 24:00 is the midnight that ends it.

    A time skipped in spring (02:30) is read by the clock not yet put forward, so it is 03:30;
    a time that comes twice in autumn is the first of the two: the stricter one.
    """
    if minutes == END_OF_DAY:
        day, minutes = day + timedelta(days=1), START_OF_DAY
    hour, minute = divmod(minutes, 60)
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(zone)).astimezone(UTC)
