"""Parents at the door of their children's health pages."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from server.bookings.routes.gather import TapGatherer
from server.database import Database
from server.profiles.health import HealthChoices
from tests.cast import Town
from tests.conftest import FrozenClock
from tests.web.doors import enter

SHEET = {
    "vu": "0", "medecin": "Dr Aubépine", "medecin_telephone": "01 39 98 10 10", "allergies": "oui",
    "allergie_arachide": "oui", "allergies_aliments": "Même en traces", "regime": "sans_porc", "groupe": "A+",
    "maladie_asthme": "oui", "recommandations": "Lunettes", "commentaire": "Doudou gris",
}  # fmt: skip


@pytest.fixture
async def alice(app: Any, town: Town, db: Database, clock: FrozenClock) -> httpx.AsyncClient:
    return await enter(app, town, db, "owner", clock())


@pytest.fixture
async def bob(app: Any, town: Town, db: Database, clock: FrozenClock) -> httpx.AsyncClient:
    return await enter(app, town, db, "coguardian", clock())


@pytest.fixture
async def chloe(app: Any, town: Town, db: Database, clock: FrozenClock) -> httpx.AsyncClient:
    return await enter(app, town, db, "other_home", clock())


def choose(app: Any, **choices: Any) -> HealthChoices:
    """Let the town of this test choose otherwise."""
    state = app.app.state
    state.gate = replace(state.gate, choices=replace(state.gate.choices, **choices))
    state.taps = TapGatherer(state.db, state.clock, timedelta(0), state.gate)
    return state.gate.choices  # type: ignore[no-any-return]
