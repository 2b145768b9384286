"""The month: a case a day, a small square for each child's activity, and the ways from it to the large ones."""

import re
from datetime import date
from html import unescape
from typing import Any

import httpx
import pytest

from server.database import Database
from tests.cast import Town
from tests.conftest import FrozenClock
from tests.web.doors import enter

NOVEMBER = "/f/planning?vue=mois&jour=2026-11-01"
SQUARE = re.compile(
    r'<data class="sq" value="([^"]+)" data-s="([^"]+)" data-v="(\d+)">(\w+) <span class="sr sq-word">([^<]+)</span>'
)


@pytest.fixture
async def alice(app: Any, town: Town, db: Database, clock: FrozenClock) -> httpx.AsyncClient:
    return await enter(app, town, db, "owner", clock())


def squares(page: str) -> dict[str, tuple[str, ...]]:
    """State, version, letter and word of each small square, by its key."""
    return {key: tuple(rest) for key, *rest in SQUARE.findall(page)}


def case_of(page: str, day: str) -> str:
    """What the month says in the case of that day."""
    return page.split(f'data-day="{day}"', 1)[1].split("</td>", 1)[0]


async def test_each_square_of_the_large_views_is_a_small_one_of_the_same_state(alice: httpx.AsyncClient) -> None:
    week = (await alice.get("/f/planning?vue=semaine&jour=2026-11-23")).text
    large = dict(re.findall(r'value="([^~"]+)~[^"]*" data-s="([^"]+)"', week))
    small = squares((await alice.get(NOVEMBER)).text)
    assert len(large) > 5
    for key, state in large.items():  # a day at the other home has no square in the month
        assert small[key][0] == state if key in small else state == "closed"


async def test_a_square_booked_since_says_so_by_state_version_and_word(alice: httpx.AsyncClient, town: Town) -> None:
    key = town.square("tom", "cantine", date(2026, 11, 26))
    assert squares((await alice.get(NOVEMBER)).text)[key] == ("free", "0", "C", "libre")
    await alice.post("/planning/taps", data={"tap": f"{key}~booked~0"})
    assert squares((await alice.get(NOVEMBER)).text)[key] == ("booked", "1", "C", "réservé")


async def test_each_day_leads_to_its_sheet_and_each_week_to_its_large_squares(alice: httpx.AsyncClient) -> None:
    page = unescape((await alice.get(NOVEMBER)).text)
    for number in range(1, 31):
        day = date(2026, 11, number)
        assert page.count(f'<a data-day="{day}" href="/planning/jour/{day}"') == (day.weekday() < 5)
    assert page.count('data-hx-get="/f/planning?vue=semaine&jour=2026-11-23"') == 1


async def test_a_day_at_the_other_home_shows_no_square_of_the_child(
    app: Any, town: Town, db: Database, clock: FrozenClock
) -> None:
    chloe = await enter(app, town, db, "other_home", clock())
    page = (await chloe.get(NOVEMBER)).text
    assert "l’autre" in case_of(page, "2026-11-26")  # week 48, even: Lina is with the Duponts
    assert not squares(case_of(page, "2026-11-26"))
    assert squares(case_of(page, "2026-11-19"))


async def test_today_is_marked_and_a_month_of_one_child_names_no_other(alice: httpx.AsyncClient, town: Town) -> None:
    page = (await alice.get(f"{NOVEMBER}&enfant={town.refs['tom']}")).text
    assert 'aria-current="date"' in page.split('data-day="2026-11-16"', 1)[1][:80]
    assert {key.split(".")[0] for key in squares(page)} == {town.refs["tom"]}
