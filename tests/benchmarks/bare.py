"""The bare limit: the very statements of taps, recorded from the portal and replayed through the plain drivers.

What this machine could do at most with these statements; the portal's own figure beside it says what the web, the
rules and the port cost.
"""

import asyncio
import contextlib
import itertools
import sqlite3
import time
import uuid
from collections.abc import Iterator, Sequence
from typing import Any

import asyncpg

from server.bookings.commands.judging import TapRequest
from server.bookings.commands.taps import apply_taps
from server.bookings.rules.taps import Tap
from server.database import Work
from server.database.postgres import POOL
from server.database.statement import sqlite_text
from server.web.visitor import Visitor
from tests.benchmarks.houses import House
from tests.benchmarks.rushes import spread
from tests.benchmarks.town import NOW

Conversation = list[tuple[str, tuple[Any, ...]]]  # the statements of one transaction
MOST = 3_000  # taps recorded for a measure


class _Enough(Exception):
    """Recorded: roll back."""


async def replayed(
    house: House, conversations: Sequence[Conversation], group: int, seconds: float
) -> tuple[float, float]:
    """Taps a second when there are `group` of them in one transaction, and the seconds it took to find out."""
    if house.name == "sqlite":
        done, spent = await asyncio.to_thread(_sqlite, house.url.removeprefix("sqlite:///"), conversations, seconds)
    else:
        done, spent = await _postgres(house.url, conversations, seconds, POOL if group == 1 else 1)
    return done * group / spent, spent


async def recorded(house: House, group: int) -> list[Conversation]:
    """What `apply_taps` says to the database for squares never tapped before; nothing of it stays written."""
    wishes = ((family + 1, ref, session) for family, wanted in spread(house, 1) for ref, session in wanted)
    batches = [list(itertools.islice(wishes, group)) for _ in range(MOST // group)]
    found: list[Conversation] = [[] for _ in batches]
    several = asyncio.Semaphore(POOL)

    async def one(batch: Sequence[tuple[int, str, int]], into: Conversation) -> None:
        async with several:
            with contextlib.suppress(_Enough):
                await house.db.write(_recording, [_tap(*wish) for wish in batch], into)

    await asyncio.gather(*(one(batch, into) for batch, into in zip(batches, found, strict=True)))
    return found


def _recording(requests: list[TapRequest], into: Conversation) -> Work[None]:
    into.clear()  # run again after a lost race
    work, rows = apply_taps(requests, NOW), None
    try:
        while True:
            statement = work.send(rows)
            into.append((statement.text, statement.args))
            rows = yield statement
    except StopIteration:
        raise _Enough from None


def _tap(family: int, ref: str, session: int) -> TapRequest:
    visitor = Visitor(family, "", "parent", "", "", frozenset(), 0, False, family, 0, 1)
    return TapRequest(visitor, Tap(str(uuid.uuid4()), str(uuid.uuid4()), ref, session, "booked", "", 1, 0, NOW), NOW)


def _sqlite(path: str, conversations: Sequence[Conversation], seconds: float) -> tuple[int, float]:
    ready = [[(sqlite_text(text), args) for text, args in conversation] for conversation in conversations]
    connection = sqlite3.connect(path, isolation_level=None, cached_statements=512)
    connection.execute("PRAGMA synchronous=FULL")
    done, began = 0, time.perf_counter()
    for conversation in ready:
        connection.execute("BEGIN IMMEDIATE")
        for text, args in conversation:
            connection.execute(text, args).fetchall()
        connection.execute("COMMIT")
        done += 1
        if time.perf_counter() - began > seconds:
            break
    connection.close()
    return done, time.perf_counter() - began


async def _postgres(
    url: str, conversations: Sequence[Conversation], seconds: float, connections: int
) -> tuple[int, float]:
    done, waiting = 0, iter(conversations)
    opened = [await asyncpg.connect(url) for _ in range(connections)]
    began = time.perf_counter()

    async def one(connection: Any, waiting: Iterator[Conversation]) -> None:
        nonlocal done
        for conversation in waiting:
            async with connection.transaction():
                for text, args in conversation:
                    await connection.fetch(text, *args)
            done += 1
            if time.perf_counter() - began > seconds:
                break

    await asyncio.gather(*(one(connection, waiting) for connection in opened))
    spent = time.perf_counter() - began
    for connection in opened:
        await connection.close()
    return done, spent
