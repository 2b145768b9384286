"""The opening morning of Antibes, June 2022: 2,500 families in one minute, each with one aim: sign in, look, book four days.

Each family has its own connection and goes on as soon as it is answered; who comes when is drawn. The clients run on
the same two cores as the server and its database.
"""

import asyncio
import os
import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

import brotli

from tests.benchmarks import houses
from tests.benchmarks.houses import House
from tests.benchmarks.load import content_length
from tests.benchmarks.machine import cpu_seconds
from tests.benchmarks.report import Table
from tests.benchmarks.rushes import post
from tests.benchmarks.town import PASSWORD, Size, email, token

FAMILIES, SECONDS, DAYS = 2_500, 60.0, 4
PATIENCE = 60.0  # seconds for one answer; beyond it is an error
COOKIE = re.compile(rb"set-cookie: marelle=([^;]+)", re.IGNORECASE)
SIZE = Size(FAMILIES, places=100_000, booked_from=houses.TODAY.replace(day=1))


@dataclass
class Morning:
    """What the families met: seconds of each answer by kind, errors, and when the last of them was done."""

    waits: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    done: float = 0.0

    def milliseconds(self, percentile: int, kind: str = "") -> float:
        """The wait that `percentile` % of the answers (of that kind) did not exceed."""
        ordered = sorted(wait for of, waits in self.waits.items() if kind in ("", of) for wait in waits)
        return 1000 * ordered[min(len(ordered) - 1, len(ordered) * percentile // 100)] if ordered else 0.0


def measured(name: str, runner: asyncio.Runner, table: Table) -> int:
    """One morning in that house; how many answers were wrong or missing."""
    with houses.house(name, runner, SIZE) as house:
        meter, mine = house.meter(), cpu_seconds([os.getpid()])
        morning = runner.run(lived(house))
        app, database, strangers = meter.read()
        answers = sum(map(len, morning.waits.values()))
        table.add(
            name, answers, morning.done, *(morning.milliseconds(p) for p in (50, 95, 99)),
            *(morning.milliseconds(95, kind) for kind in ("sign-in", "month", "tap")), app, database,
            cpu_seconds([os.getpid()]) - mine, len(morning.errors), f"{max(0.0, strangers) / morning.done:.1f}",
        )  # fmt: skip
        if morning.errors:
            print("    wrong:", morning.errors[0][:300])
        return len(morning.errors) + max(0, FAMILIES * (2 + DAYS) - answers)


async def lived(house: House) -> Morning:
    """Everybody comes within the minute; who comes when is always the same."""
    morning, dice, began = Morning(), random.Random(8_30), time.perf_counter()
    comings = sorted(dice.uniform(0, SECONDS) for _ in range(FAMILIES))
    await asyncio.gather(*(_family(house, n, began + at, morning) for n, at in enumerate(comings, 1)))
    morning.done = time.perf_counter() - began
    return morning


async def _family(house: House, number: int, at: float, morning: Morning) -> None:
    await asyncio.sleep(at - time.perf_counter())
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", house.server.port)
        ask = _asker(reader, writer, morning)
        head, _ = await ask("sign-in", _sign_in(number), b"303")
        found = COOKIE.search(head)
        cookie = found.group(1) if found else b"none"
        _, page = await ask("month", _month(cookie), b"200")
        if b'class="month' not in brotli.decompress(page):
            morning.errors.append("a month without a calendar")
        for day in range(DAYS):
            child, session = house.town.children[number - 1][0][1], house.town.wide[number % 97 + day]
            tap = post(number - 1, [(child, session)], number)
            _, verdict = await ask(
                "tap", tap.replace(b"marelle=" + token(number).encode(), b"marelle=" + cookie), b"200"
            )
            if b'"outcome":"applied"' not in verdict:
                morning.errors.append(verdict[:200].decode("latin-1"))
        writer.close()
    except (OSError, TimeoutError, EOFError, brotli.error) as error:
        morning.errors.append(f"family {number}: {type(error).__name__}: {error}")


def _asker(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, morning: Morning
) -> Callable[..., "asyncio.Future[tuple[bytes, bytes]]"]:
    """Ask and wait for the whole answer; its time is noted under `kind`."""

    async def ask(kind: str, request: bytes, status: bytes) -> tuple[bytes, bytes]:
        began = time.perf_counter()
        async with asyncio.timeout(PATIENCE):
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            body = await reader.readexactly(content_length(head.removesuffix(b"\r\n\r\n")))
        morning.waits.setdefault(kind, []).append(time.perf_counter() - began)
        if head[9:12] != status:
            morning.errors.append(f"{kind}: {head[:12].decode()} {body[:150]!r}")
        return head, body

    return ask


def _sign_in(number: int) -> bytes:
    body = urlencode({"identifiant": email(number), "mot_de_passe": PASSWORD, "suite": "/planning?vue=mois"}).encode()
    head = (
        "POST /connexion HTTP/1.1\r\nhost: 127.0.0.1\r\nsec-fetch-site: same-origin\r\naccept-encoding: br\r\n"
        f"content-type: application/x-www-form-urlencoded\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _month(cookie: bytes) -> bytes:
    return (
        b"GET /planning?vue=mois HTTP/1.1\r\nhost: 127.0.0.1\r\naccept-encoding: br\r\ncookie: marelle="
        + cookie + b"\r\n\r\n"
    )  # fmt: skip
