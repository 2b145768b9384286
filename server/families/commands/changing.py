"""A family changes its file: what the town lets it change at once is written, the rest becomes a request."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import msgspec

from server.database import Work, sql
from server.errors import NotFound
from server.families.commands.founding import day_of
from server.families.commands.requests import Filed, NewRequest, file_request
from server.families.finding import index_families
from server.families.queries.members import adult_record, child_record, home_record
from server.families.rules.changing import ADULT_COLUMNS, SCHOOLING, Record, parted
from server.families.rules.people import address_line, changes_of
from server.families.rules.requests import Line, Service
from server.fields import Field
from server.notices.commands.telling import tell
from server.web.visitor import Visitor

What = Literal["adult", "child", "home"]


@dataclass(frozen=True)
class Wish:
    """A form of one record: what it is about, the version that was shown, what it holds now, and why."""

    what: What
    ref: str
    seen: int
    fields: Sequence[Field]
    values: Mapping[str, str]
    reason: str = ""
    resident: bool = True  # of an address: whether it is in town


@dataclass(frozen=True)
class Changed:
    """What became of it. `stale`: the record as somebody else left it meanwhile; nothing was done then."""

    at_once: tuple[str, ...] = ()
    filed: Filed | None = None
    stale: Record | None = None


def record_of(family_id: int | None, what: What, ref: str, lock: bool = False) -> Work[Record | None]:
    """The record a form is about, in this household."""
    if what == "adult":
        return (yield from adult_record(family_id, ref, lock))
    if what == "child":
        return (yield from child_record(family_id, ref, lock))
    return (yield from home_record(family_id, lock))


def change(visitor: Visitor, wish: Wish, immediate: Collection[str], service: Service, now: datetime) -> Work[Changed]:
    """Do what may be done at once and ask for the rest. Raises NotFound for somebody else's record."""
    record = yield from record_of(visitor.family_id, wish.what, wish.ref, lock=True)
    if record is None:
        raise NotFound
    free = immediate if wish.what == "adult" else ()
    if not (yield from _own(visitor, wish)):  # an invitation goes to another adult's address: an agent looks at it
        free = [name for name in free if name != "courriel"]
    at_once, asked = parted(record.values, wish.values, free)
    if record.version != wish.seen and (at_once or asked):
        return Changed(stale=record)
    if at_once:
        yield from _write_at_once(visitor, record, at_once, now)
    filed = None
    if asked:
        new = yield from _request(wish, record, asked)
        filed = yield from file_request(visitor, new, service, now)
    labels = tuple(field.label for field in wish.fields if field.name in at_once)
    return Changed(labels, filed)


def _own(visitor: Visitor, wish: Wish) -> Work[bool]:
    """Whether the record is the visitor's own."""
    rows = yield sql("select 1 from guardian where ref = $1 and account_id = $2", wish.ref, visitor.account_id)
    return bool(rows)


def _request(wish: Wish, record: Record, asked: Mapping[str, str]) -> Work[NewRequest]:
    fields = [field for field in wish.fields if field.name in asked]
    kind, title = _kind(wish.what, record, asked)
    before = {name: record.values[name] for name in asked}
    data: dict[str, object] = {"ref": record.ref, "before": before, "after": dict(asked)}
    lines = changes_of(fields, before, asked)
    if wish.what == "home":
        old = (yield sql("select address from family where id = $1", record.id))[0]["address"]
        living = Line("Habite la commune", "Oui" if wish.resident else "Non")
        lines, data["resident"] = (
            (Line("Adresse", address_line({**record.values, **asked}), old), living),
            wish.resident,
        )
    child = record.id if wish.what == "child" else None
    return NewRequest(kind, title, lines, wish.reason, data, child)


def _kind(what: What, record: Record, asked: Mapping[str, str]) -> tuple[str, str]:
    if what == "home":
        return "address_changed", "Changement d’adresse"
    if what == "adult":
        return "adult_changed", f"Fiche de {record.name}"
    if set(asked) <= set(SCHOOLING):
        return "schooling", f"École de {record.values['prenoms']}"
    return "child_changed", f"Fiche de {record.name}"


NOTE = "insert into audit (at, actor_id, action, family_id, detail) values ($1, $2, 'file_changed', $3, $4)"


def _write_at_once(visitor: Visitor, record: Record, values: Mapping[str, str], now: datetime) -> Work[None]:
    family = visitor.family_id or 0
    yield from write_columns("guardian", record.id, ADULT_COLUMNS, values)
    yield from index_families([family])
    detail = msgspec.json.encode({"who": record.name, "fields": sorted(values)}).decode()
    yield sql(NOTE, now, visitor.account_id, family, detail)
    text = f"{visitor.first_name} a modifié les coordonnées de {record.name} dans votre dossier."
    adults = yield sql(ACCOUNTS, family, visitor.account_id)
    told = {"text": text, "url": "/dossier"}
    yield from tell([row["account_id"] for row in adults], "file_changed", f"file-{record.ref}", told, now)


ACCOUNTS = "select account_id from guardian where family_id = $1 and account_id is not null and account_id <> $2"


def write_columns(table: str, id_: int, columns: Mapping[str, str], values: Mapping[str, str]) -> Work[None]:
    """Write fields of a form into their columns, one version further; the names are ours, never typed."""
    names = [name for name in columns if name in values]
    sets = ", ".join(f"{columns[name]} = ${place}" for place, name in enumerate(names, 2))
    yield sql(
        f"update {table} set {sets}, version = version + 1 where id = $1",
        id_,
        *(_typed(columns[name], values[name]) for name in names),
    )


def _typed(column: str, text: str) -> object:
    if column == "birth_date":
        return day_of(text)
    return (int(text) if text else None) if column == "site_id" else text


def keep_invoices(visitor: Visitor, wanted: bool, now: datetime) -> Work[None]:
    """Invoices by e-mail, or on paper."""
    text = "update family set invoices_by_email = $1, version = version + 1 where id = $2"
    yield sql(text, wanted, visitor.family_id or 0)


def say_up_to_date(visitor: Visitor, now: datetime) -> Work[None]:
    """« Tout est à jour »: somebody of the household has looked the file over."""
    yield sql(
        "update family set checked_at = $1, checked_by = $2 where id = $3",
        now,
        visitor.account_id,
        visitor.family_id or 0,
    )
