"""The photo of an account's holder (G2): given in the wizard or later, seen by its owner and the agents of files, removed."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from PIL import Image

from server.accounts.commands.closing import close_account
from server.accounts.commands.photos import keep_with_account
from server.accounts.routes import photos as door
from server.accounts.rules.wizard import KEPT
from server.cli.housekeeping import tidy
from server.database import Database
from server.web.uploads import Limits
from tests import papers
from tests.cast import PASSWORD as CAST_PASSWORD
from tests.cast import Town
from tests.conftest import FrozenClock
from tests.web.accounts.test_open_registration import ACCESS, WHO
from tests.web.accounts.wizard import PASSWORD, Portal, Walk, hidden, portal, rows
from tests.web.doors import enter
from tests.web.helpers import sign_in

STEP = "/inscription/espace/identite"
COUNT = rows("select count(*) as n from account_photo")


@pytest.fixture
async def villefranque(settings: Any, clock: FrozenClock, town: Town) -> Any:
    async with portal(settings, clock, "G2") as opened:
        yield opened


async def at_identity(walk: Walk) -> Walk:
    await walk.open("/inscription")
    await walk.send()
    await walk.send(cgu="oui")
    assert walk.at == STEP
    return walk


async def send(walk: Walk, body: bytes | None, name: str = "moi.jpg", **fields: str) -> httpx.Response:
    """The identity step as a browser without scripts sends it: a form with a file, which may be left empty."""
    walk.clock.move(seconds=5)
    form = re.search(r'<form class="card" method="post" action="([^"]+)" enctype="multipart/form-data"', walk.page)
    assert form
    file = {"photo": (name, body, "image/jpeg")} if body is not None else {"photo": ("", b"")}
    fields = {**hidden(walk.page), **WHO, "aller": "suivant", **fields}
    answer = await walk.client.post(form[1], data=fields, files=file)
    if answer.status_code == 303:
        await walk.open(answer.headers["location"])
    else:
        walk.page = answer.text
    return answer


async def finished(walk: Walk) -> Walk:
    await walk.send(ville="Villefranque")
    await walk.send(email="peio@exemple.fr")
    await walk.send(**ACCESS)
    assert "Votre espace est créé" in walk.said
    return walk


async def count(db: Database) -> int:
    return int((await db.read(COUNT))[0]["n"])


async def test_a_photo_goes_from_the_wizard_to_the_account_small_and_without_where_it_was_taken(
    villefranque: Portal, db: Database
) -> None:
    walk = await at_identity(villefranque.walk())
    assert (await send(walk, papers.photo(3000, 2000, orientation=6))).status_code == 303
    assert walk.at == "/inscription/espace/adresse"
    await walk.open(STEP)
    assert f'<img src="{STEP}/photo"' in walk.page
    assert "Retirer cette photo" in walk.said
    shown = await walk.client.get(f"{STEP}/photo")
    assert Image.open(io.BytesIO(shown.content)).size == (267, 400)
    assert len(shown.content) <= 40_000
    assert b"Exif" not in shown.content
    assert b"TELEPHONE" not in shown.content
    await send(walk, None)
    await finished(walk)
    assert (await walk.client.get(f"{STEP}/photo")).status_code == 404  # the browser has given it away
    (letter,) = await villefranque.letters(db)
    await walk.open(letter["path"])
    await walk.send()
    assert "Votre espace est activé" in walk.said
    await sign_in(walk.client, "peio.e", PASSWORD)
    assert 'src="/compte/photo/image"' in (await walk.client.get("/compte")).text
    mine = await walk.client.get("/compte/photo/image")
    assert mine.content == shown.content
    assert mine.headers["content-type"] == "image/jpeg"
    assert mine.headers["cache-control"] == "no-store"
    assert mine.headers["x-content-type-options"] == "nosniff"
    assert await count(db) == 1


@pytest.mark.parametrize("kind", ["png", "heic"])
async def test_a_png_and_an_iphones_photo_are_taken(villefranque: Portal, kind: str) -> None:
    walk = await at_identity(villefranque.walk())
    await send(walk, papers.png() if kind == "png" else papers.HEIC.read_bytes())
    assert (await walk.client.get(f"{STEP}/photo")).content[:3] == b"\xff\xd8\xff"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"%PDF-1.7 nothing", "n’est pas une photo"),
        (b"<svg onload=alert(1)>", "n’est pas une photo"),
        (papers.photo()[:900], "abîmée"),
        (papers.png_bomb(), "trop grande"),
        (b"", "vide"),
    ],
    ids=["pdf", "svg", "cut", "bomb", "empty"],
)
async def test_what_is_no_photo_is_said_beside_the_field_and_nothing_typed_is_lost(
    villefranque: Portal, db: Database, body: bytes, said: str
) -> None:
    walk = await at_identity(villefranque.walk())
    assert (await send(walk, body)).status_code == 422
    assert said in re.findall(r'id="f-photo-error">([^<]+)<', walk.page)[0]
    assert '<a href="#f-photo">Photo</a>' in walk.page
    assert 'value="Etcheverry"' in walk.page
    assert 'value="1988-02-03"' in walk.page
    assert await count(db) == 0
    assert (await send(walk, None)).status_code == 303


async def test_a_file_too_heavy_is_not_read_to_its_end_and_nothing_typed_is_lost(
    villefranque: Portal, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "LIMITS", Limits(1_000, 1))
    walk = await at_identity(villefranque.walk())
    assert (await send(walk, papers.photo(2000, 2000))).status_code == 413
    assert "10\u00a0Mo" in walk.page
    assert 'value="Etcheverry"' in walk.page
    assert await count(db) == 0


async def test_a_good_photo_stays_when_something_else_is_wrong(villefranque: Portal) -> None:
    walk = await at_identity(villefranque.walk())
    assert (await send(walk, papers.photo(), naissance="1988-02-30")).status_code == 422
    assert f'<img src="{STEP}/photo"' in walk.page
    assert (await walk.client.get(f"{STEP}/photo")).status_code == 200


async def test_another_photo_replaces_it_and_it_can_be_removed(villefranque: Portal, db: Database) -> None:
    walk = await at_identity(villefranque.walk())
    await send(walk, papers.photo(300, 200))
    await walk.open(STEP)
    await send(walk, papers.photo(200, 300))
    assert Image.open(io.BytesIO((await walk.client.get(f"{STEP}/photo")).content)).size == (200, 300)
    assert await count(db) == 1
    await walk.open(STEP)
    await send(walk, None, retirer_photo="oui")
    assert await count(db) == 0
    assert (await walk.client.get(f"{STEP}/photo")).status_code == 404


async def test_a_photo_is_the_browsers_own(villefranque: Portal) -> None:
    walk, other = await at_identity(villefranque.walk()), await at_identity(villefranque.walk())
    await send(walk, papers.photo())
    assert (await walk.client.get(f"{STEP}/photo")).status_code == 200
    assert (await other.client.get(f"{STEP}/photo")).status_code == 404


async def test_giving_up_or_waiting_too_long_leaves_no_photo(
    villefranque: Portal, db: Database, clock: FrozenClock
) -> None:
    walk = await at_identity(villefranque.walk())
    await send(walk, papers.photo())
    await walk.open(STEP)
    await walk.send("annuler")
    assert await count(db) == 0
    await at_identity(walk)
    await send(walk, papers.photo())
    clock.move(days=8)
    assert (await walk.client.get(f"{STEP}/photo")).status_code == 404
    await tidy(db, clock())
    assert await count(db) == 0


async def test_a_registration_nobody_wanted_takes_its_photo_with_it(villefranque: Portal, db: Database) -> None:
    walk = await at_identity(villefranque.walk())
    await send(walk, papers.photo())
    await finished(walk)
    (letter,) = await villefranque.letters(db)
    await walk.open(letter["path"])
    await walk.client.post("/activation/pas-moi", data=hidden(walk.page))
    assert await count(db) == 0


async def test_nothing_is_read_of_who_did_not_come_step_by_step(villefranque: Portal, db: Database) -> None:
    walk = villefranque.walk()
    answer = await walk.client.post(f"{STEP}/fichiers", data=WHO, files={"photo": ("moi.jpg", papers.photo())})
    assert (answer.status_code, answer.headers["location"]) == (303, "/inscription/espace/bienvenue?avant")
    assert await count(db) == 0
    assert (await db.read(rows("select count(*) as n from registration_draft")))[0]["n"] == 0


async def test_photos_from_one_place_are_counted(
    villefranque: Portal, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "OFTEN", replace(door.OFTEN, most=1))
    walk = await at_identity(villefranque.walk())
    await send(walk, papers.photo())
    await walk.open(STEP)
    assert (await send(walk, papers.photo(200, 300))).status_code == 429
    assert "Trop de photos" in walk.said
    assert 'value="Etcheverry"' in walk.page
    assert Image.open(io.BytesIO((await walk.client.get(f"{STEP}/photo")).content)).size == (300, 200)


async def test_a_step_without_a_photo_takes_none(villefranque: Portal) -> None:
    walk = await at_identity(villefranque.walk())
    answer = await walk.client.post("/inscription/espace/adresse/fichiers", files={"photo": ("a.jpg", papers.photo())})
    assert answer.status_code == 404


async def test_where_the_town_does_not_ask_there_is_no_field(settings: Any, clock: FrozenClock, town: Town) -> None:
    async with portal(settings, clock, "") as opened:
        walk = await opened.walk().open("/inscription/espace")
        await walk.send()
        await walk.send(cgu="oui")
        assert "Aucune photo de vous n’est demandée" in walk.said
        assert 'type="file"' not in walk.page
        answer = await walk.client.post(f"{STEP}/fichiers", data=WHO, files={"photo": ("a.jpg", papers.photo())})
        assert answer.status_code == 404


async def test_in_my_account_it_is_added_changed_and_removed(
    villefranque: Portal, db: Database, town: Town, clock: FrozenClock
) -> None:
    alice = await enter(villefranque.app, town, db, "owner", clock())
    assert "Aucune, facultative" in (await alice.get("/compte")).text
    assert (await alice.get("/compte/photo/image")).status_code == 404
    empty = await alice.post("/compte/photo/fichiers", files={"photo": ("", b"")})
    assert empty.status_code == 422
    assert "Choisissez une photo" in empty.text
    bad = await alice.post("/compte/photo/fichiers", files={"photo": ("a.jpg", b"hello")})
    assert bad.status_code == 422
    assert "n’est pas une photo" in bad.text
    for size in ((300, 200), (200, 300)):
        sent = await alice.post("/compte/photo/fichiers", files={"photo": ("a.jpg", papers.photo(*size))})
        assert (sent.status_code, sent.headers["location"]) == (303, "/compte?dit=photo")
        assert Image.open(io.BytesIO((await alice.get("/compte/photo/image")).content)).size == size
    other = await enter(villefranque.app, town, db, "stranger", clock())
    assert (await other.get("/compte/photo/image")).status_code == 404
    await other.post("/compte/photo/retrait")
    assert await count(db) == 1
    assert (await alice.post("/compte/photo/retrait")).status_code == 303
    assert await count(db) == 0


async def test_an_agent_of_files_sees_it_on_the_familys_page_others_do_not(
    villefranque: Portal, db: Database, town: Town, clock: FrozenClock
) -> None:
    await db.write(keep_with_account, town.accounts["owner"], papers.photo(), clock())
    await db.write(keep_with_account, town.accounts["stranger"], papers.photo(), clock())
    agent = await enter(villefranque.app, town, db, "agent", clock())
    (family,) = await db.read(rows("select ref from family where id = $1", town.families["dupont"]))
    page = (await agent.get(f"/agent/familles/{family['ref']}")).text
    (address,) = re.findall(r'<img src="(/agent/photos/[\w-]+)"', page)
    assert (await agent.get(address)).headers["cache-control"] == "no-store"
    alice = await enter(villefranque.app, town, db, "owner", clock())
    assert (await alice.get(address)).status_code == 403
    assert (await agent.get("/agent/photos/nobody")).status_code == 404


async def test_the_export_holds_it_and_closing_removes_it(
    villefranque: Portal, db: Database, town: Town, clock: FrozenClock
) -> None:
    alice = await enter(villefranque.app, town, db, "owner", clock())
    proof = {"mot_de_passe_actuel": CAST_PASSWORD}
    before = zipfile.ZipFile(io.BytesIO((await alice.post("/compte/donnees", data=proof)).content))
    assert "photo.jpg" not in before.namelist()
    await db.write(keep_with_account, town.accounts["owner"], b"the photo", clock())
    after = zipfile.ZipFile(io.BytesIO((await alice.post("/compte/donnees", data=proof)).content))
    assert after.read("photo.jpg") == b"the photo"
    await db.write(close_account, town.accounts["owner"], clock())  # what retention does, too
    assert await count(db) == 0


async def test_an_old_draft_begun_anew_does_not_show_its_old_photo(
    villefranque: Portal, db: Database, clock: FrozenClock
) -> None:
    walk = await at_identity(villefranque.walk())
    await send(walk, papers.photo())
    clock.move(days=KEPT // timedelta(days=1) + 1)
    await at_identity(walk)
    assert "<img" not in walk.page.split("<main")[1]
    assert await count(db) == 0
