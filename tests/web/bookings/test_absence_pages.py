"""« Malade aujourd'hui » through the doors, as a browser without JavaScript walks it."""

import re
import uuid
from datetime import date
from html import unescape
from typing import Any

import httpx
import pytest

from server.database import Database
from tests.cast import Town
from tests.commands.bookings.test_absences import booked_days
from tests.conftest import FrozenClock
from tests.web.doors import enter


@pytest.fixture
async def alice(app: Any, town: Town, db: Database, clock: FrozenClock) -> httpx.AsyncClient:
    await booked_days(town, db, clock)
    return await enter(app, town, db, "owner", clock())


def form_in(html: str) -> dict[str, str]:
    """The hidden fields of the page's confirmation."""
    form = html.partition('<form method="post" action="/absence">')[2].partition("</form>")[0]
    return dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))


def plain(html: str) -> str:
    """What is read on the page, spaces made equal."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).replace("\u00a0", " ").split())


async def test_home_leads_there_in_one_tap_and_only_for_whom_is_expected(alice: httpx.AsyncClient, town: Town) -> None:
    home = (await alice.get("/")).text
    assert f'href="/absence?enfant={town.refs["tom"]}"' in home
    assert "Tom malade aujourd’hui" in home
    assert f'href="/absence?enfant={town.refs["lina"]}"' not in home


async def test_the_page_says_beforehand_what_happens_and_what_it_costs(alice: httpx.AsyncClient, town: Town) -> None:
    words = plain((await alice.get("/absence", params={"enfant": town.refs["tom"], "au": "2026-11-18"})).text)
    assert "Cantine trop tard pour annuler, absence notée, facturée 4,55 €" in words
    assert "Cantine annulé, rien à payer" in words
    assert "Mercredi demande retirée, rien à payer" in words
    assert "Il restera 4,55 € à payer." in words


async def test_confirming_tells_the_same_and_agents_read_it_on_their_list(
    alice: httpx.AsyncClient, app: Any, town: Town, db: Database, clock: FrozenClock
) -> None:
    asked = await alice.get("/absence", params={"enfant": town.refs["tom"]})
    done = await alice.post("/absence", data=form_in(asked.text))
    assert done.status_code == 303
    told = plain((await alice.get(done.headers["location"])).text)
    assert "La mairie est prévenue. Il restera 4,55 € à payer." in told
    agent = await enter(app, town, db, "agent", clock())
    listed = plain((await agent.get("/agent/jour", params={"date": "2026-11-16"})).text)
    assert "Absence signalée par la famille." in listed
    assert "Absence facturée" in listed
    back = await alice.post(f"{done.headers['location']}/retour")
    assert back.headers["location"] == done.headers["location"]
    assert "Vous êtes revenu en arrière" in (await alice.get(done.headers["location"])).text
    assert "retour" not in (await alice.get(done.headers["location"])).text


async def test_a_date_that_passed_while_reading_asks_again(
    alice: httpx.AsyncClient, town: Town, clock: FrozenClock
) -> None:
    asked = await alice.get("/absence", params={"enfant": town.refs["tom"], "du": "2026-11-17"})
    clock.set("2026-11-16T18:00:00+01:00")
    again = await alice.post("/absence", data=form_in(asked.text))
    assert again.status_code == 409
    assert "Relisez avant de confirmer" in again.text
    assert "Il restera 4,55 € à payer." in plain(again.text)
    assert (await alice.post("/absence", data=form_in(again.text))).status_code == 303


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"envoi": "x"},
        {"envoi": str(uuid.uuid4()), "du": "hier", "au": "2026-11-16"},
        {"envoi": str(uuid.uuid4()), "du": "2026-11-17", "au": "2026-11-16"},
        {"envoi": str(uuid.uuid4()), "du": "2026-11-15", "au": "2026-11-15"},
        {"envoi": str(uuid.uuid4()), "du": "2026-11-16", "au": "2027-11-16"},
    ],
)
async def test_a_form_that_is_not_ours_is_not_understood(alice: httpx.AsyncClient, fields: dict[str, str]) -> None:
    assert (await alice.post("/absence", data=fields)).status_code == 400


@pytest.mark.parametrize("child", ["kidzoe", "\x00", "' or 1=1", "é" * 300])
async def test_another_s_child_is_not_found(alice: httpx.AsyncClient, child: str) -> None:
    days = {"du": "2026-11-16", "au": "2026-11-16", "envoi": str(uuid.uuid4()), "promesse": "x"}
    assert (await alice.get("/absence", params={"enfant": child})).status_code == 404
    assert (await alice.post("/absence", data={**days, "enfant": child})).status_code == 404


@pytest.mark.parametrize("day", ["", "hier", "2026-02-30", "9999-12-31", "2020-01-01"])
async def test_an_odd_day_means_the_first_one_booked(alice: httpx.AsyncClient, town: Town, day: str) -> None:
    page = await alice.get("/absence", params={"enfant": town.refs["tom"], "du": day, "au": day})
    assert page.status_code == 200
    assert "Aujourd’hui, lundi 16 novembre" in page.text


async def test_the_other_home_reads_nothing_of_it(
    alice: httpx.AsyncClient, app: Any, town: Town, db: Database, clock: FrozenClock
) -> None:
    asked = await alice.get("/absence", params={"enfant": town.refs["tom"]})
    there = (await alice.post("/absence", data=form_in(asked.text))).headers["location"]
    for who in ("other_home", "stranger"):
        other = await enter(app, town, db, who, clock())
        assert (await other.get(there)).status_code == 404
        assert (await other.post(f"{there}/retour")).status_code == 404
        assert there not in unescape((await other.get("/absence")).text)
    both = await enter(app, town, db, "coguardian", clock())
    assert (await both.get(there)).status_code == 200
    assert there in unescape((await both.get("/absence")).text)


@pytest.mark.parametrize("ref", ["x", "0" * 36, "%00", str(date(2026, 1, 1))])
async def test_an_odd_address_is_not_found(alice: httpx.AsyncClient, ref: str) -> None:
    assert (await alice.get(f"/absence/{ref}")).status_code == 404
    assert (await alice.post(f"/absence/{ref}/retour")).status_code == 404
