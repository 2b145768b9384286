"""One session with all that is the same for every child of every family: worked out anew only when it has changed."""

from datetime import date, datetime
from typing import Any, NamedTuple

from server.activities.queries import Activity, Catalogue
from server.bookings.queries.deadlines import Deadlines, deadlines_of
from server.bookings.rules.squares import Session

MOST_REMEMBERED = 20_000


class Offered(NamedTuple):
    """One session, its activity and its limits."""

    session_id: int
    day: date
    starts_at: datetime
    places: Session
    activity: Activity
    deadlines: Deadlines


def offered_under(catalogue: Catalogue, read: tuple[Any, ...], resident: bool) -> Offered:
    """The session whose columns have just been `read`: id, activity, day, start, capacity, taken, next rank, closed."""
    key = (read[0], resident)
    before, offered = catalogue.remembered.get(key, (None, None))
    if before != read:
        id_, activity_id, day, starts_at, *places = read
        activity = catalogue.on(activity_id, day)
        limits = deadlines_of(catalogue, activity, day, starts_at, resident)
        offered = Offered(id_, day, starts_at, Session(*places), activity, limits)
        if len(catalogue.remembered) >= MOST_REMEMBERED:
            catalogue.remembered.clear()
        catalogue.remembered[key] = read, offered
    return offered  # type: ignore[no-any-return]
