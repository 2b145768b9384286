"""G1: a short form, an agent's yes or no, a mail, the rest."""

from typing import Any

import httpx
import pytest

from server.database import Database
from tests.cast import Town
from tests.conftest import FrozenClock
from tests.web.accounts.wizard import PASSWORD, Portal, Walk, portal, rows
from tests.web.doors import enter
from tests.web.helpers import sign_in

FIRST = {
    "nom": "Dubois",
    "prenoms": "Nahel",
    "email": "nahel@exemple.fr",
    "email_bis": "nahel@exemple.fr",
    "mobile": "0612345678",
    "enfants": "Sohan, 6 ans",
}


@pytest.fixture
async def town_g1(settings: Any, clock: FrozenClock, town: Town) -> Any:
    async with portal(settings, clock, "G1") as opened:
        yield opened


async def asked(house: Portal, **fields: str) -> Walk:
    walk = house.walk()
    await walk.open("/inscription")
    await walk.send(**{**FIRST, **fields})
    return walk


async def at_the_desk(house: Portal, town: Town, db: Database) -> httpx.AsyncClient:
    return await enter(house.app, town, db, "agent", house.clock())


async def the_request(agent: httpx.AsyncClient) -> str:
    """The address of the one request that waits."""
    text = (await agent.get("/agent/comptes")).text
    return text.split('href="/agent/comptes/')[1].split('"')[0]


async def test_from_the_first_form_to_signed_in(town_g1: Portal, db: Database, town: Town) -> None:
    walk = await asked(town_g1)
    assert walk.at == "/inscription/demande/envoyee"
    assert "72 heures" in walk.said
    (first,) = await town_g1.letters(db)
    assert (first["kind"], first["ref"]) == ("registration_asked", None)

    agent = await at_the_desk(town_g1, town, db)
    ref = await the_request(agent)
    shown = (await agent.get(f"/agent/comptes/{ref}")).text
    for word in ("Nahel", "Dubois", "nahel@exemple.fr", "06\u00a012\u00a034\u00a056\u00a078", "Sohan, 6 ans"):
        assert word in shown, word
    assert (await agent.post(f"/agent/comptes/{ref}/acceptation")).headers["location"] == "/agent/comptes?accepte"

    _, second = await town_g1.letters(db)
    assert (second["kind"], second["hours"]) == ("registration_accepted", 72)
    await walk.open(second["path"])
    assert "La mairie a accepté votre demande" in walk.said
    await walk.send()
    assert walk.at == "/inscription/suite/coordonnees"
    assert "Étape 1/4" in walk.said
    await walk.send(voie="12 rue des Embruns", code_postal="99420", ville="Port-Clairval")
    await walk.send(identifiant="nahel.dubois", mot_de_passe=PASSWORD, mot_de_passe_2=PASSWORD)
    await walk.send(cgu="oui")
    assert "12 rue des Embruns" in walk.said
    answer = await walk.send()
    assert answer.headers["location"] == "/"
    assert (await walk.client.get("/compte")).status_code == 200  # « Bienvenue sur le portail Famille ! »
    (kept,) = await db.read(rows("select answers from account_identity"))
    assert "rue des Embruns" in kept["answers"]
    assert "Dubois" not in kept["answers"]
    assert await db.read(rows("select id from registration")) == []
    again = town_g1.walk()
    assert (await sign_in(again.client, "nahel@exemple.fr", PASSWORD)).status_code == 303
    assert (await walk.open(second["path"])).answers[-1] == 410


async def test_a_refusal_is_written_with_its_reason_and_opens_nothing(
    town_g1: Portal, db: Database, town: Town
) -> None:
    await asked(town_g1)
    agent = await at_the_desk(town_g1, town, db)
    ref = await the_request(agent)
    missing = await agent.post(f"/agent/comptes/{ref}/refus", data={"motif": " "})
    assert missing.status_code == 422
    assert "obligatoire" in missing.text
    await agent.post(f"/agent/comptes/{ref}/refus", data={"motif": "Vous n’habitez pas la commune."})
    _, letter = await town_g1.letters(db)
    assert letter["kind"] == "registration_refused"
    assert "commune" in letter["payload"]
    for answer in ("acceptation", "refus"):
        again = await agent.post(f"/agent/comptes/{ref}/{answer}", data={"motif": "x"})
        assert again.headers["location"] == "/agent/comptes?deja"
    assert len(await town_g1.letters(db)) == 2


async def test_the_rest_may_be_finished_after_a_closed_tab_but_not_after_the_link_is_over(
    town_g1: Portal, db: Database, town: Town, clock: FrozenClock
) -> None:
    walk = await asked(town_g1)
    agent = await at_the_desk(town_g1, town, db)
    await agent.post(f"/agent/comptes/{await the_request(agent)}/acceptation")
    letter = (await town_g1.letters(db))[1]
    await walk.open(letter["path"])
    await walk.send()
    await walk.send(ville="Port-Clairval")
    other = town_g1.walk()
    assert (await other.open("/inscription/suite")).answers[-1] == 404  # nothing without the link
    await walk.open("/inscription/suite")
    assert walk.at == "/inscription/suite/acces"
    await walk.send(identifiant="nahel.dubois", mot_de_passe=PASSWORD, mot_de_passe_2=PASSWORD)
    await walk.send(cgu="oui")
    clock.move(hours=73)
    assert (await walk.send()).status_code == 410
    assert await db.read(rows("select id from account where email = 'nahel@exemple.fr'")) == []


async def test_a_taken_user_name_leads_back_to_its_step(town_g1: Portal, db: Database, town: Town) -> None:
    walk = await asked(town_g1)
    agent = await at_the_desk(town_g1, town, db)
    await agent.post(f"/agent/comptes/{await the_request(agent)}/acceptation")
    await walk.open((await town_g1.letters(db))[1]["path"])
    await walk.send()
    await walk.send()
    await walk.send(identifiant="owner", mot_de_passe=PASSWORD, mot_de_passe_2=PASSWORD)
    await walk.send(cgu="oui")
    assert (await walk.send()).status_code == 409
    assert "choisissez-en un autre" in walk.said
    await walk.open("/inscription/suite/acces")
    await walk.send(identifiant="nahel.dubois")
    await walk.open("/inscription/suite/recapitulatif")
    await walk.send()
    assert (await walk.client.get("/compte")).status_code == 200


async def test_an_address_that_has_an_account_gets_the_same_page_and_the_agent_sees_it(
    town_g1: Portal, db: Database, town: Town
) -> None:
    known = await asked(town_g1, email="alice@exemple.fr", email_bis="alice@exemple.fr")
    unknown = await asked(town_g1)
    assert known.said.replace("alice@", "nahel@") == unknown.said
    kinds = [(one["address"], one["kind"]) for one in await town_g1.letters(db)]
    assert kinds == [("alice@exemple.fr", "account_known"), ("nahel@exemple.fr", "registration_asked")]
    agent = await at_the_desk(town_g1, town, db)
    assert "a déjà un compte" in (await agent.get("/agent/comptes")).text


async def test_who_never_asked_throws_the_accepted_request_away(town_g1: Portal, db: Database, town: Town) -> None:
    mallory = await asked(town_g1)
    agent = await at_the_desk(town_g1, town, db)
    await agent.post(f"/agent/comptes/{await the_request(agent)}/acceptation")
    nahel = await town_g1.walk().open((await town_g1.letters(db))[1]["path"])
    assert "Ce n’est pas moi" in nahel.said
    assert 'type="password"' not in nahel.page  # it is chosen behind the link
    assert (await mallory.open("/inscription/suite")).answers[-1] == 404  # asking gives nobody the second half
    await nahel.open("/activation/autre-mot-de-passe")
    assert 'type="password"' not in nahel.page
    page = nahel.page
    assert (await nahel.send(mot_de_passe=PASSWORD, mot_de_passe_2=PASSWORD)).status_code == 410
    nahel.at, nahel.page = "/activation/pas-moi", page
    await nahel.send()
    assert "Aucun compte n’a été créé" in nahel.said
    assert await db.read(rows("select id from registration")) == []
