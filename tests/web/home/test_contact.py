"""The town's telephone and address, where a parent who is stuck looks for them."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from server.app import create_app
from server.database import Database, open_database
from server.settings import Settings
from tests.cast import Town
from tests.conftest import FrozenClock
from tests.web.doors import enter

PHONE, EMAIL = "01 23 45 67 89", "enfance@ville.fr"
PAGES = ["/aide", "/nulle-part", "/mes-regles", "/hors-ligne", "/absence"]


@pytest.fixture
async def reachable(settings: Settings, clock: FrozenClock, town: Town) -> AsyncIterator[Any]:
    """The portal of a town that says how to reach it."""
    known = replace(settings, town_phone=PHONE, town_email=EMAIL)
    application: Any = create_app(known, clock, open_database(settings.database_url))
    async with application.app.lifespan():
        yield application


@pytest.mark.parametrize("path", PAGES)
async def test_a_town_that_says_how_to_reach_it_is_reached_in_one_tap(
    reachable: Any, town: Town, db: Database, clock: FrozenClock, path: str
) -> None:
    alice = await enter(reachable, town, db, "owner", clock())
    page = (await alice.get(path)).text
    assert f'href="tel:0123456789">{PHONE}</a>' in page
    assert f'href="mailto:{EMAIL}">{EMAIL}</a>' in page


@pytest.mark.parametrize("path", PAGES)
async def test_one_that_does_not_shows_no_empty_line(
    app: Any, town: Town, db: Database, clock: FrozenClock, path: str
) -> None:
    alice: httpx.AsyncClient = await enter(app, town, db, "owner", clock())
    page = (await alice.get(path)).text
    assert "tel:" not in page
    assert "mailto:" not in page
