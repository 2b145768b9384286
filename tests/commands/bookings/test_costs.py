"""What a whole request costs in statements, from the door to the answer: the visitor's one and at most five more."""

import uuid
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from server.app import create_app
from server.database import open_database
from server.settings import Settings
from tests.benchmarks.counting import CountingDatabase
from tests.cast import Town
from tests.commands.bookings.phone import THURSDAY
from tests.conftest import FrozenClock
from tests.web.doors import enter

VISITOR = 1


@pytest.fixture
async def counting(settings: Settings) -> CountingDatabase:
    return CountingDatabase(open_database(settings.database_url))


@pytest.fixture
async def alice(
    settings: Settings, clock: FrozenClock, town: Town, counting: CountingDatabase
) -> AsyncIterator[httpx.AsyncClient]:
    """The owner at the door of an application whose statements are counted; the catalogue is known already."""
    app: Any = create_app(settings, clock, counting)
    async with app.app.lifespan():
        client = await enter(app, town, counting, "owner", clock())
        await client.get("/planning")
        counting.count = 0
        yield client


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/planning",
        "/f/planning?vue=semaine",
        "/planning?vue=quinzaine",
        "/planning?vue=mois&jour=2026-12-01",
        "/planning/jour/2026-11-26",
        "/f/planning/jour/2026-11-26",
    ],
)
async def test_a_page_takes_at_most_five_statements_and_the_visitors(
    alice: httpx.AsyncClient, counting: CountingDatabase, address: str
) -> None:
    assert (await alice.get(address)).status_code == 200
    assert 2 <= counting.count <= 5 + VISITOR


async def test_pages_of_the_phone_itself_take_the_visitors_statement_only(
    alice: httpx.AsyncClient, counting: CountingDatabase
) -> None:
    assert (await alice.get("/en-attente")).status_code == 200
    assert counting.count == VISITOR


@pytest.mark.parametrize("repeated", [False, True])
async def test_a_tap_takes_six_statements_and_the_visitors_its_repeat_two(
    alice: httpx.AsyncClient, counting: CountingDatabase, town: Town, repeated: bool
) -> None:
    tap = {"id": str(uuid.uuid4()), "square": town.square("tom", "cantine", THURSDAY), "want": "booked"}
    body = {
        "account": town.refs["owner"],
        "device": str(uuid.uuid4()),
        "taps": [{**tap, "unit": None, "seq": 1, "seen": 0, "at": 0}],
    }
    for _ in range(1 + repeated):
        counting.count = 0
        assert (await alice.post("/taps", json=body)).json()["verdicts"][0]["state"] == "booked"
    assert counting.count <= (2 if repeated else 6) + VISITOR
