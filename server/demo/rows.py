"""Many rows at once: inserts of at most 500 rows, and the ids behind the names the demo gave them."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from server.database import Work, flat, sql, values_marks

MOST = 500


def insert(table: str, columns: str, rows: Iterable[Sequence[Any]]) -> Work[int]:
    """Insert `rows`, whose values are in the order of `columns`; how many there were."""
    total, width = 0, columns.count(",") + 1
    for some in _handfuls(rows):
        yield sql(f"insert into {table} ({columns}) values {values_marks(len(some), width)}", *flat(some))
        total += len(some)
    return total


def insert_named(table: str, columns: str, rows: Iterable[Sequence[Any]], name: str = "ref") -> Work[dict[Any, int]]:
    """The same, and the id each row got, by its `name` column."""
    ids: dict[Any, int] = {}
    width = columns.count(",") + 1
    for some in _handfuls(rows):
        text = f"insert into {table} ({columns}) values {values_marks(len(some), width)} returning id, {name} as name"
        ids.update({row["name"]: row["id"] for row in (yield sql(text, *flat(some)))})
    return ids


def _handfuls(rows: Iterable[Sequence[Any]]) -> Iterator[list[Sequence[Any]]]:
    left = iter(rows)
    while some := list(islice(left, MOST)):
        yield some
