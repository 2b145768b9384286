"""News, practical pages, menus: what families see on which day, and two agents at the same page."""

from datetime import UTC, date, datetime
from html import unescape
from typing import Any

import httpx
import pytest

from server.cli.housekeeping import tidy
from server.database import Database
from tests.cast import Town
from tests.conftest import FrozenClock
from tests.desk import rows_of, told
from tests.web.doors import enter
from tests.web.test_who_may_enter import give

PIECE = {"titre": "Carnaval", "texte": "À 14 h.\n\n- un déguisement", "du": "2026-11-16"}


@pytest.fixture
async def editor(app: Any, town: Town, db: Database, clock: FrozenClock) -> httpx.AsyncClient:
    await db.write(give, town.accounts["agent"], ["content"])
    return await enter(app, town, db, "agent", clock())


async def test_a_piece_is_read_by_everybody_from_its_day_on(
    editor: httpx.AsyncClient, client: httpx.AsyncClient, db: Database, clock: FrozenClock
) -> None:
    assert (
        await editor.post("/agent/actualites", data={**PIECE, "du": "2026-11-18", "au": "2026-11-19"})
    ).status_code == 303
    (row,) = await db.read(rows_of, "select ref from news")
    assert "Carnaval" not in (await client.get("/actualites")).text
    assert (await client.get(f"/actualites/{row['ref']}")).status_code == 404
    clock.move(days=2)
    assert "<li>un déguisement</li>" in (await client.get(f"/actualites/{row['ref']}")).text
    clock.move(days=2)
    assert (await client.get(f"/actualites/{row['ref']}")).status_code == 404


async def test_families_are_told_once_on_the_day_it_begins(
    editor: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    await editor.post("/agent/actualites", data={**PIECE, "du": "2026-11-18", "prevenir": "oui"})
    await tidy(db, clock())
    assert await told(db) == []
    await tidy(db, datetime(2026, 11, 17, 23, 30, tzinfo=UTC))  # half past midnight in Paris, on the 18th
    await tidy(db, datetime(2026, 11, 18, 9, tzinfo=UTC))
    assert sorted(await told(db)) == sorted(
        (town.accounts[name], "news") for name in ("owner", "coguardian", "other_home", "stranger")
    )
    (row,) = await db.read(rows_of, "select ref, version from news")
    await editor.post(f"/agent/actualites/{row['ref']}", data={**PIECE, "prevenir": "oui", "version": "1"})
    assert len(await told(db)) == 4


async def test_two_agents_do_not_overwrite_each_other(editor: httpx.AsyncClient, db: Database) -> None:
    for kind, form in (
        ("actualites", PIECE),
        ("infos", {"titre": "Horaires", "texte": "7 h 30", "rang": "1", "visible": "oui"}),
    ):
        assert (await editor.post(f"/agent/{kind}", data=form)).status_code == 303
        table = "news" if kind == "actualites" else "info_page"
        (row,) = await db.read(rows_of, f"select ref from {table}")
        address = f"/agent/{kind}/{row['ref']}"
        assert (await editor.post(address, data={**form, "texte": "le mien", "version": "1"})).status_code == 303
        late = await editor.post(address, data={**form, "texte": "le sien", "version": "1"})
        assert late.status_code == 422
        assert "le sien" in late.text
        assert "entre-temps" in late.text
        assert 'name="version" value="2"' in late.text
        assert [kept["body"] for kept in await db.read(rows_of, f"select body from {table}")] == ["le mien"]


async def test_a_page_taken_away_is_gone(editor: httpx.AsyncClient, client: httpx.AsyncClient, db: Database) -> None:
    await editor.post("/agent/infos", data={"titre": "Horaires", "texte": "7 h 30", "rang": "1", "visible": "oui"})
    (row,) = await db.read(rows_of, "select ref from info_page")
    assert "7 h 30" in (await client.get(f"/infos/{row['ref']}")).text
    assert (await editor.post(f"/agent/infos/{row['ref']}/retrait")).status_code == 303
    assert (await client.get(f"/infos/{row['ref']}")).status_code == 404
    assert (await editor.post(f"/agent/infos/{row['ref']}/retrait")).status_code == 404


async def test_a_hidden_page_is_not_found(editor: httpx.AsyncClient, client: httpx.AsyncClient, db: Database) -> None:
    await editor.post("/agent/infos", data={"titre": "Brouillon", "texte": "x"})
    (row,) = await db.read(rows_of, "select ref from info_page")
    assert (await client.get(f"/infos/{row['ref']}")).status_code == 404
    assert "Brouillon" not in (await client.get("/infos")).text


async def test_a_week_of_menus_is_written_and_read(editor: httpx.AsyncClient, client: httpx.AsyncClient) -> None:
    form = {"plat-2026-11-16": "Hachis", "vege-2026-11-16": "Dahl", "note-2026-11-17": "Pique-nique"}
    assert (await editor.post("/agent/menus?semaine=2026-11-16", data=form)).status_code == 303
    text = unescape((await client.get("/menus?semaine=2026-11-18")).text)
    assert "Hachis" in text
    assert "Plat végétarien" in text
    assert "Pique-nique" in text
    assert "Hachis" not in (await client.get("/menus?semaine=2026-11-23")).text
    assert (await client.get("/menus?semaine=demain")).status_code == 200


async def test_a_week_somebody_else_wrote_meanwhile_is_not_overwritten(
    editor: httpx.AsyncClient, client: httpx.AsyncClient, db: Database
) -> None:
    first = {"plat-2026-11-16": "Hachis", "plat-2026-11-17": "Poisson"}
    await editor.post("/agent/menus?semaine=2026-11-16", data=first)
    late = await editor.post("/agent/menus?semaine=2026-11-16", data={"plat-2026-11-16": "Pâtes"})
    assert late.status_code == 422
    assert "Pâtes" in late.text
    assert [row["dishes"] for row in await db.read(rows_of, "select dishes from menu order by day")] == [
        '{"plat": "Hachis"}',
        '{"plat": "Poisson"}',
    ]
    seen = {
        "version-2026-11-16": "1",
        "version-2026-11-17": "1",
        "plat-2026-11-16": "Pâtes",
        "plat-2026-11-17": "Poisson",
    }
    assert (await editor.post("/agent/menus?semaine=2026-11-16", data=seen)).status_code == 303
    rows = await db.read(rows_of, "select day, version from menu order by day")
    assert [row["version"] for row in rows] == [2, 1]
    assert rows[0]["day"] == date(2026, 11, 16)


async def test_a_dish_too_long_keeps_the_whole_week_as_typed(editor: httpx.AsyncClient, db: Database) -> None:
    form = {"plat-2026-11-16": "x" * 121, "plat-2026-11-17": "Poisson"}
    refused = await editor.post("/agent/menus?semaine=2026-11-16", data=form)
    assert refused.status_code == 422
    assert "Poisson" in refused.text
    assert await db.read(rows_of, "select id from menu") == []


async def test_a_form_with_mistakes_says_them_beside_the_fields(editor: httpx.AsyncClient) -> None:
    refused = await editor.post("/agent/actualites", data={"titre": "", "texte": "x", "du": "30/02/2027", "au": "hier"})
    assert refused.status_code == 422
    assert "3 champs sont à corriger" in refused.text
    assert "30&#x2f;02&#x2f;2027" in refused.text


async def test_legal_pages_and_the_site_map_are_open_to_all(client: httpx.AsyncClient) -> None:
    for path in ("/mentions-legales", "/plan-du-site", "/actualites", "/infos", "/menus"):
        assert (await client.get(path)).status_code == 200
