"""When to try again, when to give up, and for how long a push may wait for its phone."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

# A push service or a mail server may be down for a day: mail insists for two. A phone that cannot be reached
# within hours matters less than the news: mail takes over from an important push.
DELAYS = (10, 60, 5 * 60, 30 * 60, 2 * 3600)
STEPS = len(DELAYS)
LATER_DELAY = 4 * 3600
TRIES = 16
TRIES_BEFORE_MAIL = 6
PROBE = 5 * 60  # at the latest, a service that is down is tried again
INSIST = timedelta(days=2)  # for a service that is down; after this mails fail, and phones have been overtaken by mail
INSIST_BEFORE_MAIL = timedelta(hours=3)
LONGEST_WAIT = 24 * 3600  # of a Retry-After
PUSH_LIFETIME = (60, 28 * 24 * 3600)  # seconds; push services keep four weeks at most


def next_try(
    channel: str, important: bool, tries: int, expires_at: datetime, now: datetime, retry_after: int | None = None
) -> datetime | None:
    """The instant of the next try after `tries` failed ones, or None to give up."""
    most = TRIES_BEFORE_MAIL if channel == "push" and important else TRIES
    if tries >= most:
        return None
    seconds = DELAYS[tries - 1] if tries <= len(DELAYS) else LATER_DELAY
    if retry_after is not None:
        seconds = min(max(retry_after, 1), LONGEST_WAIT)
    due = now + timedelta(seconds=seconds)
    return None if channel == "push" and due >= expires_at else due


def next_probe(
    channel: str,
    important: bool,
    tries: int,
    expires_at: datetime,
    made_at: datetime,
    now: datetime,
    retry_after: int | None = None,
) -> datetime | None:
    """The same when the whole service is down: not the tries count but how long the message has waited."""
    longest = INSIST_BEFORE_MAIL if channel == "push" and important else INSIST
    if now - made_at >= longest:
        return None
    seconds = DELAYS[tries - 1] if tries <= len(DELAYS) else PROBE
    if retry_after is not None:
        seconds, most = max(retry_after, 1), LONGEST_WAIT
    else:
        most = PROBE
    due = now + timedelta(seconds=min(seconds, most))
    return min(due, max(expires_at, now)) if channel == "push" else due  # then it is told why it was skipped


def rests_until(silences: int, now: datetime) -> datetime:
    """The instant before which a service is left alone that took nothing of so many batches in a row."""
    return now + timedelta(seconds=min(DELAYS[min(silences, STEPS) - 1], PROBE))


def retry_after_seconds(header: str | None, now: datetime) -> int | None:
    """A Retry-After header, as seconds or as a date, in seconds from `now`; None when there is none to honour."""
    if not header:
        return None
    if header.strip().isdecimal():
        return int(header.strip()[:9])
    try:
        moment = parsedate_to_datetime(header)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0, int((moment - now).total_seconds()))


def lifetime(expires_at: datetime, now: datetime) -> int:
    """The TTL of a push in seconds: until the event, within what push services accept."""
    shortest, longest = PUSH_LIFETIME
    return min(max(int((expires_at - now).total_seconds()), shortest), longest)
