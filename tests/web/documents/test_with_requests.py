"""Documents that go with a request: sent from its page, seen on the agent's, in the file once there is a family."""

import re
from html import unescape
from typing import Any

import httpx
import pytest

from server.database import Database
from server.families.commands import NewRequest, file_request
from server.families.rules.requests import Service
from tests import papers
from tests.cast import Town
from tests.conftest import FrozenClock
from tests.desk import rows_of, run, told
from tests.families import alone, declared
from tests.web.documents.sending import send
from tests.web.doors import enter


async def ask(db: Database, town: Town, clock: FrozenClock, name: str = "owner", status: str = "filed") -> str:
    """A request of `name`, at that status; its ref."""
    filed = await db.write(
        file_request, town.visitor(name), NewRequest("schooling", "École de Tom"), Service("Enfance"), clock()
    )
    await run(db, "update request set status = $1 where id = $2", status, filed.id)
    return filed.ref


async def attach(browser: httpx.AsyncClient, ref: str, kind: str = "family_book", **fields: str) -> httpx.Response:
    to = f"/documents/fichiers?demande={ref}"
    return await send(browser, ("a.jpg", papers.photo()), to=to, type=kind, **fields)


async def status_of(db: Database, ref: str) -> str:
    return str((await db.read(rows_of, "select status from request where ref = $1", ref))[0]["status"])


async def test_a_document_is_sent_from_a_request_and_the_service_goes_on(
    owner: httpx.AsyncClient, agent: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    ref = await ask(db, town, clock, status="to_complete")
    page = unescape((await owner.get(f"/dossier/demarches/{ref}")).text)
    assert f'href="/documents/envoyer?demande={ref}"' in page
    form = (await owner.get(f"/documents/envoyer?demande={ref}")).text
    assert 'name="type"' in form
    assert (await attach(owner, ref, "")).status_code == 422  # the type is asked for
    answer = await attach(owner, ref)
    assert answer.headers["location"] == f"/dossier/demarches/{ref}?joint"
    assert await status_of(db, ref) == "in_progress"
    assert "Livret de famille" in (await owner.get(f"/dossier/demarches/{ref}?joint")).text
    found = re.search(r'href="(/agent/documents/[\w-]+)"', unescape((await agent.get(f"/agent/demarches/{ref}")).text))
    assert found
    assert f"/agent/demarches/{ref}" in unescape((await agent.get(found[1])).text)


async def test_a_request_that_waited_for_nothing_stays_where_it_is(
    owner: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    ref = await ask(db, town, clock)
    await attach(owner, ref, "other", titre="Certificat")
    assert await status_of(db, ref) == "filed"


@pytest.mark.parametrize("status", ["accepted", "refused", "cancelled"])
async def test_nothing_is_joined_to_a_request_that_is_decided(
    status: str, owner: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    ref = await ask(db, town, clock, status=status)
    assert "Joindre un document" not in (await owner.get(f"/dossier/demarches/{ref}")).text
    assert (await attach(owner, ref)).status_code == 404


@pytest.mark.parametrize("name", ["stranger", "other_home"])
async def test_nothing_is_joined_to_somebody_elses_request(
    name: str, app: Any, db: Database, town: Town, clock: FrozenClock
) -> None:
    ref = await ask(db, town, clock)
    other = await enter(app, town, db, name, clock())
    assert (await other.get(f"/documents/envoyer?demande={ref}")).status_code == 404
    assert (await attach(other, ref)).status_code == 404
    assert (await attach(other, "%00")).status_code == 404
    assert await db.read(rows_of, "select id from document") == []


async def test_an_account_that_declares_its_family_sends_documents_before_there_is_one(
    app: Any, agent: httpx.AsyncClient, owner: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    newcomer = await alone(app, town, db, clock)
    ref = await declared(newcomer)
    assert (await attach(newcomer, ref)).status_code == 303
    document = (await db.read(rows_of, "select ref, family_id from document"))[0]
    assert document["family_id"] is None
    path = f"/documents/{document['ref']}/1"
    assert (await newcomer.get(path)).status_code == 200
    assert document["ref"] in (await newcomer.get("/documents/envois")).text
    assert (await owner.get(path)).status_code == 404
    assert (await owner.post(f"/documents/{document['ref']}/retrait")).status_code == 404
    assert document["ref"] not in (await owner.get("/documents/envois")).text
    assert "sans dossier pour l’instant" in unescape((await agent.get(f"/agent/documents/{document['ref']}")).text)
    assert document["ref"] in (await agent.get("/agent/documents")).text
    assert (await agent.get(f"/agent/documents/{document['ref']}/1")).status_code == 200
    assert len(await db.read(rows_of, "select id from audit where action = 'document_read'")) == 1
    form = {"verdict": "accepted", "type": "family_book", "version": "2"}
    assert (await agent.post(f"/agent/documents/{document['ref']}", data=form)).status_code == 303
    assert (town.accounts["stranger"], "document_accepted") in await told(db)
    done = await agent.post(f"/agent/demarches/{ref}", data={"vers": "accepted", "version": "1"})
    assert done.status_code == 303, done.text[-2000:]
    family = (await db.read(rows_of, "select family_id from request where ref = $1", ref))[0]["family_id"]
    assert (await db.read(rows_of, "select family_id from document"))[0]["family_id"] == family
    assert (await newcomer.get(path)).status_code == 200
    assert (await owner.get(path)).status_code == 404
