"""Who is at the door in the tests of pages and routes."""

from typing import Any

import httpx
import pytest

from server.database import Database
from tests.cast import Town
from tests.conftest import FrozenClock
from tests.web.doors import enter


@pytest.fixture
async def agent(app: Any, town: Town, db: Database, clock: FrozenClock) -> httpx.AsyncClient:
    """The browser of an agent of the town hall, signed in."""
    return await enter(app, town, db, "agent", clock())
