"""Reads about notices, as plain frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from server.database import Row, Work, sql
from server.notices.rules.kinds import KINDS, Choices
from server.notices.rules.quiet import DEFAULT, Quiet

PAGE = 20  # notices of the bell at once

# What the account does not want in its bell is kept for its links but not shown.
SHOWN = (
    "n.account_id = $1 and not exists (select 1 from notice_preference p "
    "where p.account_id = n.account_id and p.kind = n.kind and p.channel = 'bell' and not p.wanted)"
)


@dataclass(frozen=True)
class Notice:
    """One notice as the bell shows it."""

    ref: str
    kind: str
    title: str
    lines: tuple[str, ...]
    url: str
    created_at: datetime
    unread: bool


@dataclass(frozen=True)
class Bell:
    """A page of the bell."""

    notices: tuple[Notice, ...]
    page: int
    further: bool
    unread: int


@dataclass(frozen=True)
class Device:
    """A phone or a browser that rings."""

    id: int
    label: str
    created_at: datetime
    last_ok_at: datetime | None
    here: bool  # subscribed from the session that asks


@dataclass(frozen=True)
class Destination:
    """Where an account can be reached, and what it chose."""

    email: str | None
    disabled: bool
    devices: tuple[int, ...]
    choices: Choices
    quiet: Quiet = DEFAULT


@dataclass(frozen=True)
class DevMail:
    """A mail of the development mailbox."""

    id: int
    recipient: str
    subject: str
    body: str
    created_at: datetime


def bell(account_id: int, page: int) -> Work[Bell]:
    """The notices of an account, newest first."""
    rows = yield sql(
        f"select n.ref, n.kind, n.title, n.body, n.url, n.created_at, n.read_at from notice n where {SHOWN} "
        "order by n.created_at desc, n.id desc limit $2 offset $3",
        account_id,
        PAGE + 1,
        (page - 1) * PAGE,
    )
    unread = yield sql("select count(*) as n from notice where account_id = $1 and read_at is null", account_id)
    return Bell(tuple(_notice(row) for row in rows[:PAGE]), page, len(rows) > PAGE, unread[0]["n"])


def _notice(row: Row) -> Notice:
    return Notice(
        ref=row["ref"],
        kind=KINDS[row["kind"]].label if row["kind"] in KINDS else "",
        title=row["title"],
        lines=tuple(row["body"].splitlines()),
        url=row["url"],
        created_at=row["created_at"],
        unread=row["read_at"] is None,
    )


def choices_of(account_id: int) -> Work[Mapping[tuple[str, str], bool]]:
    """The account's departures from the defaults."""
    rows = yield sql("select kind, channel, wanted from notice_preference where account_id = $1", account_id)
    return {(row["kind"], row["channel"]): bool(row["wanted"]) for row in rows}


def quiet_of(account_id: int) -> Work[Quiet]:
    """The account's quiet hours."""
    rows = yield sql("select wanted, starts_at, ends_at from quiet_hours where account_id = $1", account_id)
    return Quiet(bool(rows[0]["wanted"]), rows[0]["starts_at"], rows[0]["ends_at"]) if rows else DEFAULT


def destination_of(account_id: int) -> Work[Destination]:
    """Where an account can be reached. A phone rings beyond the end of its session, until it is signed out."""
    accounts = yield sql("select email, disabled_at from account where id = $1", account_id)
    devices = yield sql("select id from push_device where account_id = $1 order by id", account_id)
    choices = yield from choices_of(account_id)
    quiet = yield from quiet_of(account_id)
    return Destination(
        email=accounts[0]["email"],
        disabled=accounts[0]["disabled_at"] is not None,
        devices=tuple(row["id"] for row in devices),
        choices=choices,
        quiet=quiet,
    )


def devices_of(account_id: int, sign_in_id: int) -> Work[list[Device]]:
    """The phones and browsers of an account that ring, newest first."""
    rows = yield sql(
        "select id, label, created_at, last_ok_at, sign_in_id from push_device "
        "where account_id = $1 order by created_at desc, id desc",
        account_id,
    )
    return [
        Device(row["id"], row["label"], row["created_at"], row["last_ok_at"], row["sign_in_id"] == sign_in_id)
        for row in rows
    ]


def unwritten() -> Work[int]:
    """How many events nobody can put into words: set aside until an update can."""
    rows = yield sql("select count(*) as n from outbox where notice_id is null and trouble <> ''")
    return int(rows[0]["n"])


def mailbox(page: int) -> Work[tuple[list[DevMail], bool]]:
    """The mails kept instead of being sent, newest first, and whether there are more."""
    rows = yield sql(
        "select id, recipient, subject, body, created_at from dev_mail order by id desc limit $1 offset $2",
        PAGE + 1,
        (page - 1) * PAGE,
    )
    return [DevMail(**row) for row in rows[:PAGE]], len(rows) > PAGE


def kept_mail(mail_id: int) -> Work[DevMail | None]:
    """One of them."""
    rows = yield sql("select id, recipient, subject, body, created_at from dev_mail where id = $1", mail_id)
    return DevMail(**rows[0]) if rows else None
