"""An open account comes to a file: by its references or a clé enfance; the adults of a file invite each other."""

import hashlib
import hmac
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from server.accounts.commands import count_try
from server.accounts.commands.deciding import ForAdult, Opened, open_for_adult
from server.accounts.rules import Limit, network
from server.accounts.rules.files import Newcomer, References
from server.database import Row, Rows, Work, sql
from server.errors import NotFound
from server.families.commands.linking import check_references, link_by_references, seat_adult
from server.families.rules.keys import BYTES, DAYS, key_from, read_key
from server.web.visitor import Visitor

Joined = Literal["joined", "differ", "wait", "has_file"]
OF_ONE, OF_ADDRESS, OF_TOWN = (
    Limit(5, timedelta(hours=1)),
    Limit(20, timedelta(days=1)),
    Limit(1_000, timedelta(days=1)),
)
INVITATIONS = Limit(5, timedelta(days=1))
NOTE = "insert into audit (at, actor_id, action, detail, family_id) values ($1, $2, $3, '{}', $4)"


@dataclass(frozen=True)
class Door:
    """Where somebody asks from, and the portal's secret."""

    secret: bytes
    address: str


def join_by_references(visitor: Visitor, said: References, door: Door, now: datetime) -> Work[Joined]:
    """Link the visitor's account to the file all three references agree with."""
    if (yield from _has_file(visitor)):
        return "has_file"
    verdict = yield from check_references(said, f"account:{visitor.account_id}", door.address, now)
    if verdict != "agree":
        return verdict
    email = (yield sql("select email from account where id = $1", visitor.account_id))[0]["email"] or ""
    who = Newcomer(visitor.account_id, visitor.first_name, visitor.last_name, email)
    return "joined" if (yield from link_by_references(who, said, now)) else "differ"


def join_by_key(visitor: Visitor, typed: str, door: Door, now: datetime) -> Work[Joined]:
    """Link the visitor's account to the adult a key was made for. The key is used up; what is wrong is not told."""
    if (yield from _has_file(visitor)):
        return "has_file"
    limits = {
        f"key:who:{visitor.account_id}": OF_ONE,
        f"key:from:{network(door.address)}": OF_ADDRESS,
        "key:town": OF_TOWN,
    }
    if not (yield from count_try(limits, now)):
        return "wait"
    return "joined" if (yield from _use_key(visitor.account_id, key_digest(door.secret, typed), now)) else "differ"


def link_by_key(account_id: int, digest: str, now: datetime) -> Work[bool]:
    """The same for an account that has just been activated, with the key it registered with (`key_digest`).

    A guess costs a proven address each time; the town's limit holds for these too.
    """
    return (yield from count_try({"key:town": OF_TOWN}, now)) and (yield from _use_key(account_id, digest, now))


def _use_key(account_id: int, digest: str, now: datetime) -> Work[bool]:
    rows: Rows = yield sql(
        "select id, guardian_id from file_key where digest = $1 and spent_at is null and revoked_at is null "
        "and expires_at > $2 for update",
        digest,
        now,
    )
    if not rows or not (yield from seat_adult(account_id, rows[0]["guardian_id"], "key", now)):
        return False
    yield sql("update file_key set spent_at = $2 where id = $1", rows[0]["id"], now)
    return True


def issue_key(agent: Visitor, family_id: int, guardian_id: int, secret: bytes, now: datetime) -> Work[str]:
    """A new key for an adult of the file, shown once; older ones of the same adult are worth nothing now."""
    adult = yield from _adult(family_id, guardian_id)
    if adult["account_id"] is not None:
        raise NotFound
    key = key_from(os.urandom(BYTES))
    yield from keep_key(guardian_id, key_digest(secret, key), agent, now)
    yield sql(NOTE, now, agent.account_id, "key_issued", family_id)
    return key


def keep_key(guardian_id: int, digest: str, agent: Visitor, now: datetime) -> Work[datetime]:
    """Until when the key of this digest is good; the adult's older ones are worth nothing from now on."""
    yield sql(
        "update file_key set revoked_at = $2 where guardian_id = $1 and spent_at is null and revoked_at is null",
        guardian_id,
        now,
    )
    until = now + timedelta(days=DAYS)
    yield sql(
        "insert into file_key (guardian_id, digest, created_by, created_at, expires_at) values ($1, $2, $3, $4, $5)",
        guardian_id, digest, agent.account_id, now, until,
    )  # fmt: skip
    return until


def invite_adult(visitor: Visitor, guardian_id: int, hours: int, now: datetime) -> Work[Opened | Literal["wait"]]:
    """An adult of the file asks that another one, whom the town knows too, gets an account of their own."""
    adult = yield from _adult(visitor.family_id or 0, guardian_id)
    if adult["account_id"] is not None:
        return "known"
    if not (yield from count_try({f"invite:{visitor.family_id}": INVITATIONS}, now)):
        return "wait"
    wanted = ForAdult(guardian_id, adult["family_id"], adult["first_name"], adult["last_name"], adult["email"])
    inviter = f"{visitor.first_name} {visitor.last_name}"
    return (yield from open_for_adult(wanted, visitor.account_id, hours, now, inviter))


def _adult(family_id: int, guardian_id: int) -> Work[Row]:
    rows: Rows = yield sql("select * from guardian where id = $1 and family_id = $2 for update", guardian_id, family_id)
    if not rows:
        raise NotFound
    return rows[0]


def _has_file(visitor: Visitor) -> Work[bool]:
    yield sql("select id from account where id = $1 for update", visitor.account_id)  # two taps take turns
    return bool((yield sql("select 1 from guardian where account_id = $1", visitor.account_id)))


def key_digest(secret: bytes, typed: str) -> str:
    """All that is kept of a key, however it was typed; what can be no key gets a digest nobody has."""
    key = read_key(typed) or "-"
    return hmac.new(secret, b"file key:" + key.encode(), hashlib.sha256).hexdigest()
