"""Pages over HTTP, each family asking for its own, and how many statements one costs."""

from collections.abc import Iterator, Sequence
from typing import Any

import httpx

from server.adapters.clock import clock_from
from server.app import create_app
from server.database import open_database
from server.settings import settings_from_environment
from tests.benchmarks.counting import CountingDatabase
from tests.benchmarks.houses import House
from tests.benchmarks.load import Load, loaded
from tests.benchmarks.town import NOW, token

CONNECTIONS = 32
EIGHT = 8  # as many at a time as the marks were measured with
PAGES = {"month": "/planning?vue=mois", "week": "/planning", "home": "/"}
VISITS = (("month of 8 at a time", "month", EIGHT), *((page, page, CONNECTIONS) for page in PAGES))


async def run(
    house: House, path: str, seconds: float, families: Sequence[int] = (), connections: int = CONNECTIONS
) -> Load:
    """Ask for the page for so long, compressed, one family after the other: these ones, or all."""
    wanted = families or range(1, len(house.town.children) + 1)
    return await loaded(house.server.port, requests(path, wanted), seconds, connections)


def requests(path: str, families: Sequence[int]) -> Iterator[bytes]:
    """The same page for each of these families in turn, for ever."""
    ready = [
        f"GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncookie: marelle={token(n)}\r\naccept-encoding: br\r\n\r\n".encode()
        for n in families
    ]
    while True:
        yield from ready


async def statements(house: House, path: str, family: int = 1) -> int:
    """How many statements the second such page takes (the first one learns the catalogue), in our own process."""
    counting = CountingDatabase(open_database(house.url))
    settings = settings_from_environment({"MARELLE_ENV": "demo", "MARELLE_DATA": str(house.server.folder)})
    app: Any = create_app(settings, clock_from(NOW.isoformat()), counting)
    client = httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8000", cookies={"marelle": token(family)}
    )
    async with app.app.lifespan(), client:
        for _ in range(2):
            counting.count = 0
            (await client.get(path)).raise_for_status()
    return counting.count
