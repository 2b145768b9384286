"""The agents' home, the search and a family's page: figures, files opened, days booked outside the rules."""

from datetime import date, timedelta
from html import unescape
from typing import Any

import httpx
import pytest

from server.database import Database
from server.families.commands import readings
from server.families.finding import index_families
from tests.cast import Town
from tests.conftest import FrozenClock
from tests.desk import MONDAY, THURSDAY, crowd, put, rows_of, run, square
from tests.web.doors import enter

FAMILY = "/agent/familles/fam-dupont"


async def test_home_counts_what_waits_and_who_comes_today(
    agent: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    today = date(2026, 11, 16)
    await put(db, town, "tom", "cantine", MONDAY, "requested", clock() - timedelta(days=4))
    await put(db, town, "lina", "cantine", MONDAY, "requested", clock())
    await put(db, town, "zoe", "cantine", MONDAY, "cancel_requested", clock())
    await put(db, town, "zoe", "atelier", THURSDAY, "waiting", clock())
    await crowd(db, town, 7, "cantine", today, "booked", clock())
    text = unescape((await agent.get("/agent")).text)
    for words in (
        "<b>2</b>demandes à valider",
        "<b>1</b>annulation demandée",
        "<b>4 jours</b>",
        "<b>1</b>enfant en liste d’attente",
    ):
        assert words in text
    assert '<td class="num">7</td>' in text


async def test_an_agent_without_these_rights_gets_a_plain_home(
    app: Any, town: Town, db: Database, clock: FrozenClock
) -> None:
    await put(db, town, "tom", "cantine", MONDAY, "requested", clock())
    await run(db, "update account set rights = $1 where id = $2", '["billing"]', town.accounts["agent_without_right"])
    trainee = await enter(app, town, db, "agent_without_right", clock())
    text = (await trainee.get("/agent")).text
    assert "aucun de ces écrans" in text
    assert "à valider</a>" not in text


async def test_the_search_finds_and_shows_no_address_or_telephone(
    agent: httpx.AsyncClient, db: Database, town: Town
) -> None:
    await run(db, "update guardian set phone = '06 12 34 56 78' where first_name = 'Owner'")
    await db.write(index_families, [town.families["dupont"]])
    for door in ("/agent/familles", "/f/agent/familles"):
        text = (await agent.get(door, params={"q": "0612345678"})).text
        assert "1 famille trouvée" in text
        assert FAMILY in unescape(text)
        assert "06 12" not in text.replace('value="0612345678"', "")
        assert "alice@" not in text


async def test_opening_a_file_is_noted_and_capped(
    agent: httpx.AsyncClient, db: Database, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readings, "MOST_FAMILIES", 1)
    key = town.square("tom", "cantine", MONDAY)
    assert (await agent.get(FAMILY)).status_code == 200
    assert (await agent.get(f"/f{FAMILY}/cases/{key}")).status_code == 200
    assert len(await db.read(rows_of, "select id from audit where action = 'read_family'")) == 1
    capped = await agent.get("/agent/familles/fam-bernard")
    assert capped.status_code == 429
    assert capped.headers["retry-after"]
    assert "Zoe" not in capped.text


async def test_a_familys_week_shows_each_square_with_its_state(
    agent: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    await put(db, town, "tom", "cantine", MONDAY, "booked", clock())
    await put(db, town, "lina", "atelier", THURSDAY, "absent_billed", clock())
    text = unescape((await agent.get(FAMILY, params={"semaine": "2026-11-26"})).text)
    for words in ("Semaine du 23 novembre 2026", "Réservé", "Absence facturée", "1 réservation cette semaine", "F0001"):
        assert words in text
    assert "semaine=2026-11-16" in text
    assert "semaine=2026-11-30" in text
    assert "alice@exemple.fr" in text


async def test_a_square_of_the_address_brings_its_week_and_its_history(agent: httpx.AsyncClient, town: Town) -> None:
    key = town.square("tom", "cantine", THURSDAY)
    form = {"etat": "booked", "motif": "Par téléphone.", "version": "0"}
    done = await agent.post(f"{FAMILY}/cases/{key}", data=form)
    assert done.status_code == 303
    text = unescape((await agent.get(done.headers["location"])).text)
    assert "Semaine du 23 novembre 2026" in text
    assert "C’est fait" in text.replace("\u00a0", " ")
    assert "La famille est prévenue" in text
    assert "<b>Réservé</b>, hors des règles, Agent Dupont" in text
    assert text.count("Par téléphone.") >= 2


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"etat": "booked", "motif": ""}, "Indiquez le motif"),
        ({"etat": "booked", "motif": "y" * 250}, "trop long"),
        ({"etat": "", "motif": "Par téléphone."}, "Choisissez ce que la case"),
        ({"etat": "absent_billed", "motif": "Par téléphone."}, "ne peut pas devenir"),
        ({"etat": "booked", "motif": "Par téléphone.", "version": "7"}, "Modifié entre-temps"),
    ],
)
async def test_a_refused_change_is_told_and_nothing_typed_is_lost(
    agent: httpx.AsyncClient, db: Database, town: Town, form: dict[str, str], words: str
) -> None:
    key = town.square("tom", "cantine", MONDAY)
    got = await agent.post(f"{FAMILY}/cases/{key}", data={"version": "0", **form})
    assert got.status_code == 422
    assert words in unescape(got.text)
    assert form["motif"][:200] in got.text
    assert await db.read(rows_of, "select id from booking") == []


async def test_a_full_session_names_both_ways_out(
    agent: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    await crowd(db, town, 2, "atelier", THURSDAY, "booked", clock())
    key = town.square("tom", "atelier", THURSDAY)
    got = await agent.post(f"{FAMILY}/cases/{key}", data={"version": "0", "etat": "booked", "motif": "Urgence."})
    assert got.status_code == 422
    assert "Complet (2 places prises sur 2). Augmentez la capacité" in unescape(got.text)
    assert 'value="waiting"' in got.text


async def test_a_stranger_square_or_family_is_not_found(agent: httpx.AsyncClient, town: Town) -> None:
    form = {"version": "0", "etat": "booked", "motif": "Urgence."}
    theirs = town.square("zoe", "cantine", MONDAY)
    assert (await agent.post(f"{FAMILY}/cases/{theirs}", data=form)).status_code == 404
    assert (await agent.get(f"/f{FAMILY}/cases/{theirs}")).status_code == 404
    assert (await agent.get("/agent/familles/fam-nobody")).status_code == 404
    assert (await agent.post(f"/agent/familles/fam-nobody/cases/{theirs}", data=form)).status_code == 404
    got = await agent.get(FAMILY, params={"case": theirs})
    assert got.status_code == 200
    assert "n’est pas au calendrier" in got.text
    assert (await agent.get("/agent/familles/fam%00dupont")).status_code == 404
    for odd in ("x", "x.y", "kid%00tom.1", "kidtom.999999999999", "kidtom.-1"):
        assert (await agent.post(f"{FAMILY}/cases/{odd}", data=form)).status_code == 404
        assert (await agent.get(FAMILY, params={"case": odd})).status_code == 200


async def test_an_agent_of_files_reads_but_does_not_book(
    app: Any, town: Town, db: Database, clock: FrozenClock
) -> None:
    await run(db, "update account set rights = $1 where id = $2", '["dossiers"]', town.accounts["agent"])
    reader = await enter(app, town, db, "agent", clock())
    key = town.square("tom", "cantine", MONDAY)
    text = (await reader.get(FAMILY, params={"case": key})).text
    assert "pas de changer ses réservations" in text
    assert "Enregistrer et prévenir" not in text
    got = await reader.post(f"{FAMILY}/cases/{key}", data={"version": "0", "etat": "booked", "motif": "Urgence."})
    assert got.status_code == 403


async def test_the_other_households_booking_says_whose_it_is(
    agent: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    theirs = await put(db, town, "lina", "cantine", MONDAY, "booked", clock(), family="martin")
    key = town.square("lina", "cantine", MONDAY)
    text = unescape((await agent.get(FAMILY, params={"case": key})).text)
    assert "Martin, F0002" in text
    assert "c’est ce dossier qui sera prévenu" in text
    assert (await square(db, theirs))["state"] == "booked"
