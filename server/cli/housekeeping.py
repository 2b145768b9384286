"""What is thrown away by age, room by room, families made findable, news that begins told; run by `deliver` every hour.

Any number of workers may do it at once.
"""

from datetime import datetime, timedelta

from server.accounts.commands import purge_sessions
from server.database import Database, Work, sql
from server.families.finding import index_missing
from server.messages.commands.pages import announce_news
from server.zone import PARIS

MOST = 2_000  # rows of one transaction: taps must not wait behind a purge

# An account that was not activated in time. One whose letter has not left yet, for want of a mail server, has time.
OVERDUE = (
    "state = 'sent' and created_at < $1 and not exists (select 1 from link k where k.purpose = 'activation' "
    "and k.subject = registration.ref and k.spent_at is null and k.revoked_at is null and (k.expires_at > $1 "
    "or exists (select 1 from letter l where l.link_id = k.id and l.status = 'waiting')))"
)
# What went with a message that is gone, or that was never written; its files go with the next sweep.
ORPHANS = (
    "message_ref is not null and created_at < $1 "
    "and not exists (select 1 from thread_message m where m.ref = document.message_ref)"
)
PURGES: tuple[tuple[str, str, timedelta], ...] = (
    ("tap", "received_at < $1", timedelta(days=400)),
    ("attempt", "at < $1", timedelta(days=2)),
    ("delivery", "status <> 'waiting' and done_at < $1", timedelta(days=90)),
    ("letter", "status <> 'waiting' and done_at < $1", timedelta(days=30)),
    ("reset_request", "created_at < $1", timedelta(days=2)),
    ("resend_request", "created_at < $1", timedelta(days=2)),
    ("link", "expires_at < $1", timedelta(days=30)),
    ("outbox", "notice_id is not null and created_at < $1", timedelta(days=90)),
    ("outbox", "notice_id is null and created_at < $1", timedelta(days=180)),  # what nobody could word
    ("notice", "created_at < $1", timedelta(days=400)),
    ("absence", "declared_at < $1", timedelta(days=400)),
    ("cutoff_reminder", "told_at < $1", timedelta(days=60)),
    ("registration_draft", "touched_at < $1", timedelta(days=7)),
    ("registration", OVERDUE, timedelta(0)),
    ("registration", "state = 'refused' and decided_at < $1", timedelta(days=30)),
    ("registration", "state = 'asked' and created_at < $1", timedelta(days=365)),
    ("known_device", "seen_at < $1", timedelta(days=400)),
    ("family_import", "made_at < $1", timedelta(days=7)),  # its file goes with the next sweep
    ("document", ORPHANS, timedelta(days=1)),
    ("dev_mail", "created_at < $1", timedelta(days=30)),
)


async def tidy(db: Database, now: datetime, most: int = MOST) -> int:
    """Throw away all that is too old; how many rows."""
    total = 0
    for table, condition, age in PURGES:
        while gone := await db.write(purge, table, condition, now - age, most):
            total += gone
            if gone < most:
                break
    await db.write(purge_sessions, now)
    await db.write(announce_news, now.astimezone(PARIS).date(), now)
    while await db.write(index_missing):
        pass
    return total


def purge(table: str, condition: str, before: datetime, most: int) -> Work[int]:
    """At most `most` rows of one table."""
    rows = yield sql(
        f"delete from {table} where id in (select id from {table} where {condition} limit $2) returning id",
        before,
        most,
    )
    return len(rows)
