"""Reads about accounts, as plain frozen values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from server.database import Row, Work, sql
from server.web.visitor import Visitor

VISITOR = """
select a.id as account_id, a.ref, a.kind, a.first_name, a.last_name, a.rights, a.demo,
       s.id as sign_in_id, s.shared_device, s.created_at, s.last_seen_at, g.family_id,
       (select count(*) from notice n where n.account_id = a.id and n.read_at is null) as unread,
       (select version from catalogue where id = 1) as catalogue_version
from sign_in s join account a on a.id = s.account_id left join guardian g on g.account_id = a.id
where s.token_hash = $1 and s.expires_at > $2 and a.disabled_at is null
"""


@dataclass(frozen=True)
class LiveSession:
    """A session that is not over, and who it belongs to."""

    visitor: Visitor
    created_at: datetime
    last_seen_at: datetime


def session_behind(token_hash: str, now: datetime, demo: bool) -> Work[LiveSession | None]:
    """The live session of this token, or None. Demo accounts exist in demo mode only."""
    rows = yield sql(VISITOR, token_hash, now)
    if not rows or (rows[0]["demo"] and not demo):
        return None
    return LiveSession(_visitor(rows[0]), rows[0]["created_at"], rows[0]["last_seen_at"])


def visitor_behind(token_hash: str, now: datetime, demo: bool) -> Work[Visitor | None]:
    """The account whose live session has this token, or None."""
    session = yield from session_behind(token_hash, now, demo)
    return session.visitor if session else None


@dataclass(frozen=True)
class Credentials:
    """What signing in needs of an account."""

    account_id: int
    kind: str
    password_hash: str


CREDENTIALS = """
select id, kind, password_hash, demo from account
where (email = $1 or user_name = $1 or number = $1) and disabled_at is null
"""


def credentials_of(name: str, demo: bool) -> Work[Credentials | None]:
    """The account that signs in as `name`: its e-mail, user name or number, folded by `sign_in_name`."""
    rows = yield sql(CREDENTIALS, name)
    # Two accounts can share a name only when one's user name is the other's number: then neither may use it.
    if len(rows) != 1 or (rows[0]["demo"] and not demo):
        return None
    return Credentials(rows[0]["id"], rows[0]["kind"], rows[0]["password_hash"])


@dataclass(frozen=True)
class Device:
    """Somewhere the account is signed in."""

    id: int
    label: str
    shared: bool
    created_at: datetime
    last_seen_at: datetime
    here: bool
    rings: bool  # notices are pushed to it


@dataclass(frozen=True)
class Me:
    """An account as its owner sees it."""

    first_name: str
    last_name: str
    email: str
    user_name: str
    number: str
    last_sign_in_at: datetime | None
    previous_sign_in_at: datetime | None
    devices: Sequence[Device]


DEVICES = """
select s.id, s.device_label, s.shared_device, s.created_at, s.last_seen_at,
       (select count(*) from push_device p where p.sign_in_id = s.id) as pushed
from sign_in s where s.account_id = $1 and s.expires_at > $2 order by s.last_seen_at desc, s.id desc
"""


def my_account(visitor: Visitor, now: datetime) -> Work[Me]:
    """The visitor's own account with the devices signed in to it, this one first."""
    account = (yield sql("select * from account where id = $1", visitor.account_id))[0]
    rows = yield sql(DEVICES, visitor.account_id, now)
    devices = sorted((_device(row, visitor.sign_in_id) for row in rows), key=lambda device: not device.here)
    names = {name: account[name] or "" for name in ("first_name", "last_name", "email", "user_name", "number")}
    return Me(
        **names,
        last_sign_in_at=account["last_sign_in_at"],
        previous_sign_in_at=account["previous_sign_in_at"],
        devices=devices,
    )


def _device(row: Row, here: int) -> Device:
    return Device(
        id=row["id"],
        label=row["device_label"],
        shared=row["shared_device"],
        created_at=row["created_at"],
        last_seen_at=row["last_seen_at"],
        here=row["id"] == here,
        rings=row["pushed"] > 0,
    )


def _visitor(row: Row) -> Visitor:
    return Visitor(
        account_id=row["account_id"],
        ref=row["ref"],
        kind=row["kind"],
        first_name=row["first_name"],
        last_name=row["last_name"],
        rights=frozenset(msgspec.json.decode(row["rights"], type=list[str])),
        sign_in_id=row["sign_in_id"],
        shared_device=row["shared_device"],
        family_id=row["family_id"],
        unread=row["unread"],
        catalogue_version=row["catalogue_version"] or 0,
    )


@dataclass(frozen=True)
class Known:
    """What anybody may know of an account's owner: a password must not be made of it."""

    sign_in_name: str
    about: tuple[str, ...]


def known_as(account_id: int) -> Work[Known | None]:
    """The owner of a live account."""
    rows = yield sql(
        "select first_name, last_name, email, user_name, number from account where id = $1 and disabled_at is null",
        account_id,
    )
    if not rows:
        return None
    names = {name: rows[0][name] or "" for name in ("first_name", "last_name", "email", "user_name", "number")}
    return Known(names["email"] or names["user_name"] or names["number"], tuple(filter(None, names.values())))
