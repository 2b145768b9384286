"""The database locked for longer than anybody waits: a clear answer, nothing lost, nothing doubled, then all is well."""

import asyncio
import sqlite3
import threading
import uuid
from datetime import date
from typing import Any

import asyncpg

from server.database import Database, Work, sql
from server.settings import Settings
from tests.cast import Town
from tests.conftest import FrozenClock
from tests.web.doors import enter

DAY = date(2026, 11, 26)


class SQLiteLock:
    """Another process holds the file's write lock (here: another connection in its own thread)."""

    def __init__(self, path: str) -> None:
        self._release = threading.Event()
        self._held = threading.Event()
        self._thread = threading.Thread(target=self._hold, args=(path,))
        self._thread.start()
        self._held.wait(5)

    def _hold(self, path: str) -> None:
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute("BEGIN IMMEDIATE")
        self._held.set()
        self._release.wait(30)
        connection.execute("ROLLBACK")
        connection.close()

    async def release(self) -> None:
        self._release.set()
        await asyncio.to_thread(self._thread.join)


class PostgresLock:
    """Another client holds every session's row."""

    def __init__(self, connection: Any, transaction: Any) -> None:
        self._connection, self._transaction = connection, transaction

    async def release(self) -> None:
        await self._transaction.rollback()
        await self._connection.close()


async def locked(url: str) -> SQLiteLock | PostgresLock:
    if url.startswith("sqlite"):
        return SQLiteLock(url.removeprefix("sqlite:///"))
    connection = await asyncpg.connect(url)
    transaction = connection.transaction()
    await transaction.start()
    await connection.execute("select id from session for update")
    return PostgresLock(connection, transaction)


def counts() -> Work[tuple[int, int]]:
    taps = yield sql("select count(*) as n from tap")
    bookings = yield sql("select count(*) as n from booking")
    return taps[0]["n"], bookings[0]["n"]


async def test_a_locked_database_is_said_and_the_repeat_has_one_effect(
    app: Any, town: Town, db: Database, clock: FrozenClock, settings: Settings
) -> None:
    alice = await enter(app, town, db, "owner", clock())
    tap = {
        "id": str(uuid.uuid4()),
        "square": town.square("tom", "cantine", DAY),
        "want": "booked",
        "unit": None,
        "seq": 1,
        "seen": 0,
        "at": 1,
    }
    body = {"account": town.refs["owner"], "device": str(uuid.UUID(int=1)), "taps": [tap]}
    lock = await locked(settings.database_url)
    refused = await alice.post("/taps", json=body)
    page = await alice.get("/planning")  # reading goes on meanwhile
    await lock.release()
    assert refused.status_code == 503
    assert int(refused.headers["retry-after"]) > 0
    assert refused.json()["error"] == "busy"
    assert page.status_code == 200
    assert await db.read(counts) == (0, 0)
    accepted = await alice.post("/taps", json=body)
    assert accepted.json()["verdicts"][0]["outcome"] == "applied"
    assert await db.read(counts) == (1, 1)
