"""« Coût de la période »: by child and in total, what is only asked for or waited for apart, on every view and on home."""

import uuid
from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from server.database import Database
from tests.cast import Town
from tests.commands.bookings.phone import Phone
from tests.conftest import FrozenClock
from tests.web.bookings.test_absence_pages import plain
from tests.web.doors import enter

TUESDAY, WEDNESDAY, THURSDAY = (date(2026, 11, 17) + timedelta(days=n) for n in range(3))


@pytest.fixture
async def alice(app: Any, town: Town, db: Database, clock: FrozenClock) -> httpx.AsyncClient:
    """Tom: two meals, a Wednesday asked for, an evening on the waiting list. Lina: a meal in her week here."""
    for who in ("stranger", "other_home"):
        child = {"stranger": "zoe", "other_home": "lina"}[who]
        await Phone(town, db, clock, who, str(uuid.uuid4())).wish(child, "atelier", THURSDAY)
    phone = Phone(town, db, clock)
    await phone.wish("tom", "cantine", TUESDAY)
    await phone.wish("tom", "cantine", THURSDAY)
    assert (await phone.wish("tom", "mercredi", WEDNESDAY)).state == "requested"
    assert (await phone.wish("tom", "atelier", THURSDAY)).state == "waiting"
    await phone.wish("lina", "cantine", date(2026, 11, 24))
    return await enter(app, town, db, "owner", clock())


MORE = "En plus : 12,00 € si vos demandes sont acceptées et 2,50 € si une place se libère."


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("/planning", f"Coût de la période : 9,10 € (Tom : 9,10 €) {MORE}"),
        ("/f/planning?vue=semaine", f"Coût de la période : 9,10 € (Tom : 9,10 €) {MORE}"),
        ("/planning?vue=quinzaine", f"Coût de la période : 13,65 € (Lina : 4,55 €, Tom : 9,10 €) {MORE}"),
        ("/planning?vue=mois", f"Coût de la période : 13,65 € (Lina : 4,55 €, Tom : 9,10 €) {MORE}"),
        ("/planning?vue=mois&enfant=kidlina", "Coût de la période : 4,55 € Données"),
        ("/planning?jour=2026-12-07", "Coût de la période : 0,00 € Données"),
        ("/", f"Coût de la semaine : 9,10 € (Tom : 9,10 €) {MORE}"),
    ],
)
async def test_the_cost_of_what_is_shown_is_told(alice: httpx.AsyncClient, address: str, told: str) -> None:
    assert told in plain((await alice.get(address)).text)


async def test_each_home_of_a_child_reads_its_own_cost(
    alice: httpx.AsyncClient, app: Any, town: Town, db: Database, clock: FrozenClock
) -> None:
    chloe = await enter(app, town, db, "other_home", clock())
    assert "Coût de la période : 2,50 €" in plain((await chloe.get("/planning?vue=mois")).text)


async def test_a_period_with_nothing_on_offer_costs_nothing_and_says_nothing(alice: httpx.AsyncClient) -> None:
    assert "Coût de la" not in plain((await alice.get("/planning?jour=2031-03-03")).text)
