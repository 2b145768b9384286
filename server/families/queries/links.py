"""Reads about adults and their accounts: who signs in, whose link waits, who came to a file and how."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from server.database import Row, Rows, Work, sql
from server.web.visitor import Visitor


@dataclass(frozen=True)
class AdultAccount:
    """An adult of a file, and whether they can sign in."""

    id: int
    family_id: int
    first_name: str
    last_name: str
    email: str
    signs_in: bool
    last_sign_in_at: datetime | None
    link_until: datetime | None  # of a link the town sent and nobody used
    key_until: datetime | None  # of a clé enfance that was handed over or sent, and nobody used


@dataclass(frozen=True)
class FileAccounts:
    """The accounts of a file, as an agent sees them."""

    ref: str
    number: str
    name: str
    adults: tuple[AdultAccount, ...]


ADULTS = """
select g.id, g.family_id, g.first_name, g.last_name, g.email, a.id as account_id, a.last_sign_in_at,
  (select max(k.expires_at) from registration r join link k on k.purpose = 'activation' and k.subject = r.ref
   where r.guardian_id = g.id and r.state = 'sent' and k.spent_at is null and k.revoked_at is null
   and k.expires_at > $2) as link_until,
  (select max(k.expires_at) from file_key k where k.guardian_id = g.id and k.spent_at is null and k.revoked_at is null
   and k.expires_at > $2) as key_until
from guardian g left join account a on a.id = g.account_id where g.family_id = $1 order by g.holder desc, g.id
"""


def accounts_of(ref: str, now: datetime) -> Work[FileAccounts | None]:
    """The adults of the family of this ref; None when there is none."""
    families: Rows = yield sql("select id, ref, number, name from family where ref = $1", ref)
    if not families:
        return None
    rows: Rows = yield sql(ADULTS, families[0]["id"], now)
    return FileAccounts(ref, families[0]["number"], families[0]["name"], tuple(_adult(row) for row in rows))


def _adult(row: Row) -> AdultAccount:
    return AdultAccount(
        id=row["id"],
        family_id=row["family_id"],
        first_name=row["first_name"],
        last_name=row["last_name"],
        email=row["email"],
        signs_in=row["account_id"] is not None,
        last_sign_in_at=row["last_sign_in_at"],
        link_until=_instant(row["link_until"]),
        key_until=_instant(row["key_until"]),
    )


def _instant(until: Any) -> datetime | None:
    """What SQLite computed comes as text."""
    return datetime.fromisoformat(until) if isinstance(until, str) else until


@dataclass(frozen=True)
class Linked:
    """An account that came to a file."""

    ref: str
    id: int
    family_id: int
    family_ref: str
    family_name: str
    number: str
    name: str
    way: str
    created_at: datetime
    contested_at: datetime | None
    contest: str
    contested_by: str
    settled_at: datetime | None
    outcome: str


LINKED = """
select l.ref, l.id, l.family_id, f.ref as family_ref, f.name as family_name, f.number, l.way, l.created_at,
  l.contested_at, l.contest, l.settled_at, l.outcome, g.first_name, g.last_name, g.email,
  c.first_name as by_first, c.last_name as by_last
from file_link l join family f on f.id = l.family_id left join guardian g on g.id = l.guardian_id
left join account c on c.id = l.contested_by
"""


def my_link(visitor: Visitor, ref: str) -> Work[Linked | None]:
    """An account that came to the visitor's own file, other than their own."""
    rows: Rows = yield sql(
        f"{LINKED} where l.ref = $1 and l.family_id = $2 and (l.account_id is null or l.account_id <> $3)",
        ref,
        visitor.family_id or 0,
        visitor.account_id,
    )
    return _linked(rows[0]) if rows else None


def contested(ref: str = "") -> Work[tuple[Linked, ...]]:
    """What an agent must settle, oldest first; or the one of this ref."""
    rows: Rows = yield sql(
        f"{LINKED} where l.contested_at is not null and l.settled_at is null and ($1 = '' or l.ref = $1) "
        "order by l.contested_at, l.id limit 200",
        ref,
    )
    return tuple(_linked(row) for row in rows)


def _linked(row: Row) -> Linked:
    names = (
        *("ref", "id", "family_id", "family_ref", "family_name", "number", "way", "created_at"),
        *("contested_at", "contest", "settled_at", "outcome"),
    )
    return Linked(
        **{name: row[name] for name in names},
        name=f"{row['first_name'] or ''} {row['last_name'] or ''}".strip() or row["email"] or "un compte fermé",
        contested_by=f"{row['by_first'] or ''} {row['by_last'] or ''}".strip(),
    )
