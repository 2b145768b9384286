"""Ten times the crowd: what cannot be served is told so at once, what needs no database is there, no tap is lost."""

import asyncio
import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from server.web.admission import LANES
from tests.faults.bad_days.house import NOW, Parent, many_files, must_hold, server_on
from tests.faults.test_rush_over_http import prepared
from tests.journeys.live import LiveServer

CROWD = 900  # pages asked for at once: more than twice the lane
PHONES, EACH = 60, 100  # three times the taps that may wait


@pytest.fixture
def portal(database_url: str, tmp_path: Path) -> Iterator[tuple[LiveServer, Any, list[Any], list[str]]]:
    async def town() -> Any:
        db, made, pairs, tokens = await prepared(database_url)
        await db.stop()
        return made, pairs, tokens

    made, pairs, tokens = asyncio.run(town())
    server = server_on(database_url, tmp_path / "data")
    with many_files():
        server.start()
        yield server, made, pairs, tokens
        server.stop()


def test_a_crowd_is_served_or_sent_away_at_once(portal: Any) -> None:
    server, _, _, tokens = portal
    answers, probes, seconds = asyncio.run(flood(server, tokens))
    counted = Counter(status for status, _, _ in answers)
    print(f"{counted} of {CROWD} in {seconds:.1f} s; probes {Counter(probes)}")
    assert counted.keys() == {200, 503}
    assert counted[200] >= LANES["pages"]
    for status, head, body in answers:
        if status == 503:
            assert b"\r\nretry-after: " in head
            assert b"\r\nrefresh: " in head
            assert "se recharge d’elle-même".encode() in body
    assert len(probes) >= 5
    assert set(probes) == {200}
    after = Parent(server.url, "acc0", tokens[0])
    assert after.get("/planning").status_code == 200


async def flood(server: LiveServer, tokens: list[str]) -> tuple[list[tuple[int, bytes, bytes]], list[int], float]:
    """Everybody at the same moment; and somebody who asks for what must always be there.

    The server stands still while they ask: else it might serve the first before the last have spoken.
    """
    lines = [await asyncio.open_connection("127.0.0.1", server.port) for _ in range(CROWD)]
    await asked(server.port, "/hors-ligne")  # who came last is answered: all the others are in
    os.kill(server.process.pid, signal.SIGSTOP)
    try:
        for n, (_, writer) in enumerate(lines):
            ask(writer, "/planning", f"cookie: marelle={tokens[n % len(tokens)]}\r\n")
            await writer.drain()
    finally:
        os.kill(server.process.pid, signal.SIGCONT)
    begun, over = time.monotonic(), asyncio.Event()
    watching = asyncio.create_task(watch(server.port, over))
    answers = await asyncio.gather(*(heard(*line) for line in lines))
    seconds = time.monotonic() - begun
    over.set()
    return answers, await watching, seconds


async def asked(port: int, path: str) -> tuple[int, bytes, bytes]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    ask(writer, path)
    return await heard(reader, writer)


def ask(writer: asyncio.StreamWriter, path: str, more: str = "") -> None:
    writer.write(f"GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n{more}\r\n".encode())


async def heard(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> tuple[int, bytes, bytes]:
    head, _, body = (await reader.read(-1)).partition(b"\r\n\r\n")
    writer.close()
    return int(head.split(b" ", 2)[1]), head.lower(), body


async def watch(port: int, over: asyncio.Event) -> list[int]:
    statuses = []
    while not over.is_set() or len(statuses) < 5:
        for path in ("/healthz", "/sw.js", "/hors-ligne", "/a/x/app.css", "/manifest.webmanifest"):
            statuses.append((await asked(port, path))[0])
    return statuses


def test_no_tap_is_lost_when_three_times_too_many_come(portal: Any, database_url: str) -> None:
    server, town, pairs, tokens = portal
    sessions = [
        session for (activity, day), session in town.sessions.items() if activity == "atelier" and day > NOW.date()
    ]
    phones = [Parent(server.url, f"acc{n}", tokens[n]) for n in range(PHONES)]
    for n, phone in enumerate(phones):
        for k in range(EACH):  # round after round over the same squares: book, free, book …
            turn, at = divmod(k, len(sessions) - 3)
            phone.tap(f"{pairs[n][1]}.{sessions[at + 3]}", "free" if turn % 2 else "booked", seen=0)
    with ThreadPoolExecutor(PHONES) as pool:
        first = Counter(pool.map(status_of_first, phones))
        print(f"first answers {first}")
        assert first.keys() <= {200, 503}
        list(pool.map(lambda phone: phone.until_sent(120), phones))
    # On the list when its family was told, booked since: somebody else has freed a place.
    must_hold(database_url, *phones, may={"waiting": ("waiting", "booked")})


def status_of_first(phone: Parent) -> int:
    answer: httpx.Response = phone.send()
    assert answer.status_code == 200 or int(answer.headers["retry-after"]) > 0
    return answer.status_code
