"""Reads about registrations for the agents' screens."""

from dataclasses import dataclass
from datetime import datetime

import msgspec

from server.database import Row, Rows, Work, sql


@dataclass(frozen=True)
class Asked:
    """Somebody who asks for an account."""

    ref: str
    email: str
    name: str
    phone: str
    children: str
    asked_at: datetime
    has_account: bool


@dataclass(frozen=True)
class Unused:
    """A link that was sent and not used yet."""

    name: str
    email: str
    number: str
    way: str
    sent_at: datetime
    until: datetime | None  # None: the letter has not left


@dataclass(frozen=True)
class Waiting:
    """What the agents' screen lists."""

    asked: tuple[Asked, ...]
    unused: tuple[Unused, ...]


ASKED = """
select r.*, a.id as account_id from registration r left join account a on a.email = r.email
where r.state = 'asked'
"""
UNUSED = """
select r.*, max(k.expires_at) as until, max(l.status) as letter from registration r
join link k on k.purpose = 'activation' and k.subject = r.ref and k.spent_at is null and k.revoked_at is null
left join letter l on l.link_id = k.id and l.status = 'waiting'
where r.state = 'sent' and r.way in ('ask', 'by_town') group by r.id
having max(k.expires_at) > $1 or max(l.status) is not null order by r.id desc limit 200
"""


def registrations(now: datetime) -> Work[Waiting]:
    """Who asks, oldest first; who was answered or opened an account and has not used the link, latest first.

    Those who registered by themselves are their own business until they activate.
    """
    asked: Rows = yield sql(f"{ASKED} order by r.id limit 200")
    unused: Rows = yield sql(UNUSED, now)
    return Waiting(tuple(_asked(row) for row in asked), tuple(_unused(row) for row in unused))


def asked_by(ref: str) -> Work[Asked | None]:
    """One who waits for an answer; None when nobody of that ref does."""
    rows: Rows = yield sql(f"{ASKED} and r.ref = $1", ref)
    return _asked(rows[0]) if rows else None


def _asked(row: Row) -> Asked:
    said = msgspec.json.decode(row["answers"], type=dict[str, str])
    return Asked(
        ref=row["ref"],
        email=row["email"],
        name=f"{said.get('prenoms', '')} {said.get('nom', '')}".strip(),
        phone=said.get("mobile", ""),
        children=said.get("enfants", ""),
        asked_at=row["created_at"],
        has_account=row["account_id"] is not None,
    )


def _unused(row: Row) -> Unused:
    said = msgspec.json.decode(row["answers"], type=dict[str, str])
    name = f"{said.get('prenoms', '')} {said.get('nom', '')}".strip()
    until = None if row["letter"] else row["until"]
    return Unused(name, row["email"], row["number"] or "", row["way"], row["decided_at"] or row["created_at"], until)
