"""Writes about accounts: an attempt, a session begun, seen and ended."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from server.accounts.queries import Credentials, credentials_of
from server.accounts.rules import LIMITS, LONGEST_WINDOW, place_digest, wait
from server.database import Work, alone, sql


@dataclass(frozen=True)
class Attempt:
    """What an attempt to sign in found: the account or nobody, and how long one must wait."""

    account: Credentials | None
    waiting: timedelta


def begin_attempt(name: str, buckets: Mapping[str, str], now: datetime, demo: bool) -> Work[Attempt]:
    """Look the name up and count the attempt as failed until it succeeds: a burst cannot slip through.

    Attempts on one name wait for each other, in all processes: what the first has written, the next one counts.
    The address's own failures are counted by `end_attempt`: a school's whole address signs in at once.
    """
    waiting = yield from count_attempt(buckets, now)
    account = yield from credentials_of(name, demo)
    return Attempt(account, waiting)


def count_attempt(buckets: Mapping[str, str], now: datetime) -> Work[timedelta]:
    """Count one attempt, unless one must wait: then for how long."""
    yield alone(buckets["name"])
    rows = yield sql(
        "select bucket, at from attempt where bucket in ($1, $2, $3) and at > $4",
        buckets["pair"], buckets["name"], buckets["address"], now - LONGEST_WINDOW,
    )  # fmt: skip
    waiting = max(
        wait(limit, [row["at"] for row in rows if row["bucket"] == buckets[kind]], now)
        for kind, limit in LIMITS.items()
    )
    if not waiting:
        yield sql(
            "insert into attempt (bucket, at) values ($1, $3), ($2, $3)", buckets["pair"], buckets["name"], now
        )  # fmt: skip
    return waiting


def end_attempt(right: bool, buckets: Mapping[str, str], now: datetime) -> Work[timedelta]:
    """The password was looked at: a wrong one counts against its address too. How long one must wait nevertheless.

    Ends of attempts from one address take turns, so of a burst under many names no more are told right or wrong than
    the address may get wrong: the others only learn that they must wait. Right ones are never counted.
    """
    yield alone(buckets["address"])
    limit = LIMITS["address"]
    rows = yield sql("select at from attempt where bucket = $1 and at > $2", buckets["address"], now - limit.window)
    waiting = wait(limit, [row["at"] for row in rows], now)
    if not right and not waiting:
        yield sql("insert into attempt (bucket, at) values ($1, $2)", buckets["address"], now)
    return waiting


@dataclass(frozen=True)
class NewSession:
    """A session about to begin; the token itself stays outside the database."""

    account_id: int
    token_hash: str
    device_label: str
    shared_device: bool
    address: str
    expires_at: datetime
    new_password_hash: str = ""  # when the hashing parameters have changed
    replaces: str = ""  # hash of the token the browser came with
    stage: str = ""  # what must be done before it opens anything


TellSignIn = Callable[[int, str, datetime], Work[None]]  # account, device, when


def open_session(
    new: NewSession, buckets: Mapping[str, str], now: datetime, tell: TellSignIn | None = None
) -> Work[int]:
    """Begin a session; the name's failures are forgotten, the browser's former session ends. Its id.

    `tell` is called for a place nobody had signed in from before, the account's first one excepted.
    """
    yield sql("delete from attempt where bucket in ($1, $2)", buckets["pair"], buckets["name"])
    rows = yield sql(
        "insert into sign_in (account_id, token_hash, device_label, shared_device, address, created_at, "
        "last_seen_at, expires_at, stage) values ($1, $2, $3, $4, $5, $6, $6, $7, $8) returning id",
        new.account_id, new.token_hash, new.device_label, new.shared_device, new.address, now, new.expires_at,
        new.stage,
    )  # fmt: skip
    yield sql(
        "update account set previous_sign_in_at = last_sign_in_at, last_sign_in_at = $2 where id = $1",
        new.account_id,
        now,
    )
    if new.new_password_hash:
        yield sql("update account set password_hash = $2 where id = $1", new.account_id, new.new_password_hash)
    known = yield from _known_place(new, now)
    same_browser = yield from _replace(new, rows[0]["id"])
    if tell and not (known or same_browser):
        yield from tell(new.account_id, new.device_label, now)
    return int(rows[0]["id"])


def keep_session(sign_in_id: int, now: datetime, expires_at: datetime) -> Work[None]:
    """The session was seen: move its end."""
    yield sql("update sign_in set last_seen_at = $2, expires_at = $3 where id = $1", sign_in_id, now, expires_at)


def end_session(account_id: int, sign_in_id: int) -> Work[bool]:
    """End one session of this account and silence the phone it was on. False when it is not theirs."""
    yield sql("delete from push_device where sign_in_id = $1 and account_id = $2", sign_in_id, account_id)
    gone = yield sql("delete from sign_in where id = $1 and account_id = $2 returning id", sign_in_id, account_id)
    return bool(gone)


def end_all_sessions(account_id: int) -> Work[int]:
    """End every session of this account, this one included. How many there were."""
    yield sql("delete from push_device where account_id = $1", account_id)
    gone = yield sql("delete from sign_in where account_id = $1 returning id", account_id)
    return len(gone)


def purge_sessions(now: datetime) -> Work[None]:
    """Sessions that are over; a phone that still wants notices keeps them, a shared device does not."""
    yield sql(
        "delete from push_device where sign_in_id in "
        "(select id from sign_in where expires_at <= $1 and shared_device = $2)",
        now,
        True,
    )
    yield sql("delete from sign_in where expires_at <= $1", now)


def _known_place(new: NewSession, now: datetime) -> Work[bool]:
    """Whether somebody signed in to this account from here before, or never from anywhere; here is known from now."""
    digest = place_digest(new.account_id, new.device_label, new.address)
    known = yield sql("select digest from known_device where account_id = $1", new.account_id)
    yield sql(
        "insert into known_device (account_id, digest, seen_at) values ($1, $2, $3) "
        "on conflict (account_id, digest) do update set seen_at = excluded.seen_at",
        new.account_id,
        digest,
        now,
    )
    return not known or any(row["digest"] == digest for row in known)


def _replace(new: NewSession, sign_in_id: int) -> Work[bool]:
    """The same person keeps the notices on this phone; another one does not inherit them. Whether it is the same."""
    if not new.replaces:
        return False
    old = yield sql("select id, account_id from sign_in where token_hash = $1", new.replaces)
    if not old:
        return False
    if old[0]["account_id"] == new.account_id and not new.shared_device:
        yield sql("update push_device set sign_in_id = $2 where sign_in_id = $1", old[0]["id"], sign_in_id)
    yield from end_session(old[0]["account_id"], old[0]["id"])
    return bool(old[0]["account_id"] == new.account_id)
