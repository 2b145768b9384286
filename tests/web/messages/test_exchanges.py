"""Families write, the town answers: who reads what, what is told, what happens to a form sent twice."""

import re
import uuid
from html import unescape
from typing import Any

import httpx
import pytest

from server.database import Database
from tests.cast import Town
from tests.conftest import FrozenClock
from tests.desk import rows_of, run, told
from tests.web.doors import enter

FORM = {"service": "Service enfance", "objet": "Sortie", "message": "Faut-il\n\nun <b>bonnet</b> ?"}


@pytest.fixture
async def alice(app: Any, town: Town, db: Database, clock: FrozenClock) -> httpx.AsyncClient:
    return await enter(app, town, db, "owner", clock())


async def written(browser: httpx.AsyncClient, **form: str) -> str:
    done = await browser.post("/messages", data={**FORM, "envoi": str(uuid.uuid4()), **form})
    assert done.status_code == 303, done.text
    return str(done.headers["location"]).partition("?")[0]


async def test_a_parent_writes_and_reads_what_was_written(alice: httpx.AsyncClient) -> None:
    assert "Aucun échange" in (await alice.get("/messages")).text
    there = await written(alice)
    text = (await alice.get(there)).text
    assert "&lt;b&gt;bonnet&lt;&#x2f;b&gt;" in text
    assert "en attente de réponse" in (await alice.get("/messages")).text


async def test_a_form_sent_twice_is_one_message(alice: httpx.AsyncClient, db: Database) -> None:
    envelope = str(uuid.uuid4())
    there = await written(alice, envoi=envelope)
    assert await written(alice, envoi=envelope) == there
    answer = {"message": "Encore", "envoi": str(uuid.uuid4())}
    for _ in range(2):
        assert (await alice.post(there, data=answer)).status_code == 303
    assert len(await db.read(rows_of, "select id from thread_message")) == 2


async def test_what_is_missing_is_said_and_nothing_typed_is_lost(alice: httpx.AsyncClient) -> None:
    refused = await alice.post("/messages", data={"service": "Police", "objet": "Sortie", "message": "", "envoi": "x"})
    assert refused.status_code == 422
    text = unescape(refused.text)
    assert 'value="Sortie"' in text
    assert "2 champs sont à corriger" in text
    there = await written(alice)
    empty = await alice.post(there, data={"message": "  "})
    assert empty.status_code == 422
    assert "obligatoire" in empty.text


async def test_an_account_cannot_fill_the_towns_inbox(
    alice: httpx.AsyncClient, db: Database, clock: FrozenClock
) -> None:
    there = await written(alice)
    for _ in range(29):
        assert (await alice.post(there, data={"message": "Et ?"})).status_code == 303
    held = await alice.post(there, data={"message": "Et encore ?"})
    assert held.status_code == 422
    assert "Et encore ?" in held.text
    clock.move(days=1, seconds=1)
    assert (await alice.post(there, data={"message": "Merci"})).status_code == 303


async def test_the_household_reads_it_and_nobody_else(
    app: Any, town: Town, db: Database, clock: FrozenClock, alice: httpx.AsyncClient
) -> None:
    there = await written(alice)
    for name, status in (("coguardian", 200), ("other_home", 404), ("stranger", 404)):
        browser = await enter(app, town, db, name, clock())
        assert (await browser.get(there)).status_code == status, name
        assert ("Sortie" in (await browser.get("/messages")).text) is (status == 200), name
        assert (await browser.post(there, data={"message": "moi"})).status_code == (303 if status == 200 else 404)


async def test_the_answer_is_told_to_both_adults_and_read_when_opened(
    app: Any, town: Town, db: Database, clock: FrozenClock, alice: httpx.AsyncClient, agent: httpx.AsyncClient
) -> None:
    there = await written(alice)
    assert "Sortie" in (await agent.get("/agent/messages")).text
    clock.move(minutes=5)
    done = await agent.post(f"/agent{there}", data={"message": "Oui.", "envoi": str(uuid.uuid4())})
    assert done.status_code == 303
    assert sorted(await told(db)) == [(town.accounts["owner"], "message"), (town.accounts["coguardian"], "message")]
    clock.move(minutes=5)
    listed = (await alice.get("/messages")).text
    assert "Nouveau" in listed
    assert "la mairie a répondu" in listed
    assert "Nouveau" in (await alice.get(there)).text
    clock.move(minutes=1)
    assert "Nouveau" not in (await alice.get("/messages")).text
    bob = await enter(app, town, db, "coguardian", clock())
    assert "Nouveau" in (await bob.get("/messages")).text


async def test_an_agent_settles_and_a_parents_answer_opens_again(
    alice: httpx.AsyncClient, agent: httpx.AsyncClient
) -> None:
    there = await written(alice)
    await agent.post(f"/agent{there}", data={"message": "Oui.", "suite": "clore"})
    assert "À répondre (0)" in (await agent.get("/agent/messages")).text
    assert "Clos (1)" in (await agent.get("/agent/messages?etat=clos")).text
    await alice.post(there, data={"message": "Merci !"})
    assert "À répondre (1)" in (await agent.get("/agent/messages")).text
    await agent.post(f"/agent{there}/cloture")
    assert "À répondre (0)" in (await agent.get("/agent/messages")).text


async def test_the_town_writes_first_to_a_family(
    alice: httpx.AsyncClient, agent: httpx.AsyncClient, town: Town, db: Database
) -> None:
    form = {"objet": "Assurance", "message": "Il nous manque l’attestation.", "envoi": str(uuid.uuid4())}
    done = await agent.post("/agent/familles/fam-dupont/message", data=form)
    assert done.status_code == 303
    assert "Assurance" in (await alice.get("/messages")).text
    assert (await agent.post("/agent/familles/personne/message", data=form)).status_code == 422


async def test_a_town_without_threads_has_no_such_page(app: Any, alice: httpx.AsyncClient) -> None:
    import dataclasses

    profile = app.app.state.profile
    app.app.state.profile = dataclasses.replace(profile, messages=dataclasses.replace(profile.messages, threads=False))
    for path in ("/messages", "/messages/nouveau"):
        assert (await alice.get(path)).status_code == 404


async def test_messages_never_lie_on_the_shelf(alice: httpx.AsyncClient) -> None:
    there = await written(alice)
    for path in ("/messages", there, "/messages/nouveau"):
        headers = (await alice.get(path)).headers
        assert "x-marelle-shelf" not in headers
        assert headers["cache-control"] == "no-store"
    assert re.fullmatch(r"/messages/[\w-]{16}", there)


async def test_an_answer_is_not_told_to_who_wrote_and_has_left_the_household(
    alice: httpx.AsyncClient, agent: httpx.AsyncClient, db: Database, town: Town
) -> None:
    there = await written(alice, objet="La garde de Lina")
    await run(db, "update guardian set account_id = null where family_id = $1", town.families["dupont"])
    answer = {"message": "C’est noté.", "envoi": str(uuid.uuid4())}
    assert (await agent.post(f"/agent{there}", data=answer)).status_code == 303
    assert await db.read(rows_of, "select account_id from outbox where kind = 'message'") == []
