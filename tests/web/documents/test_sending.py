"""Sending a document: what is taken, what is refused beside its field, and what happens when an answer is lost."""

import asyncio
import re
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest

from server.adapters.safe import Safe
from server.database import Database
from server.settings import Settings
from tests import papers
from tests.cast import Town
from tests.conftest import FrozenClock, client_of
from tests.desk import rows_of
from tests.web.documents.sending import ANYTHING, HOME, JSON, send, sent_ref
from tests.web.doors import enter

ALL = (
    "select d.kind, d.state, d.title, d.family_id, f.media from document d join document_file f on f.document_id = d.id"
)


def bytes_kept(settings: Settings) -> list[Path]:
    return [path for path in (Path(settings.data) / "documents").rglob("*") if path.is_file()]


async def kept(db: Database) -> list[dict[str, Any]]:
    return await db.read(rows_of, f"{ALL} order by d.id, f.position")


async def test_a_photo_is_sent_and_told_of(owner: httpx.AsyncClient, db: Database, town: Town) -> None:
    page = (await owner.get(f"/documents/envoyer?{HOME}")).text
    assert "Justificatif de domicile" in page
    assert 'enctype="multipart/form-data"' in page
    answer = await send(owner, ("IMG_0001.JPG", papers.photo()), envoi="abc")
    assert (answer.status_code, answer.headers["location"]) == (303, "/documents/envois?dit=recu")
    assert await kept(db) == [
        {
            "kind": "home_proof",
            "state": "clean",
            "title": "",
            "family_id": town.families["dupont"],
            "media": "image/jpeg",
        }
    ]
    text = unescape((await owner.get("/documents/envois?dit=recu")).text).replace("\u00a0", " ")
    assert "La mairie a reçu votre document" in text
    assert "Reçu lundi 16 novembre à 9 h" in text
    assert "en vérification" in unescape((await owner.get("/documents")).text)


async def test_the_pages_of_one_document_are_sent_together(owner: httpx.AsyncClient, db: Database) -> None:
    await send(owner, ("1.jpg", papers.photo()), ("2.png", papers.png()), ("3.pdf", papers.pdf()))
    assert [row["media"] for row in await kept(db)] == ["image/jpeg", "image/jpeg", "application/pdf"]
    assert len(await db.read(rows_of, "select id from document")) == 1


async def test_the_type_is_read_from_the_content_and_not_from_the_name(owner: httpx.AsyncClient, db: Database) -> None:
    await send(owner, ("photo.jpg", papers.pdf()))
    assert [row["media"] for row in await kept(db)] == ["application/pdf"]


REFUSED = {
    "an SVG called .pdf": ("plan.pdf", papers.SVG, "« plan.pdf » n’est ni une photo ni un PDF"),
    "HTML called .pdf": ("a.pdf", papers.HTML, "n’est ni une photo ni un PDF"),
    "a PNG bomb": ("b.png", papers.png_bomb(), "est une image trop grande"),
    "half a photo": ("c.jpg", papers.photo(900, 900)[:-2000], "est abîmé ou incomplet"),
    "a PDF with a password": ("d.pdf", papers.pdf(password="x"), "est protégé par un mot de passe"),
    "an empty file": ("e.pdf", b"", "est vide"),
    "too heavy": ("f.jpg", papers.photo() + bytes(10 * 1024 * 1024), "dépasse 10 Mo"),
    "a name with HTML in it": ("<b>x</b>.pdf", papers.SVG, "« <b>x</b>.pdf »"),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_what_is_refused_is_told_beside_the_field_and_leaves_nothing(
    name: str, owner: httpx.AsyncClient, db: Database, settings: Settings
) -> None:
    file, body, words = REFUSED[name]
    for json in ("", "oui"):
        answer = await send(owner, (file, body), to=f"/documents/fichiers?{ANYTHING}", titre="Mon plan", json=json)
        assert answer.status_code in (413, 422)
        said = answer.json()["text"] if json else unescape(answer.text)
        assert words in said
        assert json or ('value="Mon plan"' in said) == (name != "too heavy")  # what came before the file is kept
        assert "Rien n’a été enregistré" in said
    assert "<b>x</b>" not in (await send(owner, (file, body))).text
    assert await kept(db) == []
    assert bytes_kept(settings) == []


async def test_one_bad_page_of_three_refuses_the_whole_and_keeps_no_page(
    owner: httpx.AsyncClient, db: Database, settings: Settings
) -> None:
    answer = await send(owner, ("1.jpg", papers.photo()), ("2.jpg", papers.ZIP), ("3.jpg", papers.photo()))
    assert "« 2.jpg »" in unescape(answer.text)
    assert await kept(db) == []
    assert not [path for path in bytes_kept(settings) if not path.name.endswith(".gone")]


async def test_no_file_at_all_and_too_many_are_told(owner: httpx.AsyncClient) -> None:
    assert "Choisissez un fichier" in unescape((await send(owner)).text)
    many = [(f"{n}.jpg", papers.photo()) for n in range(7)]
    answer = await send(owner, *many)
    assert answer.status_code == 413
    assert "6 fichiers au plus" in unescape(answer.text)


async def test_a_title_is_asked_for_what_nobody_asked_for(owner: httpx.AsyncClient, db: Database) -> None:
    to = f"/documents/fichiers?{ANYTHING}"
    answer = await send(owner, ("a.jpg", papers.photo()), to=to)
    assert answer.status_code == 422
    assert "Ce champ est obligatoire" in answer.text
    await send(owner, ("a.jpg", papers.photo()), to=to, titre="Certificat du club")
    assert [row["title"] for row in await kept(db)] == ["Certificat du club"]
    assert "Certificat du club" in (await owner.get("/documents/envois")).text


async def test_the_same_form_sent_twice_is_one_document(
    owner: httpx.AsyncClient, db: Database, settings: Settings
) -> None:
    body = papers.photo()
    for _ in range(2):
        assert (await send(owner, ("a.jpg", body), envoi="form-1")).status_code == 303
    assert len(await kept(db)) == 1
    await send(owner, ("a.jpg", papers.photo(310)), envoi="form-1")  # Back, and another file
    await send(owner, ("a.jpg", body), envoi="form-2")  # the same file again, on purpose
    assert len(await kept(db)) == 3


async def test_the_same_form_at_the_same_instant_is_one_document(
    app: Any, town: Town, db: Database, clock: FrozenClock, settings: Settings
) -> None:
    browsers = [await enter(app, town, db, "owner", clock()) for _ in range(3)]
    answers = await asyncio.gather(*(send(each, ("a.jpg", papers.photo()), envoi="x", json="oui") for each in browsers))
    assert {answer.status_code for answer in answers} == {200}
    assert len(await kept(db)) == 1
    assert len([path for path in bytes_kept(settings) if not path.name.endswith(".gone")]) == 1


async def test_a_body_far_too_large_is_refused_before_it_is_read(owner: httpx.AsyncClient) -> None:
    read = 0

    async def body() -> Any:
        nonlocal read
        for _ in range(1_000):
            read += 1
            yield bytes(1_000_000)

    headers = {"content-type": "multipart/form-data; boundary=x", "content-length": str(2**31)}
    answer = await owner.post(f"/documents/fichiers?{HOME}", content=body(), headers={**headers, **JSON})
    assert answer.status_code == 413
    assert "10 Mo au plus par fichier" in answer.json()["text"]


async def test_a_form_that_does_not_say_its_size_or_is_none_is_refused(owner: httpx.AsyncClient) -> None:
    async def body() -> Any:
        yield b"--x\r\n"

    chunked = {"content-type": "multipart/form-data; boundary=x"}
    for content, headers in (
        (body(), chunked),
        (b"a=b", {"content-type": "application/x-www-form-urlencoded"}),
        (b"--x\r\nrubbish", chunked),
        (b"rubbish", {"content-type": "multipart/form-data"}),
        (b'--x\r\nContent-Disposition: form-data; name="fichier"; filename="a.jpg"\r\n\r\nhalf', chunked),
    ):
        answer = await owner.post(f"/documents/fichiers?{HOME}", content=content, headers=headers)
        assert answer.status_code in (400, 413), answer.text[-500:]


async def test_a_family_cannot_fill_the_disk(owner: httpx.AsyncClient, app: Any, db: Database) -> None:
    object.__setattr__(app.app.state.archive, "most_bytes", 5_000)  # the town's choice, small for this test
    answers = [await send(owner, ("a.jpg", papers.photo(800, 600)), envoi=str(n)) for n in range(5)]
    assert answers[0].status_code == 303
    assert answers[-1].status_code == 422
    assert "Votre espace est plein" in unescape(answers[-1].text)


async def test_what_is_not_asked_of_this_family_cannot_be_sent(owner: httpx.AsyncClient, town: Town) -> None:
    for query in ("type=judgment", "type=nothing", "type=vaccination&enfant=kidzoe", "type=other&enfant=kidlina"):
        assert (await owner.get(f"/documents/envoyer?{query}")).status_code == 404
        assert (await send(owner, ("a.jpg", papers.photo()), to=f"/documents/fichiers?{query}")).status_code == 404


async def test_another_childs_ref_opens_no_form(owner: httpx.AsyncClient) -> None:
    mine = await owner.get("/documents/envoyer?type=liability_insurance&enfant=kidtom")
    assert (mine.status_code, "Tom" in mine.text) == (200, True)
    assert (await owner.get("/documents/envoyer?type=liability_insurance&enfant=kidzoe")).status_code == 404


async def test_an_envoi_is_taken_back_until_it_is_judged(
    owner: httpx.AsyncClient, db: Database, settings: Settings
) -> None:
    ref = await sent_ref(owner)
    answer = await owner.post(f"/documents/{ref}/retrait")
    assert answer.headers["location"] == "/documents/envois?dit=retire"
    assert await kept(db) == []
    assert (await owner.post(f"/documents/{ref}/retrait")).status_code == 404


async def test_signed_out_people_are_told_before_their_files_are_read(app: Any) -> None:
    async with client_of(app) as nobody:
        page = await send(nobody, ("a.jpg", papers.photo()))
        script = await send(nobody, ("a.jpg", papers.photo()), json="oui")
    assert page.status_code == 401
    assert (script.status_code, script.json()["error"]) == (401, "signed_out")


async def test_none_of_these_pages_is_kept_on_the_phone(owner: httpx.AsyncClient) -> None:
    for path in ("/documents", "/documents/envois", f"/documents/envoyer?{HOME}"):
        answer = await owner.get(path)
        assert answer.headers["cache-control"] == "no-store"
        assert "x-marelle-shelf" not in answer.headers


async def test_home_counts_what_is_to_send_and_never_names_it(
    owner: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    await db.write(
        rows_of,
        "insert into document_ask (ref, family_id, kind, asked_at) values ('a', $1, 'judgment', $2) returning id",
        town.families["dupont"],
        clock(),
    )
    text = re.sub(r"\s+", " ", unescape((await owner.get("/")).text))
    assert "1 document à envoyer" in text
    assert "Jugement" not in text
    assert "Jugement" in (await owner.get("/documents")).text
    assert "1 à envoyer" in (await owner.get("/dossier")).text


async def test_a_disk_that_is_nearly_full_takes_nothing_more_in(
    owner: httpx.AsyncClient, app: Any, db: Database
) -> None:
    """The database may live on it: bookings come first."""
    archive = app.app.state.archive
    object.__setattr__(archive, "safe", Safe(archive.safe.folder, archive.safe.keys, least_free=2**62))
    answer = await send(owner, ("a.jpg", papers.photo()))
    assert answer.status_code == 503
    assert "n’a pas été enregistré" in answer.text
    assert await kept(db) == []
