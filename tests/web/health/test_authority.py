"""A child's health file is for those who hold parental authority: a step-parent of the household never opens it."""

import html
import io
import json
import re
import zipfile
from typing import Any

import httpx
import pytest

from server.database import Database
from server.health.commands.agents import PARENTS
from tests import papers
from tests.cast import PASSWORD, Town
from tests.conftest import FrozenClock
from tests.desk import rows_of, run
from tests.web.documents.sending import last_ref, send
from tests.web.doors import enter
from tests.web.health.conftest import SHEET, choose

PAGES = ("", "/fiche", "/vaccinations", "/autorisations", "/personnes", "/pai", "/consultations")
POSTS = ("/fiche", "/vaccinations", "/autorisations", "/personnes", "/pai", "/pai/retrait")
WORDS = "l’autorité parentale"
LINK = """
insert into child_link (guardian_id, child_id, quality, authority)
select id, $2, $3, $4 from guardian where account_id = $1
"""


@pytest.fixture(autouse=True)
async def step_parent(db: Database, town: Town) -> None:
    """The file says what Alice is to Lina, mother with authority, and what Bob is: a step-parent without."""
    await run(db, LINK, town.accounts["owner"], town.children["lina"], "mere", True)
    await run(db, LINK, town.accounts["coguardian"], town.children["lina"], "beau_parent", False)


async def reads(db: Database) -> list[str]:
    return [row["reader"] for row in await db.read(rows_of, "select reader from health_read order by id")]


async def test_every_page_of_the_file_is_closed_with_a_sentence_and_no_reading_noted(
    app: Any, alice: httpx.AsyncClient, bob: httpx.AsyncClient, db: Database
) -> None:
    choose(app, people=True)
    await alice.post("/sante/kidlina/fiche", data=SHEET)
    before = await reads(db)
    for path in PAGES:
        answer = await bob.get(f"/sante/kidlina{path}")
        assert answer.status_code == 404, path
        assert WORDS in html.unescape(answer.text), path
        assert "Aubépine" not in answer.text, path
    assert await reads(db) == before
    assert (await alice.get("/sante/kidlina")).status_code == 200


async def test_nothing_can_be_written_there_either(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient, db: Database
) -> None:
    for path in POSTS:
        answer = await bob.post(f"/sante/kidlina{path}", data={**SHEET, "pai_objet": "Rien", "nom_1": "Ève"})
        assert answer.status_code == 404, path
    assert await db.read(rows_of, "select child_id from health_record where sheet <> '' or plans <> ''") == []
    assert await db.read(rows_of, "select id from permission") == []
    assert await db.read(rows_of, "select id from pickup_person") == []


async def test_a_stranger_is_told_nothing_of_why(stranger_page: str) -> None:
    assert WORDS not in stranger_page


@pytest.fixture
async def stranger_page(app: Any, town: Town, db: Database, clock: FrozenClock) -> str:
    answer = await (await enter(app, town, db, "stranger", clock())).get("/sante/kidlina")
    assert answer.status_code == 404
    return html.unescape(answer.text)


async def test_a_file_that_says_nothing_of_its_adults_trusts_its_guardians(
    bob: httpx.AsyncClient, chloe: httpx.AsyncClient
) -> None:
    assert (await bob.get("/sante/kidtom")).status_code == 200  # nobody of this home is linked to Tom
    assert (await chloe.get("/sante/kidlina")).status_code == 200  # nor anybody of that home to Lina


async def test_an_adult_nobody_is_said_of_asks_too(bob: httpx.AsyncClient, db: Database, town: Town) -> None:
    await run(db, LINK, town.accounts["owner"], town.children["tom"], "mere", True)
    assert (await bob.get("/sante/kidtom")).status_code == 404


async def test_authority_removed_from_the_only_parent_of_a_home_closes_the_file(
    chloe: httpx.AsyncClient, db: Database, town: Town
) -> None:
    await run(db, LINK, town.accounts["other_home"], town.children["lina"], "mere", False)
    assert (await chloe.get("/sante/kidlina")).status_code == 404


@pytest.fixture
async def agent(app: Any, town: Town, db: Database, clock: FrozenClock) -> httpx.AsyncClient:
    return await enter(app, town, db, "agent", clock())


async def test_taking_the_last_link_of_a_home_away_opens_nothing(
    chloe: httpx.AsyncClient, agent: httpx.AsyncClient, db: Database, town: Town
) -> None:
    page = "/agent/familles/fam-martin/liens"
    text = (await agent.get(page)).text
    (seen,) = re.findall(r'name="vu" value="(\w+)"', text)
    (link,) = re.findall(r'id="f-(lien_\d+_\d+)"', text)
    answer = await agent.post(page, data={"vu": seen, link: "mere", "motif": "Jugement du 3 novembre"})
    assert answer.status_code == 303, answer.text[-3000:]
    assert (await chloe.get("/sante/kidlina")).status_code == 404
    await run(db, "delete from child_link where guardian_id = $1", int(link.rpartition("_")[2]))
    assert (await chloe.get("/sante/kidlina")).status_code == 404


async def test_the_lists_say_so_and_offer_no_link(bob: httpx.AsyncClient) -> None:
    for path in ("/sante", "/dossier"):
        text = html.unescape((await bob.get(path)).text)
        assert "/sante/kidlina" not in text
        assert "/sante/kidtom" in text
        assert WORDS in text


async def test_the_calendar_names_the_file_without_a_link(
    app: Any, bob: httpx.AsyncClient, alice: httpx.AsyncClient
) -> None:
    choose(app, gates_booking=True)
    for path in ("/", "/planning?vue=semaine&jour=2026-11-26", "/planning?vue=mois&jour=2026-11-26"):
        text = html.unescape((await bob.get(path)).text)
        assert "Dossier de Lina à compléter par un adulte qui a l’autorité parentale" in text, path
        assert "/sante/kidlina" not in text, path
    day = "/planning/jour/2026-11-26"
    assert 'href="/sante/kidlina"' not in html.unescape((await bob.get(day)).text)
    assert 'href="/sante/kidlina"' in html.unescape((await alice.get(day)).text)


async def test_the_export_leaves_the_file_out_and_notes_no_reading_of_it(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient, db: Database, town: Town
) -> None:
    await alice.post("/sante/kidlina/fiche", data=SHEET)
    answer = await bob.post("/compte/donnees", data={"mot_de_passe_actuel": PASSWORD})
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert [each["enfant"] for each in json.loads(archive.read("sante.json"))] == ["Tom"]
    assert "Aubépine" not in "".join(archive.read(name).decode() for name in archive.namelist())
    noted = await db.read(rows_of, "select child_id from health_read where reader = 'Coguardian Dupont'")
    assert [row["child_id"] for row in noted] == [town.children["tom"]]


async def test_a_filed_health_request_is_for_the_same_eyes(
    app: Any, alice: httpx.AsyncClient, bob: httpx.AsyncClient, db: Database, town: Town
) -> None:
    choose(app, sheet="filed")
    sent = await alice.post("/sante/kidlina/fiche", data={**SHEET, "etape": "valider"})
    address = sent.headers["location"].partition("?")[0]
    assert (await alice.get(address)).status_code == 200
    assert (await bob.get(address)).status_code == 404
    assert (await bob.post(f"{address}/messages", data={"message": "Et alors ?"})).status_code == 404
    assert address not in (await bob.get("/dossier/demarches")).text
    told = await db.read(rows_of, "select account_id from outbox where kind = 'request_received'")
    assert [row["account_id"] for row in told] == [town.accounts["owner"]]
    letter = await send(
        alice,
        ("IMG_1.jpg", papers.photo()),
        to=f"/documents/fichiers?demande={address.rpartition('/')[2]}",
        type="other",
        titre="Ordonnance",
    )
    assert letter.status_code == 303, letter.text
    ref = await last_ref(alice)
    assert "Ordonnance" not in (await bob.get("/documents/envois")).text
    assert (await bob.get(f"/documents/{ref}/1")).status_code == 404


async def test_a_document_of_health_is_for_the_same_eyes(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient, db: Database, town: Town
) -> None:
    await run(
        db,
        "insert into document_ask (ref, family_id, kind, child_id, note, asked_at) values ('ask1', $1, 'vaccination', $2, '', '2026-11-16T08:00:00Z')",
        town.families["dupont"],
        town.children["lina"],
    )
    assert "Carnet de vaccination" in (await alice.get("/documents")).text
    assert "Carnet de vaccination" not in (await bob.get("/documents")).text
    door = "/documents/fichiers?type=vaccination&enfant=kidlina"
    assert (await send(bob, ("IMG_1.jpg", papers.photo()), to=door)).status_code == 404
    assert (await send(alice, ("IMG_1.jpg", papers.photo()), to=door)).status_code == 303
    ref = await last_ref(alice)
    assert (await alice.get(f"/documents/{ref}/1")).status_code == 200
    assert "Carnet de vaccination" not in (await bob.get("/documents/envois")).text
    assert (await bob.get(f"/documents/{ref}/1")).status_code == 404
    assert (await bob.post(f"/documents/{ref}/retrait")).status_code == 404
    assert len(await db.read(rows_of, "select id from document")) == 1


async def test_the_towns_answers_are_told_to_the_same_adults(db: Database, town: Town) -> None:
    told = {row["account_id"] for row in await db.read(rows_of, PARENTS, town.children["lina"])}
    assert told == {town.accounts["owner"], town.accounts["other_home"]}


async def test_what_was_said_of_health_stays_closed_after_the_child_has_left_the_household(
    app: Any, alice: httpx.AsyncClient, bob: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    """The ties that said no end with the stay: no tie at all must not open what they closed."""
    choose(app, sheet="filed")
    sent = await alice.post("/sante/kidlina/fiche", data={**SHEET, "etape": "valider"})
    address = sent.headers["location"].partition("?")[0]
    await run(
        db,
        "insert into document_ask (ref, family_id, kind, child_id, note, asked_at) values ('ask1', $1, 'vaccination', $2, '', $3)",
        town.families["dupont"], town.children["lina"], clock(),
    )  # fmt: skip
    door = "/documents/fichiers?type=vaccination&enfant=kidlina"
    assert (await send(alice, ("IMG_1.jpg", papers.photo()), to=door)).status_code == 303
    ref = await last_ref(alice)
    await run(db, "delete from outbox")
    agent = await enter(app, town, db, "agent", clock())
    left = await agent.post("/agent/familles/fam-dupont/membres/enfants/kidlina", data={"motif": "Déménagement."})
    assert left.status_code == 303
    assert (await bob.get(address)).status_code == 404
    assert address not in (await bob.get("/dossier/demarches")).text
    assert "Carnet de vaccination" not in (await bob.get("/documents/envois")).text
    assert (await bob.get(f"/documents/{ref}/1")).status_code == 404
    answer = await bob.post("/compte/donnees", data={"mot_de_passe_actuel": PASSWORD})
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert "Carnet de vaccination" not in "".join(archive.read(name).decode() for name in archive.namelist())
    assert "Aubépine" not in archive.read("demarches.json").decode()


async def test_what_becomes_of_a_document_of_health_is_told_to_the_same_eyes(
    app: Any, alice: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    agent = await enter(app, town, db, "agent", clock())
    asked = {"piece": "vaccination kidlina", "note": "Le rappel DTP de Lina manque."}
    assert (await agent.post("/agent/familles/fam-dupont/documents/demande", data=asked)).status_code == 303
    door = "/documents/fichiers?type=vaccination&enfant=kidlina"
    assert (await send(alice, ("IMG_1.jpg", papers.photo()), to=door)).status_code == 303
    (paper,) = await db.read(rows_of, "select ref, version from document")
    refused = {"version": str(paper["version"]), "verdict": "refused", "type": "vaccination", "enfant": "kidlina",
               "motif": "La page du BCG de Lina est floue."}  # fmt: skip
    answer = await agent.post(f"/agent/documents/{paper['ref']}", data=refused)
    assert answer.status_code == 303, answer.text
    told = await db.read(rows_of, "select account_id, payload from outbox where kind = 'document_missing' order by id")
    assert [row["account_id"] for row in told] == [town.accounts["owner"]] * 2
    assert "DTP" in told[0]["payload"] and "BCG" in told[1]["payload"]
