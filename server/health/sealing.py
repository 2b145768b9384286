"""What a health record's columns hold, sealed and opened. A file of its own: reads and writes both need it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Generic, TypeVar

import msgspec

from server.adapters.ring import Unreadable
from server.adapters.vault import Vault
from server.errors import Sealed
from server.health.rules.plans import Plan
from server.health.rules.sheet import Sheet
from server.health.rules.vaccines import Vaccinations

T = TypeVar("T")


class Kept(msgspec.Struct, Generic[T], frozen=True):
    """One part of a record: what it says, who said it last and when; the version keeps two parents apart."""

    version: int
    at: datetime
    by: str
    value: T


@dataclass(frozen=True)
class Admission:
    """An agent lets the child come until that day although the file is incomplete."""

    until: date
    reason: str


@dataclass(frozen=True)
class Record:
    """All of one child's health record, opened."""

    sheet: Kept[Sheet] | None = None
    vaccines: Kept[Vaccinations] | None = None
    plans: Kept[tuple[Plan, ...]] | None = None
    admission: Kept[Admission] | None = None
    versions: Mapping[str, int] = field(default_factory=dict)

    @property
    def all_plans(self) -> tuple[Plan, ...]:
        """Every PAI ever asked for."""
        return self.plans.value if self.plans else ()


PARTS: dict[str, Any] = {
    "sheet": Kept[Sheet],
    "vaccines": Kept[Vaccinations],
    "plans": Kept[tuple[Plan, ...]],
    "admission": Kept[Admission],
}


def label_of(column: str, child_id: int) -> str:
    """What a sealed value is bound to: moved to another column or child it opens no more."""
    return f"health_record.{column}.{child_id}"


def sealed(vault: Vault, column: str, child_id: int, kept: Kept[Any]) -> str:
    """The text for the column. Raises Sealed when the keys are missing: nothing is ever kept in clear."""
    try:
        return vault.seal(label_of(column, child_id), msgspec.json.encode(kept))
    except Unreadable as error:
        raise Sealed from error


def opened(vault: Vault, row: Mapping[str, Any]) -> Record:
    """The record of a row with `child_id` and the four columns, each empty or null before it is told. Raises Sealed."""
    try:
        found = {column: _part(vault, column, row["child_id"], row[column]) for column in PARTS if row[column]}
    except Unreadable as error:
        raise Sealed from error
    return Record(**found, versions={column: part.version for column, part in found.items()})


def _part(vault: Vault, column: str, child_id: int, text: str) -> Any:
    return msgspec.json.decode(vault.open(label_of(column, child_id), text), type=PARTS[column])
