"""Quiet hours: pushes and mails that come due in them wait until they end, unless waiting makes them pointless.

At once even at night: what was asked for just now (a test), an alert about one's account, what would be over before
the morning, and urgent news of a day that comes with that morning: a refusal, a closure or a place for tomorrow.
The bell never waits. Hours are those of the town's clock, on the nights it changes too.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from server.notices.rules.kinds import Kind
from server.zone import PARIS, town_day

DAY = 24 * 60


@dataclass(frozen=True)
class Quiet:
    """The quiet hours of an account, in minutes of the day; the end may be on the next day."""

    wanted: bool = True
    starts: int = 21 * 60
    ends: int = 7 * 60


DEFAULT = Quiet()


def quiet_until(quiet: Quiet, now: datetime) -> datetime | None:
    """When the quiet hours `now` lies in are over (UTC); None outside of them."""
    wall = now.astimezone(PARIS)
    minute = wall.hour * 60 + wall.minute
    over_night = quiet.starts > quiet.ends
    inside = minute >= quiet.starts or minute < quiet.ends if over_night else quiet.starts <= minute < quiet.ends
    if not quiet.wanted or quiet.starts == quiet.ends or not inside:
        return None
    day = wall.date() + timedelta(days=1 if over_night and minute >= quiet.starts else 0)
    end = datetime.combine(day, time(*divmod(quiet.ends, 60)), PARIS)
    # An hour that strikes twice may name an instant already gone: then it is the second one.
    first, second = end.astimezone(UTC), end.replace(fold=1).astimezone(UTC)
    return first if first > now else second


def goes_at(quiet: Quiet, kind: Kind, first_day: date | None, expires_at: datetime, now: datetime) -> datetime:
    """When a push or a mail may go: now, or when the quiet hours end. `first_day` is the first the notice is about."""
    end = quiet_until(quiet, now)
    if end is None or kind.wakes or expires_at <= end:
        return now
    pressing = kind.urgency == "high" and first_day is not None and first_day <= town_day(end)
    return now if pressing else end


def quiet_from(wanted: bool, starts: str, ends: str) -> Quiet | None:
    """The hours of a form (« 21:00 »); None for anything else. Equal hours would mean never or always: refused."""
    found = [_minutes(starts), _minutes(ends)]
    if found[0] is None or found[1] is None or found[0] == found[1]:
        return None
    return Quiet(wanted, found[0], found[1])


def _minutes(text: str) -> int | None:
    try:
        hour = time.fromisoformat(text)
    except ValueError:
        return None
    return hour.hour * 60 + hour.minute if hour.tzinfo is None else None
