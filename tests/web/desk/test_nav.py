"""The agents' rail leads only where the agent may go."""

from html import unescape
from typing import Any

import pytest

from server.database import Database
from tests.cast import Town
from tests.conftest import FrozenClock
from tests.web.doors import enter

RAIL = (
    "/agent/demandes",
    "/agent/jour",
    "/agent/remplissage",
    "/agent/familles",
    "/agent/fermetures",
    "/agent/regles",
    "/agent/journal",
)


@pytest.mark.parametrize("who", ["agent", "agent_without_right"])
async def test_every_link_of_the_rail_opens_and_no_other_is_shown(
    app: Any, town: Town, db: Database, clock: FrozenClock, who: str
) -> None:
    agent = await enter(app, town, db, who, clock())
    rail = unescape((await agent.get("/agent")).text.partition('aria-label="Principale"')[2].partition("</nav>")[0])
    for url in RAIL:
        opens = (await agent.get(url)).status_code == 200
        assert (f'<li><a href="{url}"' in rail) == opens
