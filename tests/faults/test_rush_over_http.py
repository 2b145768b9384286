"""Opening morning over HTTP: 24 places, 200 families, 500 taps at once, on SQLite and on PostgreSQL with two processes."""

import asyncio
import json
import random
import secrets
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from server.accounts.rules import token_hash
from server.database import Database, Work, flat, open_database, sql, values_marks
from tests.cast import Town, build_town
from tests.commands.bookings.test_rush import DAY, FAMILIES, PLACES, TAPS, crowd, final
from tests.journeys.live import LiveServer
from tests.postgres import Cluster

NOW = datetime(2026, 11, 16, 8, tzinfo=UTC)


def doors(pairs: list[tuple[int, str]], tokens: list[str]) -> Work[None]:
    """An account and a live session for each family."""
    rows = yield sql(
        "insert into account (ref, kind, first_name, last_name, password_hash, demo, created_at) values "
        f"{values_marks(len(pairs), 7)} returning id",
        *flat((f"acc{n}", "parent", "Parent", "Rush", "x", True, NOW) for n in range(len(pairs))),
    )
    ids = sorted(row["id"] for row in rows)
    yield sql(
        f"insert into guardian (family_id, account_id, first_name, last_name) values {values_marks(len(ids), 4)}",
        *flat((pair[0], id_, "Parent", "Rush") for pair, id_ in zip(pairs, ids, strict=True)),
    )
    yield sql(
        "insert into sign_in (account_id, token_hash, device_label, address, created_at, last_seen_at, expires_at) values "
        f"{values_marks(len(ids), 7)}",
        *flat(
            (id_, token_hash(t), "t", "127.0.0.1", NOW, NOW, NOW + timedelta(days=30))
            for id_, t in zip(ids, tokens, strict=True)
        ),
    )


async def prepared(url: str) -> tuple[Database, Town, list[tuple[int, str]], list[str]]:
    db = open_database(url)
    await db.start()
    town = await build_town(db, NOW)
    pairs = await db.write(crowd, town, NOW)
    tokens = [secrets.token_urlsafe(32) for _ in pairs]
    await db.write(doors, pairs, tokens)
    return db, town, pairs, tokens


def test_a_rush_over_http_books_exactly_the_places(database_url: str, tmp_path: Path) -> None:
    asyncio.run(rush(server_on(database_url, tmp_path, processes=1), database_url))


def test_two_processes_on_postgresql_book_exactly_the_places(postgres: Cluster, tmp_path: Path) -> None:
    postgres.sql("create database rush_of_two template template_marelle")
    url = postgres.url("rush_of_two")
    asyncio.run(rush(server_on(url, tmp_path, processes=2), url))


def server_on(url: str, folder: Path, processes: int) -> LiveServer:
    now = NOW.isoformat()
    return LiveServer(folder, {"DATABASE_URL": url, "MARELLE_NOW": now, "MARELLE_WORKERS": str(processes)})


async def rush(server: LiveServer, url: str) -> None:
    db, town, pairs, tokens = await prepared(url)
    server.start()
    try:
        session = town.sessions["atelier", DAY]
        wishes = bodies(pairs, tokens, session)
        first = await sent(server.url, wishes)
        assert {status for status, _ in first} == {200}
        assert {verdict["verdicts"][0]["outcome"] for _, verdict in first} == {"applied"}
        expected = {"booked": PLACES, "ranks": list(range(1, FAMILIES - PLACES + 1)), "taken": PLACES}
        assert await db.read(final, session) == expected
        again = await sent(server.url, wishes)
        assert [body["verdicts"] for _, body in again] == [body["verdicts"] for _, body in first]
        assert await db.read(final, session) == expected
    finally:
        server.stop()
        await db.stop()


def bodies(pairs: list[tuple[int, str]], tokens: list[str], session: int) -> list[tuple[str, dict[str, Any]]]:
    """500 requests: every family once, many again from another phone of theirs, in any order."""
    dice = random.Random(24)
    numbers = [*range(len(pairs)), *(dice.randrange(len(pairs)) for _ in range(TAPS - len(pairs)))]
    dice.shuffle(numbers)
    return [
        (
            tokens[n],
            {
                "account": f"acc{n}",
                "device": str(uuid.UUID(int=k)),
                "taps": [
                    {"id": str(uuid.UUID(int=dice.getrandbits(128))), "square": f"{pairs[n][1]}.{session}", "want": "booked",
                     "unit": None, "seq": 1, "seen": 0, "at": 0}
                ],
            },
        )
        for k, n in enumerate(numbers)
    ]  # fmt: skip


AT_ONCE = 64  # connections; the line before them is ours, httpx searches its own from end to end at each answer


async def sent(url: str, wishes: list[tuple[str, dict[str, Any]]]) -> list[tuple[int, dict[str, Any]]]:
    """The answers to all of them, asked for at once."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(client: httpx.AsyncClient, token: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        async with gate:
            return await send(client, token, body)

    limits = httpx.Limits(max_connections=AT_ONCE)
    async with httpx.AsyncClient(base_url=url, limits=limits, timeout=60) as client:
        return await asyncio.gather(*(one(client, *wish) for wish in wishes))


async def send(client: httpx.AsyncClient, token: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """One request, as the courier sends it: a cut connection means the same taps again, with the same ids."""
    headers = {"cookie": f"marelle={token}", "content-type": "application/json"}
    for _ in range(5):
        try:
            answer = await client.post("/taps", content=json.dumps(body), headers=headers)
        except httpx.TransportError:
            continue
        return answer.status_code, answer.json()
    raise AssertionError("the server does not answer")
