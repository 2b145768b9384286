"""What an account decides about its notices: read ones, preferences, devices, a test."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from server.database import Work, flat, sql, values_marks
from server.notices.commands.sending import silence
from server.notices.commands.telling import tell
from server.notices.rules.kinds import departures
from server.notices.rules.quiet import Quiet

# What the bell no longer shows must not be counted on it for ever.
HIDE = (
    "update notice set read_at = $1 where account_id = $2 and read_at is null and kind in (select kind "
    "from notice_preference where account_id = $2 and channel = 'bell' and not wanted)"
)
MOST_DEVICES = 10  # of one account; the oldest leaves
MOST_TESTS, TESTS_WITHIN = 3, timedelta(minutes=5)


@dataclass(frozen=True)
class Subscription:
    """What a browser hands over when it agrees to ring."""

    endpoint: str
    p256dh: str
    auth: str
    label: str
    key: str = ""  # the portal's public key it was made with; it rings for no other


def mark_read(account_id: int, ref: str, now: datetime) -> Work[str | None]:
    """Open a notice of this account: it is read; where it leads, or None when there is no such notice."""
    rows = yield sql("select url, read_at from notice where account_id = $1 and ref = $2", account_id, ref)
    if not rows:
        return None
    if rows[0]["read_at"] is None:
        yield sql(
            "update notice set read_at = $1 where account_id = $2 and ref = $3 and read_at is null",
            now,
            account_id,
            ref,
        )
    return str(rows[0]["url"])


def mark_all_read(account_id: int, now: datetime) -> Work[None]:
    """Everything told so far is read."""
    yield sql("update notice set read_at = $1 where account_id = $2 and read_at is null", now, account_id)


def choose(account_id: int, ticked: frozenset[tuple[str, str]], now: datetime) -> Work[None]:
    """Keep the boxes of the preferences form: only what differs from the defaults is written."""
    kept = departures(ticked)
    yield sql("select id from account where id = $1 for update", account_id)  # two forms sent at once
    yield sql("delete from notice_preference where account_id = $1", account_id)
    if kept:
        yield sql(
            "insert into notice_preference (account_id, kind, channel, wanted) values " + values_marks(len(kept), 4),
            *flat((account_id, kind, channel, wanted) for (kind, channel), wanted in kept.items()),
        )
        yield sql(HIDE, now, account_id)


def keep_quiet(account_id: int, quiet: Quiet) -> Work[None]:
    """Keep the quiet hours of an account; what waits already keeps its hour."""
    yield sql(
        "insert into quiet_hours (account_id, wanted, starts_at, ends_at) values ($1, $2, $3, $4) "
        "on conflict (account_id) do update set wanted = excluded.wanted, starts_at = excluded.starts_at, "
        "ends_at = excluded.ends_at",
        account_id,
        quiet.wanted,
        quiet.starts,
        quiet.ends,
    )


def subscribe(account_id: int, sign_in_id: int | None, new: Subscription, now: datetime) -> Work[None]:
    """This browser rings for this account from now on, whoever it rang for before. Sent again, it changes nothing."""
    known = yield sql("select id, account_id from push_device where endpoint = $1 for update", new.endpoint)
    if known and known[0]["account_id"] != account_id:
        yield from silence("id = $1", known[0]["id"], now)  # what waited for the other account must not ring here
    yield sql(
        "insert into push_device (account_id, sign_in_id, endpoint, p256dh, auth, label, created_at, key) "
        "values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (endpoint) do update set "
        "account_id = excluded.account_id, sign_in_id = excluded.sign_in_id, p256dh = excluded.p256dh, "
        "auth = excluded.auth, label = excluded.label",
        account_id,
        sign_in_id,
        new.endpoint,
        new.p256dh,
        new.auth,
        new.label,
        now,
        new.key,
    )
    devices = yield sql("select id from push_device where account_id = $1 order by id desc", account_id)
    for row in devices[MOST_DEVICES:]:
        yield from silence("id = $1", row["id"], now)


def renew(account_id: int, sign_in_id: int | None, known: Subscription, now: datetime) -> Work[bool]:
    """What a page says at its start, unasked. False for an endpoint removed meanwhile: « Retirer » must last."""
    if not (yield sql("select id from push_device where endpoint = $1", known.endpoint)):
        return False
    yield from subscribe(account_id, sign_in_id, known, now)
    return True


def forget_endpoint(account_id: int, endpoint: str, now: datetime) -> Work[bool]:
    """The browser says it no longer rings. False when it did not ring for this account."""
    known = yield sql("select id from push_device where endpoint = $1 and account_id = $2", endpoint, account_id)
    return bool(known) and (yield from silence("id = $1", known[0]["id"], now)) > 0


def remove_device(account_id: int, device_id: int, now: datetime) -> Work[bool]:
    """« Retirer » on the list of devices. False when it is not this account's."""
    known = yield sql("select id from push_device where id = $1 and account_id = $2", device_id, account_id)
    return bool(known) and (yield from silence("id = $1", device_id, now)) > 0


def try_out(account_id: int, now: datetime) -> Work[bool]:
    """A test notice through the real pipeline. False when there were several a moment ago."""
    recent = yield sql(
        "select count(*) as n from outbox where account_id = $1 and kind = 'test' and created_at > $2",
        account_id,
        now - TESTS_WITHIN,
    )
    if recent[0]["n"] >= MOST_TESTS:
        return False
    yield from tell(account_id, "test", "test", {}, now)
    return True
