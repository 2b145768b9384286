"""Links in mails: issued inside the event's own transaction, looked at by a GET, spent by a POST, once."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from server.accounts.rules.tokens import Purpose, new_ref, read_token
from server.database import Row, Work, sql

LIVE = "purpose = $1 and ref = $2 and spent_at is null and revoked_at is null and expires_at > $3"


@dataclass(frozen=True)
class Link:
    """A link that can still be used."""

    id: int
    subject: str  # whose it is, in the words of the room that issued it
    account_id: int | None
    payload: Mapping[str, str]
    expires_at: datetime


def issue_link(
    purpose: Purpose,
    subject: str,
    hours: int,
    now: datetime,
    account_id: int | None = None,
    payload: Mapping[str, str] | None = None,
) -> Work[int]:
    """A new link; its id, for the letter that carries it. Older ones of this purpose and subject are worth nothing now.

    `subject` names whose it is: an account's ref, a pending registration's. The hours count from the instant the
    letter leaves: a mail server that is down for a day must not use them up.
    """
    yield from revoke_links(purpose, subject, now)
    rows = yield sql(
        "insert into link (ref, purpose, subject, account_id, payload, hours, created_at, expires_at) "
        "values ($1, $2, $3, $4, $5, $6, $7, $8) returning id",
        new_ref(secrets.token_bytes(8)),
        purpose,
        subject,
        account_id,
        msgspec.json.encode(payload or {}).decode(),
        hours,
        now,
        now + timedelta(hours=hours),
    )
    return int(rows[0]["id"])


def revoke_links(purpose: Purpose, subject: str, now: datetime) -> Work[int]:
    """Links of this purpose and subject are worth nothing any more. How many could still be used."""
    gone = yield sql(
        "update link set revoked_at = $3 where purpose = $1 and subject = $2 and spent_at is null "
        "and revoked_at is null returning id",
        purpose,
        subject,
        now,
    )
    return len(gone)


def look_at(secret: bytes, token: str, purpose: Purpose, now: datetime) -> Work[Link | None]:
    """The live link of this token, or None whatever is wrong with it. Changes nothing: mail scanners open links."""
    read = read_token(secret, purpose, token)
    rows = yield sql(f"select * from link where {LIVE}", purpose, read.ref, now)
    return _link(rows[0]) if rows and read.signed else None


def spend(secret: bytes, token: str, purpose: Purpose, now: datetime) -> Work[Link | None]:
    """Use the link up; None whatever is wrong with it. Of two at once one gets it."""
    read = read_token(secret, purpose, token)
    rows = yield sql(f"select * from link where {LIVE} for update", purpose, read.ref, now)
    if not rows or not read.signed:
        return None
    yield sql("update link set spent_at = $1 where id = $2", now, rows[0]["id"])
    return _link(rows[0])


def _link(row: Row) -> Link:
    payload = msgspec.json.decode(row["payload"], type=dict[str, str])
    return Link(row["id"], row["subject"], row["account_id"], payload, row["expires_at"])
