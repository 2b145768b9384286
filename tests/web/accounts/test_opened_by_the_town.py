"""G4 and G1: the town opens the account; a number, a link, the conditions, a password of one's own."""

import json
from typing import Any

import httpx
import pytest

from server.cli.housekeeping import tidy
from server.database import Database
from tests.cast import Town
from tests.conftest import FrozenClock
from tests.web.accounts.wizard import Portal, portal, rows
from tests.web.doors import enter
from tests.web.helpers import sign_in

DESK = "/agent/familles/fam-dupont/comptes"


@pytest.fixture
async def villepreux(settings: Any, clock: FrozenClock, town: Town) -> Any:
    async with portal(settings, clock, "G4") as opened:
        yield opened


@pytest.fixture
async def agent(villepreux: Portal, town: Town, db: Database, clock: FrozenClock) -> httpx.AsyncClient:
    return await enter(villepreux.app, town, db, "agent", clock())


@pytest.fixture
async def eve(db: Database, town: Town) -> int:
    """An adult of the file who has no account."""
    made = await db.write(
        rows(
            "insert into guardian (family_id, first_name, last_name, email) values ($1, 'Ève', 'Dupont', "
            "'eve@exemple.fr') returning id",
            town.families["dupont"],
        )
    )
    return int(made[0]["id"])


async def test_an_account_is_opened_activated_and_gets_its_own_password(
    villepreux: Portal, agent: httpx.AsyncClient, eve: int, db: Database, town: Town
) -> None:
    answer = await agent.post(DESK, data={"adulte": str(eve)})
    assert "Le compte est ouvert" in answer.text
    (letter,) = await villepreux.letters(db)
    assert (letter["address"], letter["kind"], letter["hours"]) == ("eve@exemple.fr", "account_opened", 168)
    number = json.loads(letter["payload"])["login"]
    assert number.isdecimal()
    walk = villepreux.walk()
    assert (await sign_in(walk.client, number, "")).status_code == 422
    await walk.open(letter["path"])
    assert number in walk.said
    assert "conditions générales d’utilisation" in walk.said
    assert (await walk.send()).status_code == 422  # the tick is asked for
    answer = await walk.send(cgu="oui")
    assert answer.headers["location"] == "/compte/mot-de-passe"
    assert (await walk.client.get("/dossier")).status_code == 200
    assert "Lina" in (await walk.client.get("/planning")).text  # a child of that file
    told = await db.read(rows("select account_id from outbox where kind = 'file_linked' order by account_id"))
    assert {row["account_id"] for row in told} == {town.accounts["owner"], town.accounts["coguardian"]}


async def test_the_link_is_sent_again_with_the_same_number_and_the_first_dies(
    villepreux: Portal, agent: httpx.AsyncClient, eve: int, db: Database
) -> None:
    await agent.post(DESK, data={"adulte": str(eve)})
    assert "lien envoyé" in (await agent.get(DESK)).text
    assert "Un nouveau lien part" in (await agent.post(DESK, data={"adulte": str(eve)})).text
    first, second = await villepreux.letters(db)
    assert first["payload"] == second["payload"]
    walk = villepreux.walk()
    assert (await walk.open(first["path"])).answers[-1] == 410
    assert (await walk.open(second["path"])).answers[-1] == 200
    assert "eve@exemple.fr" in (await agent.get("/agent/comptes")).text


async def test_an_adult_of_another_file_or_with_an_account_is_refused(
    villepreux: Portal, agent: httpx.AsyncClient, eve: int, db: Database, town: Town
) -> None:
    assert (await agent.post("/agent/familles/fam-martin/comptes", data={"adulte": str(eve)})).status_code == 404
    adults = await db.read(rows("select id from guardian where account_id = $1", town.accounts["owner"]))
    answer = await agent.post(DESK, data={"adulte": str(adults[0]["id"])})
    assert "a déjà un compte" in answer.text
    await db.write(rows("update guardian set email = '' where id = $1 returning id", eve))
    assert "n’a pas d’adresse" in (await agent.post(DESK, data={"adulte": str(eve)})).text
    assert await villepreux.letters(db) == []


async def test_past_seven_days_the_pending_account_is_deleted(
    villepreux: Portal, agent: httpx.AsyncClient, eve: int, db: Database, clock: FrozenClock
) -> None:
    await agent.post(DESK, data={"adulte": str(eve)})
    await db.write(rows("update letter set status = 'sent' returning id"))
    clock.move(hours=167)
    await tidy(db, clock())
    assert len(await db.read(rows("select id from registration"))) == 1
    clock.move(hours=2)
    await tidy(db, clock())
    assert await db.read(rows("select id from registration")) == []


async def test_a_letter_that_cannot_leave_does_not_cost_the_parent_the_account(
    villepreux: Portal, agent: httpx.AsyncClient, eve: int, db: Database, clock: FrozenClock
) -> None:
    await agent.post(DESK, data={"adulte": str(eve)})
    clock.move(hours=200)
    await tidy(db, clock())
    assert len(await db.read(rows("select id from registration"))) == 1


async def test_strangers_find_no_wizard_but_what_to_do(villepreux: Portal) -> None:
    walk = await villepreux.walk().open("/inscription")
    assert walk.answers == [200]
    assert "Vous recevez de la mairie" in walk.said
    assert "M’inscrire" not in walk.said


async def test_what_the_town_opened_is_the_towns_to_take_back_and_the_page_asks_no_password(
    villepreux: Portal, agent: httpx.AsyncClient, eve: int, db: Database
) -> None:
    await agent.post(DESK, data={"adulte": str(eve)})
    (letter,) = await villepreux.letters(db)
    walk = await villepreux.walk().open(letter["path"])
    assert 'type="password"' not in walk.page
    assert "Ce n’est pas moi" not in walk.said
    page = walk.page
    assert (await walk.open("/activation/autre-mot-de-passe")).answers[-1] == 410
    for walk.at in ("/activation/autre-mot-de-passe", "/activation/pas-moi"):
        walk.page = page
        assert (await walk.send(mot_de_passe="x", mot_de_passe_2="x")).status_code == 410
    assert (await walk.open(letter["path"])).answers[-1] == 200
