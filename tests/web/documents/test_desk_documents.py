"""The agents' half: a pile to look at, a verdict with its reason, what is asked of one family, put for it, or for all."""

import re
from html import unescape
from typing import Any

import httpx
import pytest

from server.database import Database
from tests import papers
from tests.cast import Town
from tests.conftest import FrozenClock
from tests.desk import rows_of, run, told
from tests.web.documents.sending import send, sent_ref
from tests.web.doors import enter

ACCEPT = {"verdict": "accepted", "type": "home_proof", "jusquau": "2027-11-16"}
REFUSE = {"verdict": "refused", "type": "home_proof", "motif": "La photo est floue."}
FAMILY = "/agent/familles/fam-dupont/documents"
TOWN_PAGE = "/agent/documents/pour-toutes"


async def version(db: Database) -> str:
    return str((await db.read(rows_of, "select version from document order by id desc"))[0]["version"])


async def judge(agent: httpx.AsyncClient, db: Database, ref: str, **form: str) -> httpx.Response:
    return await agent.post(f"/agent/documents/{ref}", data={"version": await version(db), **form})


@pytest.fixture
async def editor(app: Any, town: Town, db: Database, clock: FrozenClock) -> httpx.AsyncClient:
    """An agent who writes the town's pages."""
    return await enter(app, town, db, "agent_without_right", clock())


async def test_the_pile_shows_what_waits_and_home_counts_it(owner: httpx.AsyncClient, agent: httpx.AsyncClient) -> None:
    assert "Rien n’attend d’être vérifié" in unescape((await agent.get("/agent/documents")).text)
    ref = await sent_ref(owner)
    assert f'href="/agent/documents/{ref}"' in unescape((await agent.get("/agent/documents")).text)
    assert ref not in (await agent.get("/agent/documents?type=identity")).text
    assert ref not in (await agent.get("/agent/documents?liste=acceptees&page=9")).text
    assert "1 document à vérifier" in (await agent.get("/agent")).text


async def test_a_document_is_accepted_until_a_day_and_its_family_told(
    owner: httpx.AsyncClient, agent: httpx.AsyncClient, db: Database, town: Town
) -> None:
    ref = await sent_ref(owner)
    assert 'value="2027-11-16"' in (await agent.get(f"/agent/documents/{ref}")).text  # a year, as the town chose
    assert (await judge(agent, db, ref, **ACCEPT)).status_code == 303
    text = unescape((await owner.get("/documents")).text)
    assert "Valable jusqu’au 16 novembre 2027" in text
    assert await told(db) == [
        (town.accounts["owner"], "document_accepted"),
        (town.accounts["coguardian"], "document_accepted"),
    ]
    answer = await owner.post(f"/documents/{ref}/retrait")
    assert answer.headers["location"].endswith("trop-tard")


async def test_a_refusal_needs_a_reason_which_the_family_reads(
    owner: httpx.AsyncClient, agent: httpx.AsyncClient, db: Database
) -> None:
    ref = await sent_ref(owner)
    answer = await judge(agent, db, ref, **{**REFUSE, "motif": "  "})
    assert answer.status_code == 422
    assert "Dites pourquoi" in unescape(answer.text)
    assert (await judge(agent, db, ref, **REFUSE)).status_code == 303
    assert "Refusé\u00a0: La photo est floue." in unescape((await owner.get("/documents")).text)
    assert "La photo est floue." in unescape((await owner.get("/documents/envoyer?type=home_proof")).text)
    assert {kind for _, kind in await told(db)} == {"document_missing"}


BAD = [
    ({**ACCEPT, "jusquau": "2026-11-15"}, "Ce jour est passé"),
    ({**ACCEPT, "jusquau": "2027-02-30"}, "Cette date n’existe pas"),
    ({**ACCEPT, "type": "shoe"}, "Choisissez une réponse"),
    ({**ACCEPT, "type": "vaccination"}, "Dites pour quel enfant"),
    ({**ACCEPT, "verdict": "maybe"}, "Choisissez d’accepter ou de refuser"),
    ({**REFUSE, "motif": "x" * 301}, "300 caractères au plus"),
]


@pytest.mark.parametrize(("form", "words"), BAD)
async def test_a_verdict_that_is_none_is_told_beside_its_field(
    form: dict[str, str], words: str, owner: httpx.AsyncClient, agent: httpx.AsyncClient, db: Database
) -> None:
    answer = await judge(agent, db, await sent_ref(owner), **form)
    assert answer.status_code == 422
    assert words in unescape(answer.text)
    assert (await db.read(rows_of, "select decision from document"))[0]["decision"] == ""


async def test_an_agent_files_it_under_the_type_it_turned_out_to_be(
    owner: httpx.AsyncClient, agent: httpx.AsyncClient, db: Database, town: Town
) -> None:
    ref = await sent_ref(owner)
    await judge(agent, db, ref, **{**ACCEPT, "type": "liability_insurance", "enfant": "kidtom"})
    row = (await db.read(rows_of, "select kind, child_id from document"))[0]
    assert (row["kind"], row["child_id"]) == ("liability_insurance", town.children["tom"])


async def test_the_slower_of_two_agents_is_told_and_changes_nothing(
    owner: httpx.AsyncClient, agent: httpx.AsyncClient, db: Database
) -> None:
    ref = await sent_ref(owner)
    seen = await version(db)
    await judge(agent, db, ref, **ACCEPT)
    late = await agent.post(f"/agent/documents/{ref}", data={**REFUSE, "version": seen})
    assert late.status_code == 409
    assert "a changé entre-temps" in unescape(late.text)
    assert (await db.read(rows_of, "select decision from document"))[0]["decision"] == "accepted"


async def test_a_document_asked_of_one_family_is_to_send_until_it_comes(
    owner: httpx.AsyncClient, agent: httpx.AsyncClient, db: Database
) -> None:
    bare = await agent.post(f"{FAMILY}/demande", data={"piece": "other"})
    assert "Dites ce qu’il faut envoyer" in unescape(bare.text)
    await agent.post(f"{FAMILY}/demande", data={"piece": "judgment", "note": "La page de la garde"})
    text = unescape((await owner.get("/documents")).text)
    assert "La mairie écrit\u00a0: La page de la garde." in text
    await send(owner, ("j.pdf", papers.pdf()), to="/documents/fichiers?type=judgment")
    assert await db.read(rows_of, "select id from document_ask where document_id is null") == []
    assert "pas encore reçues" not in (await agent.get(FAMILY)).text
    ref = (await db.read(rows_of, "select ref from document"))[0]["ref"]
    await judge(agent, db, ref, **{**REFUSE, "type": "judgment"})
    assert "La page de la garde" in unescape((await owner.get("/documents")).text)  # asked again


async def test_what_is_asked_can_be_given_up(owner: httpx.AsyncClient, agent: httpx.AsyncClient, db: Database) -> None:
    await agent.post(f"{FAMILY}/demande", data={"piece": "liability_insurance kidtom"})
    ref = (await db.read(rows_of, "select ref from document_ask"))[0]["ref"]
    other = f"/agent/familles/fam-bernard/documents/demande/{ref}/abandon"
    assert (await agent.post(other)).status_code == 404  # another family's address
    assert (await agent.post(f"{FAMILY}/demande/{ref}/abandon")).status_code == 303
    assert await db.read(rows_of, "select id from document_ask") == []


async def test_a_document_put_for_one_family_is_for_that_family(
    app: Any, owner: httpx.AsyncClient, agent: httpx.AsyncClient, town: Town, db: Database, clock: FrozenClock
) -> None:
    faulty = await send(agent, to=f"{FAMILY}/fichiers", titre="Attestation")
    assert faulty.status_code == 422
    assert 'value="Attestation"' in faulty.text
    answer = await send(agent, ("a.pdf", papers.pdf()), to=f"{FAMILY}/fichiers", titre="Attestation 2026")
    assert answer.status_code == 303
    text = unescape((await owner.get("/documents")).text)
    found = re.search(r'href="(/documents/[\w-]+/1)"', text)
    assert found
    assert "Attestation 2026" in text
    assert (await owner.get(found[1])).status_code == 200
    stranger = await enter(app, town, db, "stranger", clock())
    assert (await stranger.get(found[1])).status_code == 404
    assert "Attestation 2026" not in (await stranger.get("/documents")).text
    assert {kind for _, kind in await told(db)} == {"document_new"}
    ref = found[1].split("/")[2]
    assert (await owner.post(f"/documents/{ref}/retrait")).status_code == 404  # not the family's to take away
    assert (await agent.post(f"/agent/documents/{ref}/retrait")).status_code == 303
    assert "Attestation 2026" not in (await owner.get("/documents")).text


async def test_a_document_for_all_is_shown_between_its_days(
    app: Any, owner: httpx.AsyncClient, editor: httpx.AsyncClient, town: Town, db: Database, clock: FrozenClock
) -> None:
    when = {"titre": "Règlement", "du": "2026-11-18", "au": "2026-11-20"}
    wrong = await send(editor, ("r.pdf", papers.pdf()), to=f"{TOWN_PAGE}/fichiers", **{**when, "au": "2026-11-01"})
    assert "vient avant le premier" in unescape(wrong.text)
    assert (await send(editor, ("r.pdf", papers.pdf()), to=f"{TOWN_PAGE}/fichiers", **when)).status_code == 303
    ref = (await db.read(rows_of, "select ref from document"))[0]["ref"]
    for day, shown in (("17", False), ("18", True), ("20", True), ("21", False)):
        clock.set(f"2026-11-{day}T10:00:00+01:00")
        assert ("Règlement" in (await owner.get("/documents")).text) == shown
        assert (await owner.get(f"/documents/{ref}/1")).status_code == (200 if shown else 404)
    editor = await enter(app, town, db, "agent_without_right", clock())
    assert (await editor.get(f"{TOWN_PAGE}/{ref}/1")).status_code == 200
    assert (await editor.post(f"{TOWN_PAGE}/{ref}/retrait")).status_code == 303
    assert "Règlement" not in (await editor.get(TOWN_PAGE)).text


async def test_a_familys_document_is_no_document_for_all(
    owner: httpx.AsyncClient, editor: httpx.AsyncClient, agent: httpx.AsyncClient
) -> None:
    ref = await sent_ref(owner)
    assert (await editor.get(f"{TOWN_PAGE}/{ref}/1")).status_code == 404
    assert (await editor.post(f"{TOWN_PAGE}/{ref}/retrait")).status_code == 404
    assert (await agent.post(f"/agent/documents/{ref}/retrait")).status_code == 404


async def test_opening_documents_counts_among_the_files_an_agent_may_open(
    owner: httpx.AsyncClient, agent: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    ref = await sent_ref(owner)
    for n in range(200):
        await run(
            db,
            "insert into audit (at, actor_id, action, detail) values ($1, $2, 'read_family', $3)",
            clock(),
            town.accounts["agent"],
            f'{{"family":{1000 + n}}}',
        )
    assert (await agent.get(f"/agent/documents/{ref}")).status_code == 429
    assert (await agent.get(f"/agent/documents/{ref}/1")).status_code == 429
