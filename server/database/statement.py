"""Statements: SQL text with $1 marks, the same for both engines, or a Piccolo query."""

import re
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

T = TypeVar("T")
Row = Mapping[str, Any]
Rows = Sequence[Row]


class Statement(NamedTuple):
    """One SQL statement and its values, in the order of its $n marks."""

    text: str
    args: tuple[Any, ...] = ()


# A conversation with the database: yields statements (or Piccolo queries), is sent rows, returns T.
Work = Generator[Any, Any, T]


def sql(text: str, *args: Any) -> Statement:
    """A statement of plain SQL. `text` marks values as $1, $2, …; never format values into it."""
    return Statement(text, args)


# Advisory locks are not in SQL's common half; on SQLite it says nothing (see sqlite_text).
ALONE = "select pg_advisory_xact_lock(hashtextextended($1, 0))"


def alone(name: str) -> Statement:
    """Wait for whoever holds `name`, and hold it to the end of this transaction: for counts of rows not yet written."""
    return Statement(ALONE, (name,))


def marks(count: int, start: int = 1) -> str:
    """`marks(3, 2)` is "$2, $3, $4", for `in (...)` lists of known length."""
    return ", ".join(f"${n}" for n in range(start, start + count))


def values_marks(rows: int, columns: int, start: int = 1) -> str:
    """`values_marks(2, 2)` is "($1, $2), ($3, $4)", for inserts of many rows."""
    return ", ".join(f"({marks(columns, start + n * columns)})" for n in range(rows))


def typed_values_marks(rows: int, types: Sequence[str]) -> str:
    """The same with the types named in the first row, as PostgreSQL needs them where nothing else says them."""
    first = ", ".join(f"cast(${n} as {type_})" for n, type_ in enumerate(types, 1))
    others = values_marks(rows - 1, len(types), len(types) + 1)
    return f"({first}){', ' if others else ''}{others}"


def flat(rows: Iterable[Iterable[Any]]) -> tuple[Any, ...]:
    """The values of many rows in one line, to go with `values_marks`."""
    return tuple(value for row in rows for value in row)


def cells(rows: Rows) -> Iterator[tuple[Any, ...]]:
    """The rows as plain tuples in the order of the statement's columns, for what comes in hundreds: a cell by its name
    costs more than all of its row this way."""
    return map(tuple, rows)  # both engines' rows go through their values


def compiled(statement: Any, engine: str) -> Iterable[Statement]:
    """The statement (or the few statements of a Piccolo query) as `engine` wants it."""
    if isinstance(statement, Statement):
        return (Statement(sqlite_text(statement.text), statement.args) if engine == "sqlite" else statement,)
    return (Statement(*_piccolo(query, engine)) for query in _querystrings(statement, engine))


@lru_cache(maxsize=2048)
def sqlite_text(text: str) -> str:
    """SQLite says ?1 for $1 and knows no locks but the file's: its writer is alone already."""
    if text == ALONE:
        return "select ?1"
    return re.sub(r"\$(\d+)", r"?\1", re.sub(r"\s+for (no key )?update(\s+of\s+\w+)?(\s+skip locked)?", "", text))


def _querystrings(query: Any, engine: str) -> Any:
    try:
        return getattr(query, f"{engine}_querystrings")
    except NotImplementedError:
        return query.default_querystrings


def _piccolo(query: Any, engine: str) -> tuple[str, tuple[Any, ...]]:
    text, args = query.compile_string(engine_type=engine)
    return text, tuple(args)
