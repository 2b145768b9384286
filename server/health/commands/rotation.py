"""Turning the key: what older keys sealed is sealed anew, some rows at a time, while the portal runs."""

from dataclasses import dataclass

from server.adapters.ring import Unreadable
from server.adapters.vault import Vault
from server.database import Row, Work, sql
from server.health.commands.saving import WRITE
from server.health.sealing import label_of

COLUMNS = tuple(WRITE)
BATCH = """
select id, child_id, sheet, vaccines, plans, admission from health_record
where id > $1 order by id limit $2 for update
"""
KEYS = " union ".join(
    f"select substr({column}, 1, 8) as key from health_record where {column} <> ''" for column in COLUMNS
)


@dataclass(frozen=True)
class Batch:
    """What some rows came to. `last`: where the next batch begins; 0 when there is none."""

    last: int
    turned: int
    unreadable: int


def turn_some(vault: Vault, after: int, most: int, forget: bool = False) -> Work[Batch]:
    """Seal the next `most` rows with the current key; what no key opens is left, or emptied to `forget` it."""
    turned = unreadable = 0
    rows: list[Row] = yield sql(BATCH, after, most)
    for row in rows:
        for column in COLUMNS:
            try:
                fresh = _resealed(vault, row, column)
            except Unreadable:
                unreadable += 1
                fresh = "" if forget else None
            if fresh is not None:
                turned += 1
                yield sql(WRITE[column], fresh, row["child_id"])
    return Batch(rows[-1]["id"] if len(rows) == most else 0, turned, unreadable)


def keys_in_use() -> Work[frozenset[str]]:
    """The ids of the keys the database was sealed with."""
    rows = yield sql(KEYS)
    return frozenset(row["key"] for row in rows)


def _resealed(vault: Vault, row: Row, column: str) -> str | None:
    """The value under the current key; None when it is already, or when there is none."""
    text = row[column]
    if not text or text.startswith(f"{vault.ring.current}."):
        return None
    label = label_of(column, row["child_id"])
    return vault.seal(label, vault.open(label, text))
