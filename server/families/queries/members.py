"""Reads of one record of the file, scoped to its household: an adult, a child, the address; and how it is kept."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from server.database import Row, Work, sql
from server.families.rules.changing import ADULT_COLUMNS, CHILD_COLUMNS, Record
from server.families.rules.people import HOME
from server.zone import town_day

ADULT = f"""
select id, ref, version, {", ".join(ADULT_COLUMNS.values())} from guardian
where family_id = $1 and ref = $2 and ref <> ''
"""
CHILD = f"""
select c.id, c.ref, c.version, {", ".join(f"c.{name}" for name in CHILD_COLUMNS.values())}
from household_child h join child c on c.id = h.child_id where h.family_id = $1 and c.ref = $2
"""


def adult_record(family_id: int | None, ref: str, lock: bool = False) -> Work[Record | None]:
    """An adult of this household, or None."""
    rows = yield sql(f"{ADULT}{' for update' if lock else ''}", family_id or 0, ref)
    return _record(rows[0], ADULT_COLUMNS) if rows else None


def child_record(family_id: int | None, ref: str, lock: bool = False) -> Work[Record | None]:
    """A child of this household, or None."""
    rows = yield sql(f"{CHILD}{' for update of c' if lock else ''}", family_id or 0, ref)
    return _record(rows[0], CHILD_COLUMNS) if rows else None


def home_record(family_id: int | None, lock: bool = False) -> Work[Record | None]:
    """The household's address in its parts; one that was only ever a line stands in the name of the street."""
    text = f"select id, ref, version, home, address from family where id = $1{' for update' if lock else ''}"
    rows = yield sql(text, family_id or 0)
    if not rows:
        return None
    said: Mapping[str, str] = json.loads(rows[0]["home"]) if rows[0]["home"] else {}
    values = {name: said.get(name, "") for name in HOME}
    return Record(rows[0]["id"], rows[0]["ref"], rows[0]["version"], values)


def _record(row: Row, columns: Mapping[str, str]) -> Record:
    values = {name: _text(row[column]) for name, column in columns.items()}
    return Record(row["id"], row["ref"], row["version"], values)


def _text(value: Any) -> str:
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)


@dataclass(frozen=True)
class Keeping:
    """How the household's file is kept: refs of its adults, its choices, when somebody last looked it over."""

    adults: Mapping[int, str]
    invoices_by_email: bool
    checked: date | None


def keeping_of(family_id: int | None) -> Work[Keeping | None]:
    """For the home of the file: two statements."""
    rows = yield sql("select invoices_by_email, checked_at from family where id = $1", family_id or 0)
    if not rows:
        return None
    adults = yield sql("select id, ref from guardian where family_id = $1", family_id)
    at: datetime | None = rows[0]["checked_at"]
    refs = {row["id"]: row["ref"] for row in adults}
    return Keeping(refs, rows[0]["invoices_by_email"], town_day(at) if at else None)


def adults_of(family_id: int | None) -> Work[tuple[tuple[str, str], ...]]:
    """The household's adults as (ref, name), for the links of a child."""
    text = "select ref, first_name, last_name from guardian where family_id = $1 and ref <> '' order by holder desc, id"
    rows = yield sql(text, family_id or 0)
    return tuple((row["ref"], f"{row['first_name']} {row['last_name']}") for row in rows)
