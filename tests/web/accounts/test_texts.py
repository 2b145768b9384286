"""Texts: a new version is asked for at the next sign-in, before anything else; what was accepted stays readable."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest

from server.accounts.texts import text_from, texts_of
from server.app import create_app
from server.database import Database, open_database
from server.settings import BadSetting, Settings
from tests.cast import Town
from tests.commands.notices.office import select
from tests.conftest import FrozenClock, client_of
from tests.web.doors import enter
from tests.web.helpers import cookie_of, sign_in
from tests.web.test_who_may_enter import DOORS, EVERYBODY, knock

CONSENTS = "select kind, version, how from consent where account_id = $1 order by id"
NEW = "version: 2027-01\n\n# Objet\nLes nouvelles conditions de {town}, avec <b>signes</b>.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The town's own terms, newer than those the cast has accepted."""
    (tmp_path / "textes").mkdir()
    (tmp_path / "textes" / "conditions.txt").write_text(NEW)
    return tmp_path / "textes"


@asynccontextmanager
async def house(settings: Settings, clock: FrozenClock, **but: Any) -> AsyncIterator[Any]:
    """The portal with other settings."""
    application: Any = create_app(replace(settings, **but), clock, open_database(settings.database_url))
    async with application.app.lifespan():
        yield application


@pytest.fixture
async def renewed(settings: Settings, clock: FrozenClock, town: Town, folder: Path) -> AsyncIterator[Any]:
    async with house(settings, clock, texts=str(folder)) as application:
        yield application


async def accepted(browser: httpx.AsyncClient, **but: str) -> httpx.Response:
    """The page of the new texts, its box ticked, sent."""
    shown = (await browser.get("/connexion/conditions")).text
    versions = re.search(r'name="versions" value="([^"]*)"', shown)
    assert versions
    return await browser.post("/connexion/conditions", data={"versions": versions[1], "cgu": "oui", **but})


async def test_who_has_accepted_walks_in(client: httpx.AsyncClient) -> None:
    assert (await sign_in(client, "owner")).headers["location"] == "/"


async def test_a_new_version_stands_before_everything(renewed: Any, town: Town, db: Database) -> None:
    browser = client_of(renewed)
    answer = await sign_in(browser, "owner", suite="/planning?vue=semaine")
    assert answer.headers["location"] == "/connexion/conditions?suite=%2Fplanning%3Fvue%3Dsemaine"
    shown = (await browser.get(answer.headers["location"])).text
    assert "Les nouvelles conditions de Port-Clairval, avec &lt;b&gt;signes" in shown
    assert "version 2027-01" in shown
    assert "Politique de confidentialité" not in shown  # its version is known
    before = browser.cookies["marelle"]
    done = await accepted(browser, suite="/planning?vue=semaine")
    assert done.headers["location"] == "/planning?vue=semaine"
    assert browser.cookies["marelle"] != before
    assert (await browser.get("/planning")).status_code == 200
    assert [row["version"] for row in await db.read(select, CONSENTS, town.accounts["owner"])][-1] == "2027-01"
    assert (await sign_in(client_of(renewed), "owner")).headers["location"] == "/"


async def test_a_session_that_waits_opens_no_door_at_all(renewed: Any, clock: FrozenClock) -> None:
    browser = client_of(renewed)
    await sign_in(browser, "owner")
    token = browser.cookies["marelle"]
    for door, who in DOORS.items():
        if who == EVERYBODY:
            continue
        browser.cookies.clear()
        browser.cookies.set("marelle", token)
        assert await knock(browser, door) == "out", door


async def test_the_token_of_the_waiting_session_is_worth_nothing_afterwards(renewed: Any) -> None:
    browser, thief = client_of(renewed), client_of(renewed)
    await sign_in(browser, "owner")
    thief.cookies.set("marelle", browser.cookies["marelle"])
    await accepted(browser)
    assert (await thief.get("/compte")).status_code == 303
    assert (await thief.get("/connexion/conditions")).headers["location"] == "/connexion"


async def test_without_a_tick_nothing_opens_and_it_says_why(renewed: Any) -> None:
    browser = client_of(renewed)
    await sign_in(browser, "owner")
    refused = await accepted(browser, cgu="")
    assert refused.status_code == 422
    assert "Cochez cette case" in refused.text
    stale = await accepted(browser, versions="terms=2026-09")
    assert stale.status_code == 422
    assert (await browser.get("/compte")).status_code == 303


async def test_one_may_leave_instead_and_waiting_ends_by_itself(renewed: Any, db: Database, clock: FrozenClock) -> None:
    browser = client_of(renewed)
    await sign_in(browser, "owner")
    left = await browser.post("/deconnexion")
    assert "Max-Age=0" in cookie_of(left)
    assert await db.read(select, "select * from sign_in") == []
    await sign_in(browser, "owner")
    clock.move(minutes=15)
    assert (await browser.get("/connexion/conditions")).headers["location"] == "/connexion"


async def test_nobody_and_whoever_is_in_already_have_nothing_to_accept(
    app: Any, client: httpx.AsyncClient, town: Town, db: Database, clock: FrozenClock
) -> None:
    assert (await client.get("/connexion/conditions")).headers["location"] == "/connexion"
    assert (await client.post("/connexion/conditions")).headers["location"] == "/connexion"
    alice = await enter(app, town, db, "owner", clock())
    assert (await alice.get("/connexion/conditions")).headers["location"] == "/connexion"


async def test_agents_are_not_asked(renewed: Any) -> None:
    assert (await sign_in(client_of(renewed), "agent")).headers["location"] == "/agent"


@pytest.mark.parametrize(
    ("profile", "said", "kept"),
    [
        ("G0", [], [("terms", "accepted")]),
        ("G2", ["votre accord n’est pas demandé"], [("terms", "accepted"), ("privacy", "told")]),
        ("G3", ["j’accepte la politique"], [("terms", "accepted"), ("privacy", "accepted")]),
    ],
)
async def test_privacy_is_accepted_told_or_left_out_as_the_town_chooses(
    settings: Settings, clock: FrozenClock, town: Town, db: Database, profile: str, said: list[str], kept: list[Any]
) -> None:
    await db.write(select, "delete from consent where account_id = $1 returning id", town.accounts["owner"])
    async with house(settings, clock, profile=profile) as application:
        browser = client_of(application)
        await sign_in(browser, "owner")
        shown = (await browser.get("/connexion/conditions")).text
        assert all(one in shown for one in said)
        assert ("confidentialite" in shown.split("<form")[1]) == (profile == "G3")
        if profile == "G3":
            assert (await accepted(browser)).status_code == 422
        assert (await accepted(browser, confidentialite="oui")).status_code == 303
    rows = await db.read(select, CONSENTS, town.accounts["owner"])
    assert [(row["kind"], row["how"]) for row in rows] == kept


async def test_the_account_says_what_was_accepted_and_when_and_it_can_be_read_again(
    renewed: Any, town: Town, db: Database, clock: FrozenClock
) -> None:
    alice = await enter(renewed, town, db, "owner", clock())
    page = unescape((await alice.get("/compte")).text)
    assert "Mes consentements" in page
    assert 'href="/conditions?version=2026-09"' in page
    old = await alice.get("/conditions?version=2026-09")
    assert "remplacée depuis" in old.text
    assert "article 441-1" in old.text
    assert "nouvelles conditions" in (await alice.get("/conditions")).text
    for wrong in ("2019-01", "%00", "x" * 500):
        assert (await alice.get(f"/conditions?version={wrong}")).status_code == 404


async def test_the_privacy_page_says_the_towns_text_and_what_the_portal_does(client: httpx.AsyncClient) -> None:
    page = (await client.get("/confidentialite")).text
    assert "mission d’intérêt public" in page
    assert "traceur" in page


def test_a_towns_text_that_cannot_be_used_stops_the_start_with_a_sentence(tmp_path: Path) -> None:
    for raw in ("", "sans version\n# Objet\nTexte", "version: 1\n\n", "version: trop long " + "x" * 40 + "\nTexte"):
        (tmp_path / "conditions.txt").write_text(raw)
        with pytest.raises(BadSetting, match="MARELLE_TEXTS"):
            texts_of(Settings(texts=str(tmp_path)))


def test_paragraphs_before_the_first_heading_are_kept() -> None:
    text = text_from("terms", "version: 3\nBonjour {town}.\n\n# Un\nA\n\nB\n# Deux\nC", "Nice")
    assert [(part.heading, part.paragraphs) for part in text.parts] == [
        ("", ("Bonjour Nice.",)), ("Un", ("A", "B")), ("Deux", ("C",)),
    ]  # fmt: skip
