"""Writes to one part of a child's record: locked, compared with the version seen, sealed, audited without its words."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from server.adapters.vault import Vault
from server.database import Row, Work, sql
from server.health.sealing import Kept, Record, opened, sealed
from server.web.visitor import Visitor

MAKE = "insert into health_record (child_id) values ($1) on conflict (child_id) do nothing"
LOCK = "select child_id, sheet, vaccines, plans, admission from health_record where child_id = $1 for update"
AUDIT = "insert into audit (at, actor_id, action, child_id, family_id) values ($1, $2, 'health_saved', $3, $4)"
WRITE = {
    "sheet": "update health_record set sheet = $1 where child_id = $2",
    "vaccines": "update health_record set vaccines = $1 where child_id = $2",
    "plans": "update health_record set plans = $1 where child_id = $2",
    "admission": "update health_record set admission = $1 where child_id = $2",
}


@dataclass(frozen=True)
class Saved:
    """What became of a form: done, or another one came before it."""

    outcome: str  # done | conflict
    by: str = ""  # who came before
    version: int = 0
    request: str = ""  # the ref of the request that was filed with it


def save_part(
    vault: Vault,
    author: Visitor,
    child_id: int,
    column: str,
    seen: int,
    change: Callable[[Record], Any],
    now: datetime,
) -> Work[Saved]:
    """Put `change(record)` in place of one part, unless it has changed since version `seen` (0: nothing was there)."""
    record = yield from locked(vault, child_id)
    known: Kept[Any] | None = getattr(record, column)
    version = known.version if known else 0
    if version != seen:
        return Saved("conflict", known.by if known else "", version)
    value = change(record)
    yield from write_part(vault, child_id, column, Kept(version + 1, now, name_of(author), value))
    yield from audit(author, child_id, now)
    return Saved("done", version=version + 1)


def locked(vault: Vault, child_id: int) -> Work[Record]:
    """The record, made when there was none, and nobody else's to write until this transaction ends. Raises Sealed."""
    yield sql(MAKE, child_id)
    rows: list[Row] = yield sql(LOCK, child_id)
    return opened(vault, rows[0])


def write_part(vault: Vault, child_id: int, column: str, kept: Kept[Any]) -> Work[None]:
    """Seal and write one part."""
    yield sql(WRITE[column], sealed(vault, column, child_id, kept), child_id)


def audit(author: Visitor, child_id: int, now: datetime) -> Work[None]:
    """That something was done, by whom, for which child; never what."""
    yield sql(AUDIT, now, author.account_id, child_id, author.family_id)


def name_of(author: Visitor) -> str:
    """Who it is now."""
    return f"{author.first_name} {author.last_name}"
