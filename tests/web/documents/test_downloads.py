"""A file is looked up anew at each download, handed over in a sandbox, and every reading by an agent is noted."""

import io
from html import unescape
from typing import Any

import httpx
import msgspec
import pytest
from PIL import Image

from server.database import Database
from server.settings import Settings
from tests import papers
from tests.cast import Town
from tests.conftest import FrozenClock
from tests.desk import rows_of, run
from tests.web.documents.sending import last_ref, send, sent_ref
from tests.web.doors import enter


async def test_a_family_finds_its_own_file_and_it_is_a_download(owner: httpx.AsyncClient) -> None:
    answer = await owner.get(f"/documents/{await sent_ref(owner)}/1")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["content-disposition"].startswith(
        'attachment; filename="Justificatif de domicile 2026-11-16.jpg"'
    )
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert Image.open(io.BytesIO(answer.content)).size == (300, 200)


@pytest.mark.parametrize("name", ["stranger", "other_home"])
async def test_nobody_elses_document_exists(
    name: str, app: Any, owner: httpx.AsyncClient, town: Town, db: Database, clock: FrozenClock
) -> None:
    ref = await sent_ref(owner)
    other = await enter(app, town, db, name, clock())
    assert (await other.get(f"/documents/{ref}/1")).status_code == 404
    assert (await other.post(f"/documents/{ref}/retrait")).status_code == 404
    assert ref not in (await other.get("/documents/envois")).text
    assert (await owner.get(f"/documents/{ref}/1")).status_code == 200


async def test_the_same_household_shares_its_documents(
    app: Any, owner: httpx.AsyncClient, town: Town, db: Database, clock: FrozenClock
) -> None:
    ref = await sent_ref(owner)
    other = await enter(app, town, db, "coguardian", clock())
    assert (await other.get(f"/documents/{ref}/1")).status_code == 200


@pytest.mark.parametrize("address", ["/2", "/0", "/999999999999", "%00/1", "x/1"])
async def test_a_file_that_is_none_is_not_found(address: str, owner: httpx.AsyncClient) -> None:
    assert (await owner.get(f"/documents/{await sent_ref(owner)}{address}")).status_code == 404


@pytest.mark.parametrize("state", ["received", "refused"])
async def test_what_is_not_clean_is_served_to_nobody(
    state: str, owner: httpx.AsyncClient, agent: httpx.AsyncClient, db: Database
) -> None:
    ref = await sent_ref(owner)
    await run(db, "update document set state = $1", state)
    assert (await owner.get(f"/documents/{ref}/1")).status_code == 404
    assert (await agent.get(f"/agent/documents/{ref}/1")).status_code == 404
    assert (await agent.get(f"/agent/documents/{ref}/1/image")).status_code == 404


async def test_a_file_the_disk_has_lost_is_told_and_not_half_served(
    owner: httpx.AsyncClient, app: Any, db: Database
) -> None:
    ref = await sent_ref(owner)
    name = (await db.read(rows_of, "select name from document_file"))[0]["name"]
    app.app.state.archive.safe.place(name).unlink()
    answer = await owner.get(f"/documents/{ref}/1")
    assert answer.status_code == 404
    assert "ne peut plus être lu" in answer.text


async def test_an_agent_sees_a_photo_in_the_page_and_each_reading_is_noted(
    owner: httpx.AsyncClient, agent: httpx.AsyncClient, db: Database, town: Town
) -> None:
    ref = await sent_ref(owner)
    assert f'src="/agent/documents/{ref}/1/image"' in unescape((await agent.get(f"/agent/documents/{ref}")).text)
    shown = await agent.get(f"/agent/documents/{ref}/1/image")
    assert shown.headers["content-disposition"].startswith("inline")
    for _ in range(2):
        await agent.get(f"/agent/documents/{ref}/1")
    lines = await db.read(rows_of, "select actor_id, family_id, detail from audit where action = 'document_read'")
    assert [(row["actor_id"], row["family_id"]) for row in lines] == [
        (town.accounts["agent"], town.families["dupont"])
    ] * 3
    assert msgspec.json.decode(lines[0]["detail"])["file"] == 1
    assert "a ouvert «" in (await agent.get("/agent/journal?quoi=lectures")).text


async def test_a_pdf_is_never_shown_inside_a_page(owner: httpx.AsyncClient, agent: httpx.AsyncClient) -> None:
    ref = await sent_ref(owner)
    await owner.post(f"/documents/{ref}/retrait")
    await send(owner, ("a.pdf", papers.pdf(2)))
    ref = await last_ref(owner)
    assert (await agent.get(f"/agent/documents/{ref}/1/image")).status_code == 404
    answer = await agent.get(f"/agent/documents/{ref}/1")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith("attachment")


async def test_the_folder_of_documents_holds_nothing_readable(owner: httpx.AsyncClient, settings: Settings) -> None:
    from pathlib import Path

    await sent_ref(owner)
    files = [path for path in (Path(settings.data) / "documents").rglob("*") if path.is_file()]
    assert files
    assert not any(b"JFIF" in path.read_bytes() for path in files)
