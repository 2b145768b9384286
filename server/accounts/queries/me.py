"""An account as its owner sees it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from server.database import Row, Work, sql
from server.web.visitor import Visitor


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
class Consent:
    """A text this account accepted, or was told of."""

    kind: str
    version: str
    how: str
    at: datetime


@dataclass(frozen=True)
class Subscription:
    """A service the account is linked to: « Service enfance », by the number of its family file."""

    number: str
    name: str


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
    has_password: bool
    awaited: str  # an address asked for and not confirmed yet
    files: Sequence[Subscription]
    consents: Sequence[Consent]
    second_factor: bool
    has_photo: bool

    @property
    def about(self) -> tuple[str, ...]:
        """What anybody may know of them: no password is made of it."""
        return tuple(filter(None, (self.first_name, self.last_name, self.email, self.user_name, self.number)))


DEVICES = """
select s.id, s.device_label, s.shared_device, s.created_at, s.last_seen_at,
       (select count(*) from push_device p where p.sign_in_id = s.id) as pushed
from sign_in s where s.account_id = $1 and s.expires_at > $2 order by s.last_seen_at desc, s.id desc
"""


ACCOUNT = """
select a.*, p.ref as photo from account a left join account_photo p on p.account_id = a.id where a.id = $1
"""
AWAITED = """
select payload from link where purpose = 'address' and account_id = $1 and spent_at is null and revoked_at is null
and expires_at > $2 order by id desc limit 1
"""
FILES = """
select f.number, f.name from guardian g join family f on f.id = g.family_id where g.account_id = $1 order by f.number
"""


def my_account(visitor: Visitor, now: datetime) -> Work[Me]:
    """The visitor's own account with the devices signed in to it, this one first."""
    account = (yield sql(ACCOUNT, visitor.account_id))[0]
    rows = yield sql(DEVICES, visitor.account_id, now)
    awaited = yield sql(AWAITED, visitor.account_id, now)
    files = yield sql(FILES, visitor.account_id)
    consents = yield sql(
        "select kind, version, how, at from consent where account_id = $1 order by at desc, id desc", visitor.account_id
    )
    factor = yield sql(
        "select 1 from second_factor where account_id = $1 and confirmed_at is not null", visitor.account_id
    )
    devices = sorted((_device(row, visitor.sign_in_id) for row in rows), key=lambda device: not device.here)
    names = {name: account[name] or "" for name in ("first_name", "last_name", "email", "user_name", "number")}
    return Me(
        **names,
        last_sign_in_at=account["last_sign_in_at"],
        previous_sign_in_at=account["previous_sign_in_at"],
        devices=devices,
        has_password=account["password_hash"].startswith("$argon2"),
        awaited=msgspec.json.decode(awaited[0]["payload"])["address"] if awaited else "",
        consents=[Consent(**row) for row in consents],
        second_factor=bool(factor),
        has_photo=account["photo"] is not None,
        files=[Subscription(row["number"], row["name"]) for row in files],
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


def text_accepted(kind: str, version: str) -> Work[str | None]:
    """The words of a version somebody accepted here, the last ones under that name."""
    rows = yield sql(
        "select body from legal_text where kind = $1 and version = $2 order by id desc limit 1", kind, version
    )
    return rows[0]["body"] if rows else None
