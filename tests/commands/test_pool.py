"""PostgreSQL's connections: never more than agreed, never one that is sick or in the middle of something."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from server.database import pool as pooling
from server.database.pool import Pool

SIZE = 3


@pytest.fixture
async def url(database_url: str) -> str:
    if not database_url.startswith("postgresql"):
        pytest.skip("SQLite has threads of its own")
    return database_url


@pytest.fixture
async def pool(url: str) -> AsyncIterator[Pool]:
    made = Pool(lambda: asyncpg.connect(url), SIZE, wait=20.0)
    yield made
    await made.close()


async def asked(pool: Pool, text: str = "select pg_backend_pid()") -> Any:
    async with pool.lend() as connection:
        return await connection.fetchval(text)


async def test_one_after_the_other_shares_one_connection(pool: Pool) -> None:
    assert len({await asked(pool) for _ in range(20)}) == 1


async def test_many_at_once_share_as_many_as_agreed_and_all_are_served(pool: Pool) -> None:
    assert len(set(await asyncio.gather(*(asked(pool) for _ in range(200))))) == SIZE


async def test_a_refused_statement_does_not_cost_the_connection(pool: Pool) -> None:
    before = await asked(pool)
    with pytest.raises(asyncpg.PostgresError):
        await asked(pool, "select 1/0")
    assert await asked(pool) == before


async def test_what_a_conversation_left_open_is_rolled_back_with_its_connection(pool: Pool) -> None:
    async with pool.lend() as connection:
        before = await connection.fetchval("select pg_backend_pid()")
        await connection.execute("begin")
        await connection.execute("insert into site (name) values ('perdue')")
    assert await asked(pool) != before
    assert await asked(pool, "select count(*) from site") == 0


async def test_callers_who_leave_take_no_place_with_them_and_leave_no_answer_to_others(pool: Pool) -> None:
    for _ in range(3):
        leaving = [asyncio.create_task(asked(pool, "select pg_sleep(30)")) for _ in range(2 * SIZE)]
        while len(pool) < SIZE:  # noqa: ASYNC110  (they connect)
            await asyncio.sleep(0)
        for task in leaving:
            task.cancel()
        await asyncio.gather(*leaving, return_exceptions=True)
        assert await asyncio.gather(*(asked(pool, f"select {n}") for n in range(50))) == list(range(50))


async def test_a_connection_the_server_has_shut_is_replaced(pool: Pool, url: str) -> None:
    async with pool.lend() as connection:
        before = connection.get_server_pid()
    other = await asyncpg.connect(url)
    await other.execute("select pg_terminate_backend($1)", before)
    await other.close()
    while not connection.is_closed():  # noqa: ASYNC110  (the farewell is on its way)
        await asyncio.sleep(0)
    assert await asked(pool) != before


@pytest.mark.parametrize("limit", ["IDLE", "OLD"])
async def test_a_connection_is_replaced_in_time(pool: Pool, monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    before = await asked(pool)
    monkeypatch.setattr(pooling, limit, -1.0)
    assert await asked(pool) != before


async def test_when_none_is_free_in_time_one_is_told(url: str) -> None:
    opened = await asyncpg.connect(url)

    async def connect() -> Any:
        return opened

    pool = Pool(connect, 1, wait=0.01)
    async with pool.lend():
        with pytest.raises(TimeoutError):
            await asked(pool)
    assert await asked(pool)
    await pool.close()


async def test_a_server_that_refuses_costs_no_place(url: str) -> None:
    refusing, calls = [True], []

    async def connect() -> Any:
        calls.append(1)
        if refusing[0]:
            raise OSError("refused")
        return await asyncpg.connect(url)

    pool = Pool(connect, SIZE, wait=20.0)
    told = await asyncio.gather(*(asked(pool) for _ in range(10)), return_exceptions=True)
    assert all(isinstance(answer, OSError) for answer in told)
    refusing[0] = False
    assert len(set(await asyncio.gather(*(asked(pool) for _ in range(50))))) == SIZE
    await pool.close()


async def test_what_is_under_way_is_finished_at_closing_and_nothing_is_begun(pool: Pool) -> None:
    under_way = asyncio.create_task(asked(pool, "select 7 from pg_sleep(0.05)"))
    while not len(pool):  # noqa: ASYNC110  (it connects)
        await asyncio.sleep(0)
    await pool.close()
    assert await under_way == 7
    with pytest.raises(asyncpg.InterfaceError):
        await asked(pool)
    assert not len(pool)
