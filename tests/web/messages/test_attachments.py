"""Documents and photos beside a message: taken the documents' way, found by those who read the thread and nobody else."""

import re
import uuid
from datetime import timedelta
from html import unescape
from typing import Any

import httpx
import pytest

from server.cli.housekeeping import tidy
from server.database import Database, Work, sql
from server.documents.queries.office import names_in_use
from server.home.queries import all_about
from tests import papers
from tests.cast import Town
from tests.conftest import FrozenClock
from tests.desk import rows_of
from tests.web.doors import enter

FORM = {"service": "Service enfance", "objet": "Certificat", "message": "Le voici, écrit à la main."}
File = tuple[str, bytes]
PHOTO = ("Certificat de natation.JPG", papers.photo())


@pytest.fixture
async def alice(app: Any, town: Town, db: Database, clock: FrozenClock) -> httpx.AsyncClient:
    return await enter(app, town, db, "owner", clock())


async def posted(browser: httpx.AsyncClient, to: str, *files: File, **form: str) -> httpx.Response:
    parts = [("fichier", (name, body, "application/octet-stream")) for name, body in files]
    fields = {"envoi": str(uuid.uuid4()), **form}
    return await browser.post(to, data=fields, files=parts or {"fichier": ("", b"")})


async def written(browser: httpx.AsyncClient, *files: File, **form: str) -> str:
    done = await posted(browser, "/messages/fichiers", *files, **{**FORM, **form})
    assert done.status_code == 303, unescape(done.text)[-3000:]
    return str(done.headers["location"]).partition("?")[0]


async def links(browser: httpx.AsyncClient, address: str) -> list[str]:
    return re.findall(r'<a href="([^"]+)" download', unescape((await browser.get(address)).text))


async def test_a_photo_goes_with_a_message_and_both_sides_open_it(
    alice: httpx.AsyncClient, agent: httpx.AsyncClient, db: Database
) -> None:
    there = await written(alice, PHOTO, ("plan.pdf", papers.pdf()))
    page = unescape((await alice.get(there)).text)
    assert "Certificat de natation" in page
    assert "Photo, " in page
    ours = await links(alice, there)
    assert len(ours) == 2
    answer = await alice.get(ours[0])
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"
    theirs = await links(agent, f"/agent{there}")
    assert (await agent.get(theirs[1])).headers["content-type"] == "application/pdf"
    assert len(await db.read(rows_of, "select id from audit where action = 'document_read'")) == 1
    assert "Certificat" not in (await agent.get("/agent/documents")).text  # nothing to judge: it is read in the thread
    assert "Certificat" not in (await alice.get("/documents/envois")).text


async def test_the_town_attaches_too_and_its_message_is_the_only_notice(
    alice: httpx.AsyncClient, agent: httpx.AsyncClient, db: Database
) -> None:
    there = await written(alice)
    done = await posted(agent, f"/agent{there}/fichiers", ("Règlement.pdf", papers.pdf()), message="Voici.")
    assert done.status_code == 303
    (link,) = await links(alice, there)
    assert (await alice.get(link)).status_code == 200
    told = await db.read(rows_of, "select distinct kind from outbox")
    assert [row["kind"] for row in told] == ["message"]
    first = await posted(
        agent, "/agent/familles/fam-dupont/message/fichiers", ("Affiche.pdf", papers.pdf()), objet="A", message="B"
    )
    assert len(await links(agent, first.headers["location"])) == 1
    assert "Affiche" not in unescape((await alice.get("/documents")).text)


async def test_others_find_neither_the_thread_nor_its_files(
    alice: httpx.AsyncClient, app: Any, town: Town, db: Database, clock: FrozenClock
) -> None:
    there = await written(alice, PHOTO)
    (link,) = await links(alice, there)
    for name, status in (("coguardian", 200), ("other_home", 404), ("stranger", 404)):
        browser = await enter(app, town, db, name, clock())
        assert (await browser.get(link)).status_code == status, name
        assert (await posted(browser, f"{there}/fichiers", PHOTO, message="x")).status_code == (
            303 if status == 200 else 404
        )
    assert len(await db.read(rows_of, "select id from document")) == 2


async def test_a_file_is_shown_beside_its_own_authors_message_only(
    alice: httpx.AsyncClient, app: Any, town: Town, db: Database, clock: FrozenClock
) -> None:
    """Whoever learns a message's name cannot hang a file on it."""
    name = str(uuid.uuid4())
    there = await written(alice, PHOTO, envoi=name)
    stranger = await enter(app, town, db, "stranger", clock())
    await written(stranger, ("Faux.pdf", papers.pdf()), envoi=str(uuid.uuid4()))
    await db.write(_hang, name)
    assert len(await links(alice, there)) == 1


def _hang(name: str) -> Work[None]:
    yield sql("update document set message_ref = $1 where title = 'Faux'", name)


async def test_a_form_sent_twice_is_one_message_with_one_of_each(alice: httpx.AsyncClient, db: Database) -> None:
    name = str(uuid.uuid4())
    there = await written(alice, PHOTO, envoi=name)
    assert await written(alice, PHOTO, envoi=name) == there
    assert len(await links(alice, there)) == 1
    assert len(await db.read(rows_of, "select id from document")) == 1


REFUSED = {
    "no photo": ((("virus.exe", b"MZ" + bytes(400)),), 422, "n’est ni une photo ni un PDF"),
    "one good, one not": ((PHOTO, ("b.pdf", b"%PDF-1.4 rien")), 422, "abîmé ou incomplet"),
    "too heavy": ((("f.jpg", papers.photo() + bytes(11 * 1024 * 1024)),), 422, "dépasse 10 Mo"),
    "too many": (tuple((f"{n}.jpg", papers.photo()) for n in range(7)), 422, "6 fichiers au plus"),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_what_is_refused_is_said_beside_the_field_and_nothing_typed_is_lost(
    name: str, alice: httpx.AsyncClient, db: Database
) -> None:
    files, status, words = REFUSED[name]
    answer = await posted(alice, "/messages/fichiers", *files, **FORM)
    text = unescape(answer.text).replace("\u00a0", " ")
    assert answer.status_code == status
    assert words in text
    assert 'id="f-fichier-error"' in text
    assert FORM["message"] in text
    assert f'value="{FORM["objet"]}"' in text
    assert await db.read(rows_of, "select id from thread") == []
    again = re.search(r'name="envoi" value="([^"]+)"', text)
    assert again
    there = await written(alice, envoi=again[1])  # what was taken before the refusal does not come along
    assert await links(alice, there) == []


async def test_a_long_message_full_of_accents_is_taken_with_a_file(alice: httpx.AsyncClient) -> None:
    there = await written(alice, PHOTO, message="é😀" * 2_000)
    assert len(await links(alice, there)) == 1
    wrong = await posted(alice, f"{there}/fichiers", PHOTO, message=" ")
    assert wrong.status_code == 422
    assert 'id="f-message-error"' in wrong.text


async def test_an_account_without_a_file_sends_and_is_handed_none(
    alice: httpx.AsyncClient, agent: httpx.AsyncClient, town: Town, db: Database
) -> None:
    await db.write(_unlink, town.accounts["owner"])
    there = await written(alice, PHOTO)
    assert (await alice.get((await links(alice, there))[0])).status_code == 200
    page = unescape((await agent.get(f"/agent{there}")).text)
    assert "Joindre des photos" not in page
    refused = await posted(agent, f"/agent{there}/fichiers", PHOTO, message="Voici.")
    assert refused.status_code == 422
    assert "n’a pas encore de dossier" in unescape(refused.text)


def _unlink(account: int) -> Work[None]:
    yield sql("update guardian set account_id = null where account_id = $1", account)


async def test_attachments_are_exported_and_go_when_their_message_does(
    alice: httpx.AsyncClient, app: Any, town: Town, db: Database, clock: FrozenClock
) -> None:
    there = await written(alice, PHOTO)
    await posted(alice, f"{there}/fichiers", ("laisse.pdf", papers.pdf()), ("x.exe", b"MZ" * 99), message="x")
    everything = await db.read(all_about, town.visitor("owner"), app.app.state.gate.vault)
    about = [(row["titre"], row["joint_au_message"]) for row in everything["documents"]]
    assert ("Certificat de natation", "Certificat") in about
    assert len(await db.read(names_in_use)) == 2
    await tidy(db, clock() + timedelta(days=2))
    assert len(await db.read(names_in_use)) == 1  # what was taken for a message that was never written
    await db.write(_forget)
    await tidy(db, clock() + timedelta(days=2))
    assert await db.read(names_in_use) == frozenset()


def _forget() -> Work[None]:
    yield sql("delete from thread")
