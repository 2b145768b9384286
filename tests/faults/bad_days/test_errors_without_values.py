"""What a database says when it refuses quotes the row; families are in the rows, so it must not reach a log."""

import traceback

import pytest

from server.database import Database, DatabaseError, Duplicate, Work, sql
from tests.cast import Town

SECRET = "dupont-secret@exemple.fr"


def twice(now: object) -> Work[None]:
    for _ in range(2):
        yield sql(
            "insert into account (ref, kind, email, first_name, last_name, password_hash, created_at) "
            "values ($1, 'parent', $1, 'A', 'B', 'x', $2)",
            SECRET[:16], now,
        )  # fmt: skip


def wrong_type() -> Work[None]:
    yield sql("select id from account where id = cast($1 as int)", SECRET)


def wrong_text() -> Work[None]:
    yield sql("select cast(cast($1 as text) as date) as day", SECRET)


async def told(db: Database, work: object, *args: object) -> tuple[BaseException, str]:
    with pytest.raises(Exception) as caught:
        await db.write(work, *args)  # type: ignore[arg-type]
    return caught.value, "".join(traceback.format_exception(caught.value))


async def test_a_duplicate_names_no_row(db: Database, town: Town, clock: object) -> None:
    error, logged = await told(db, twice, clock())  # type: ignore[operator]
    assert isinstance(error, Duplicate)
    assert SECRET[:16] not in logged


@pytest.mark.parametrize("work", [wrong_type, wrong_text])
async def test_a_value_that_is_refused_is_not_quoted(db: Database, work: object) -> None:
    if db.engine == "sqlite":
        pytest.skip("SQLite takes any value for any type")
    error, logged = await told(db, work)
    assert isinstance(error, DatabaseError)
    assert SECRET not in logged
