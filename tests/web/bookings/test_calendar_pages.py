"""The calendar as pages and fragments: what is shown, to whom, in how many statements and bytes."""

from datetime import date
from typing import Any

import brotli
import httpx
import pytest

from server.bookings.queries.squares import span_of
from server.database import Database
from tests.cast import Town
from tests.conftest import FrozenClock
from tests.counting import counted
from tests.desk import THURSDAY, put
from tests.web.doors import enter


@pytest.fixture
async def alice(app: Any, town: Town, db: Database, clock: FrozenClock) -> httpx.AsyncClient:
    return await enter(app, town, db, "owner", clock())


@pytest.mark.parametrize("view", ["semaine", "quinzaine", "mois", "siècle", ""])
async def test_every_view_is_a_page_and_a_fragment(alice: httpx.AsyncClient, view: str, town: Town) -> None:
    page = await alice.get("/planning", params={"vue": view, "jour": "2026-11-26"})
    piece = await alice.get("/f/planning", params={"vue": view, "jour": "2026-11-26"})
    assert page.status_code == piece.status_code == 200
    assert "<html" in page.text
    assert "<html" not in piece.text
    assert f'data-account="{town.refs["owner"]}"' in piece.text
    tom_eats = "jeudi 26 novembre" if view == "mois" else "Tom, cantine, jeudi 26 novembre"
    assert tom_eats in page.text


@pytest.mark.parametrize("day", ["", "hier", "0000-00-00", "9999-12-31", "2026-02-30", "1' or '1'='1"])
async def test_an_odd_day_means_this_week(alice: httpx.AsyncClient, day: str) -> None:
    page = await alice.get("/planning", params={"jour": day})
    assert page.status_code == 200
    assert "16 – 22 novembre 2026" in page.text


async def test_one_child_alone_can_be_shown(alice: httpx.AsyncClient, town: Town) -> None:
    page = await alice.get("/planning", params={"enfant": town.refs["tom"]})
    assert "Tom, cantine" in page.text
    assert "Lina, cantine" not in page.text


@pytest.mark.parametrize("child", ["kidzoe", "personne"])
async def test_a_strangers_child_is_not_found(alice: httpx.AsyncClient, child: str) -> None:
    assert (await alice.get("/planning", params={"enfant": child})).status_code == 404


async def test_a_child_of_two_homes_shows_whose_day_it_is_and_nothing_of_the_other_home(
    app: Any, town: Town, db: Database, clock: FrozenClock
) -> None:
    chloe = await enter(app, town, db, "other_home", clock())
    page = (await chloe.get("/planning?jour=2026-11-26")).text  # week 48, even: Lina is with the Duponts
    assert "l’autre" in page
    assert "Tom" not in page
    assert "exemple.fr" not in page


async def test_the_day_panel_says_until_when_and_why(alice: httpx.AsyncClient) -> None:
    day = (await alice.get("/f/planning/jour/2026-11-26")).text
    assert "Réservation possible jusqu" in day
    assert "mercredi 25 novembre à 18\u00a0h" in day
    assert "4,55" in day


async def test_the_day_panel_says_that_a_request_is_withdrawn_until_the_start(
    alice: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    await put(db, town, "lina", "atelier", THURSDAY, "requested", clock())
    day = (await alice.get(f"/f/planning/jour/{THURSDAY}")).text
    assert day.count("Vous pouvez retirer cette demande jusqu’au début de l’accueil") == 1


@pytest.mark.parametrize("day", ["demain", "2026-02-30", "1850-01-01"])
async def test_a_day_that_is_none_is_not_found(alice: httpx.AsyncClient, day: str) -> None:
    assert (await alice.get(f"/planning/jour/{day}")).status_code == 404


async def test_pages_go_on_the_shelf_of_their_account_only(
    alice: httpx.AsyncClient, app: Any, town: Town, db: Database, clock: FrozenClock
) -> None:
    assert (await alice.get("/planning")).headers["x-marelle-shelf"] == town.refs["owner"]
    shared = await enter(app, town, db, "owner", clock(), shared=True)
    assert "x-marelle-shelf" not in (await shared.get("/planning")).headers


async def test_signed_out_pages_lead_to_the_sign_in_page_and_back(client: httpx.AsyncClient) -> None:
    answer = await client.get("/planning?vue=mois&jour=2026-11-01")
    there = "/connexion?suite=%2Fplanning%3Fvue%3Dmois%26jour%3D2026-11-01"
    assert (answer.status_code, answer.headers["location"]) == (303, there)


@pytest.mark.parametrize("last", [date(2026, 11, 22), date(2026, 12, 18)])
async def test_any_number_of_squares_takes_at_most_five_statements(db: Database, town: Town, last: date) -> None:
    await db.read(span_of, town.families["dupont"], date(2026, 11, 2), last, 1)  # the catalogue is known from now on
    count = [0]
    span = await db.read(lambda: counted(span_of(town.families["dupont"], date(2026, 11, 2), last, 1), count))
    assert len(span.slots) > 20
    assert count[0] <= 5  # one more reads the visitor


async def test_a_month_stays_within_the_byte_budget(alice: httpx.AsyncClient) -> None:
    page = (await alice.get("/planning?vue=mois&jour=2026-11-26")).content
    assert len(brotli.compress(page, quality=5)) <= 14 * 1024


async def test_the_head_of_a_column_is_a_figure_even_on_the_first_of_a_month(alice: httpx.AsyncClient) -> None:
    page = (await alice.get("/planning?jour=2026-12-01")).text
    assert "mar. <b>1</b>" in page
    assert "mardi 1er décembre" in page


@pytest.mark.parametrize(
    ("at", "week", "said"),
    [
        ("2026-11-20T23:00:00+01:00", "16 – 22 novembre 2026", "Cette semaine"),  # Friday night
        ("2026-11-21T08:00:00+01:00", "23 – 29 novembre 2026", "La semaine prochaine"),
        ("2026-11-22T20:00:00+01:00", "23 – 29 novembre 2026", "La semaine prochaine"),
    ],
)
async def test_at_the_weekend_the_next_week_opens(
    app: Any, town: Town, db: Database, clock: FrozenClock, at: str, week: str, said: str
) -> None:
    clock.set(at)
    await put(db, town, "tom", "cantine", THURSDAY, "booked", clock())
    alice = await enter(app, town, db, "owner", clock())
    assert week in (await alice.get("/planning")).text
    assert "novembre 2026" in (await alice.get("/planning?vue=mois")).text
    home = (await alice.get("/")).text
    assert f">{said}</h2>" in home
    lines = home.partition('id="week"')[2].partition("</section>")[0]
    assert ("Cantine" in lines) == (said != "Cette semaine")  # Thursday's, of the week that comes
