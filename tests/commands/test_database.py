"""The port keeps its promises on both engines."""

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable
from functools import partial

import pytest

from server.database import Database, Duplicate, Work, sql


def add_site(name: str) -> Work[int]:
    rows = yield sql("insert into site (name) values ($1) returning id", name)
    return int(rows[0]["id"])


def add_two(first: str, second: str) -> Work[None]:
    yield from add_site(first)
    yield from add_site(second)


def site_names() -> Work[list[str]]:
    rows = yield sql("select name from site order by name")
    return [row["name"] for row in rows]


async def test_a_conversation_is_one_transaction(db: Database) -> None:
    await db.write(add_site, "Prévert")
    with pytest.raises(Duplicate):
        await db.write(add_two, "Hugo", "Prévert")
    assert await db.read(site_names) == ["Prévert"]


async def test_one_failure_of_a_group_undoes_only_itself(db: Database) -> None:
    names = [f"École {n}" for n in range(40)] + ["École 7"] * 5
    results = await asyncio.gather(*(db.write(add_site, name) for name in names), return_exceptions=True)
    assert sum(isinstance(result, Duplicate) for result in results) == 5
    assert len(await db.read(site_names)) == 40


def broken() -> Work[None]:
    yield sql("insert into site (name) values ('perdue')")
    raise ZeroDivisionError


async def test_an_exception_of_the_room_rolls_back_and_reaches_the_caller(db: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        await db.write(broken)
    assert await db.read(site_names) == []


async def test_cancelled_callers_leave_whole_transactions_only(db: Database) -> None:
    tasks = [asyncio.create_task(db.write(add_two, f"A{n}", f"B{n}")) for n in range(100)]
    await asyncio.sleep(0)
    for task in tasks[::3]:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    names = await db.read(site_names)
    assert {name[1:] for name in names if name[0] == "A"} == {name[1:] for name in names if name[0] == "B"}
    await db.write(add_site, "encore ouverte")


async def test_a_glance_sees_what_has_just_been_written(db: Database) -> None:
    assert await db.glance(site_names) == []
    for name in ("Hugo", "Prévert"):
        await db.write(add_site, name)
        assert name in await db.glance(site_names)


def names_around(change: Callable[[], object]) -> Work[tuple[list[str], list[str]]]:
    before = yield from site_names()
    change()
    return before, (yield from site_names())


async def test_a_glance_of_sqlite_is_one_snapshot(db: Database, database_url: str) -> None:
    if db.engine != "sqlite":
        pytest.skip("PostgreSQL's reads see each statement's own moment")
    await db.write(add_site, "Hugo")
    with contextlib.closing(sqlite3.connect(database_url.removeprefix("sqlite:///"), isolation_level=None)) as other:
        change = partial(other.execute, "insert into site (name) values ('Prévert')")
        assert await db.glance(names_around, change) == (["Hugo"], ["Hugo"])
    assert await db.glance(site_names) == ["Hugo", "Prévert"]


async def test_a_glance_at_a_file_somebody_holds_does_not_stop_the_loop(db: Database, database_url: str) -> None:
    if db.engine != "sqlite":
        pytest.skip("nobody holds a whole PostgreSQL")
    with contextlib.closing(sqlite3.connect(database_url.removeprefix("sqlite:///"), isolation_level=None)) as other:
        other.execute("pragma locking_mode = exclusive")
        other.execute("begin immediate")
        asked = asyncio.create_task(db.glance(site_names))
        for _ in range(10):
            await asyncio.sleep(0)
        assert not asked.done()
    assert await asked == []
