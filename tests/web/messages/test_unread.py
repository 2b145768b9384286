"""How many messages wait, beside their name in the navigation: said to eyes and screen readers, true when it is read."""

import re
from html import unescape
from typing import Any

import httpx
import pytest

from server.database import Database
from tests.cast import Town
from tests.conftest import FrozenClock
from tests.web.doors import enter
from tests.web.messages.test_exchanges import FORM, written


async def beside_messages(browser: httpx.AsyncClient, address: str) -> str:
    """What the navigation's link to messages says."""
    text = unescape((await browser.get(address)).text)
    found = re.search(r'<a href="/(?:agent/)?messages"[^>]*>(.*?)</a>', text)
    assert found
    return " ".join(re.sub(r"<[^>]+>", "", found[1]).split())


@pytest.fixture
async def alice(app: Any, town: Town, db: Database, clock: FrozenClock) -> httpx.AsyncClient:
    return await enter(app, town, db, "owner", clock())


async def test_each_adult_sees_how_many_they_have_not_read(
    alice: httpx.AsyncClient, agent: httpx.AsyncClient, app: Any, town: Town, db: Database, clock: FrozenClock
) -> None:
    bob = await enter(app, town, db, "coguardian", clock())
    there = await written(alice)
    assert await beside_messages(alice, "/compte") == "Messages"
    await agent.post(f"/agent{there}", data={"message": "Oui, un bonnet."})
    await agent.post("/agent/familles/fam-dupont/message", data={"objet": "A", "message": "B"})
    for browser in (alice, bob):
        assert await beside_messages(browser, "/compte") == "Messages 2 non lus"
    assert await beside_messages(alice, there) == "Messages 1 non lu"  # the very page one reads it on
    assert await beside_messages(alice, there) == "Messages 1 non lu"
    assert await beside_messages(bob, "/planning") == "Messages 2 non lus"
    for name in ("other_home", "stranger"):
        assert await beside_messages(await enter(app, town, db, name, clock()), "/compte") == "Messages"


async def test_agents_see_how_many_wait_for_an_answer(alice: httpx.AsyncClient, agent: httpx.AsyncClient) -> None:
    assert await beside_messages(agent, "/agent") == "Messages"
    there = await written(alice)
    await written(alice, objet="Autre")
    assert await beside_messages(agent, "/agent") == "Messages 2 à répondre"
    await agent.post(f"/agent{there}", data={"message": FORM["message"]})
    assert await beside_messages(agent, "/agent") == "Messages 1 à répondre"
