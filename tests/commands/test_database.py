"""The port keeps its promises on both engines."""

import asyncio

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
