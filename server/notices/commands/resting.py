"""A service that is down rests as a whole: what waits for it is not tried one by one, and leaves in order later.

A service is the mail server ("mail") or the origin of a push service ("https://fcm.googleapis.com").
"""

from datetime import datetime

from server.database import Work, sql

MAIL = "mail"

# $1 is the service. The phones of one push service are those whose address begins with its origin.
OF_SERVICE = (
    "((channel = 'mail' and cast($1 as text) = 'mail') or (channel = 'push' and push_device_id in "
    "(select id from push_device where substr(endpoint, 1, length(cast($1 as text)) + 1) = "
    "cast($1 as text) || '/')))"
)


def rest(service: str, now: datetime, until: datetime) -> Work[None]:
    """Nothing for this service before `until`; what is under way goes on.

    What rests for more than half that time already is left: else each new notice would write the whole backlog again.
    """
    yield sql(
        f"update delivery set resting = $2, due_at = $3 where status = 'waiting' and claimed_by is null "
        f"and due_at < $4 and {OF_SERVICE}",
        service,
        True,
        until,
        now + (until - now) / 2,
    )
    if service == MAIL:
        yield sql(
            "update letter set resting = $1, due_at = $2 where status = 'waiting' and claimed_by is null "
            "and due_at < $3",
            True,
            until,
            now + (until - now) / 2,
        )


def wake(service: str, now: datetime) -> Work[None]:
    """The service takes again: all that rested is due, oldest first."""
    yield sql(
        f"update delivery set resting = $2, due_at = $3 where status = 'waiting' and resting = $4 and {OF_SERVICE}",
        service,
        False,
        now,
        True,
    )
    if service == MAIL:
        yield sql(
            "update letter set resting = $1, due_at = $2 where status = 'waiting' and resting = $3", False, now, True
        )


def anything_rests() -> Work[bool]:
    """Asked first, so that a good day writes nothing."""
    rows = yield sql(
        "select 1 from delivery where status = 'waiting' and resting = $1 union all "
        "select 1 from letter where status = 'waiting' and resting = $1 limit 1",
        True,
    )
    return bool(rows)
