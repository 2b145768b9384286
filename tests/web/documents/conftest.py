"""Parents and agents at the doors of documents, with real files."""

from typing import Any

import httpx
import pytest

from server.database import Database
from tests.cast import Town
from tests.conftest import FrozenClock
from tests.web.doors import enter


@pytest.fixture
async def owner(app: Any, town: Town, db: Database, clock: FrozenClock) -> httpx.AsyncClient:
    """The browser of the family that owns."""
    return await enter(app, town, db, "owner", clock())
