"""« Mes données »: the export says everything once and nothing of others; closing leaves no name and no way in."""

import io
import json
import sqlite3
import zipfile
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest

from server.accounts.commands.closing import GONE
from server.database import Database
from tests.cast import PASSWORD, Town
from tests.conftest import FrozenClock
from tests.desk import MONDAY, put, rows_of, run
from tests.web.doors import enter
from tests.web.helpers import sign_in

PROOF = {"mot_de_passe_actuel": PASSWORD}
THREAD = {"service": "Service enfance", "objet": "Sortie", "message": "Bonnet ?"}


@pytest.fixture
async def alice(app: Any, town: Town, db: Database, clock: FrozenClock) -> httpx.AsyncClient:
    return await enter(app, town, db, "owner", clock())


async def taken(browser: httpx.AsyncClient) -> dict[str, Any]:
    answer = await browser.post("/compte/donnees", data=PROOF)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/zip"
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None
    return {name: archive.read(name).decode() for name in archive.namelist()}


async def test_the_export_holds_what_the_household_sees(
    alice: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    await put(db, town, "tom", "cantine", MONDAY, "booked", clock())
    await alice.post("/messages", data=THREAD)
    found = await taken(alice)
    assert "LISEZMOI.txt" in found
    read = {name.removesuffix(".json"): json.loads(text) for name, text in found.items() if name.endswith(".json")}
    assert read["compte"][0]["email"] == "alice@exemple.fr"
    assert [kid["prenom"] for kid in read["enfants"]] == ["Lina", "Tom"]
    assert [(row["enfant"], row["etat"]) for row in read["reservations"]] == [("Tom", "booked")]
    assert read["messages"][0]["texte"] == "Bonnet ?"
    assert len(read["sante"]) == 2


async def test_my_data_says_what_is_allowed_for_each_child_by_whom_and_in_which_words(
    alice: httpx.AsyncClient, app: Any, db: Database, town: Town, clock: FrozenClock
) -> None:
    text = unescape((await alice.get("/compte/donnees")).text)
    assert text.count("sans réponse") == 6  # three questions about each of two children
    given = {"image": "oui", "alone": "non", "emergency": "oui"}
    await alice.post(f"/sante/{town.refs['lina']}/autorisations", data=given)
    text = unescape((await alice.get("/compte/donnees")).text)
    mine = text.split("<h3><bdi>Lina")[1].split("<h3>")[0]
    assert (mine.count("badge ok"), mine.count("badge no")) == (2, 1)
    assert f"/sante/{town.refs['lina']}/autorisations" in mine
    assert "Owner Dupont" in mine
    assert "d’alors" not in mine
    await run(db, "update permission set wording = 'Photographier mon enfant' where kind = 'image'")
    assert "à la question d’alors : « Photographier mon enfant »" in unescape((await alice.get("/compte/donnees")).text)
    history = unescape((await alice.get(f"/sante/{town.refs['lina']}/autorisations")).text)
    assert "Photographier mon enfant" in history
    told = json.loads((await taken(alice))["sante.json"])[0]["autorisations"]
    assert {each["kind"]: each["wording"] for each in told}["image"] == "Photographier mon enfant"
    assert {each["kind"]: each["wording"] for each in told}["alone"] == "Sortir seul de l’activité"
    stranger = await enter(app, town, db, "stranger", clock())
    assert "Lina" not in (await stranger.get("/compte/donnees")).text


async def test_the_export_tells_nothing_of_the_other_home_or_of_strangers(
    alice: httpx.AsyncClient, app: Any, db: Database, town: Town, clock: FrozenClock
) -> None:
    chloe = await enter(app, town, db, "other_home", clock())
    await chloe.post("/messages", data={**THREAD, "objet": "Secret de Chloé"})
    text = "".join((await taken(alice)).values())
    for word in ("Secret", "chloe@", "Martin", "Zoe", "denis@", "$argon2"):
        assert word not in text, word


async def test_an_account_without_a_file_takes_its_own_along(
    app: Any, town: Town, db: Database, clock: FrozenClock, alice: httpx.AsyncClient
) -> None:
    await db.write(_unlink, town.accounts["owner"])
    read = await taken(alice)
    assert json.loads(read["enfants.json"]) == []
    assert json.loads(read["compte.json"])[0]["prenom"] == "Owner"


def _unlink(account: int) -> Any:
    from server.database import sql

    yield sql("update guardian set account_id = null where account_id = $1", account)


async def test_reading_the_health_files_is_noted(alice: httpx.AsyncClient, db: Database) -> None:
    await taken(alice)
    assert [row["screen"] for row in await db.read(rows_of, "select screen from health_read")] == ["export", "export"]


async def test_both_ask_for_the_password(alice: httpx.AsyncClient, db: Database) -> None:
    for path, form in (("/compte/donnees", {}), ("/compte/fermeture", {"certain": "oui"})):
        for password in ("", "devine"):
            refused = await alice.post(path, data={**form, "mot_de_passe_actuel": password})
            assert refused.status_code == 422
            assert refused.headers["content-type"].startswith("text/html")
    assert (await alice.get("/compte")).status_code == 200


async def test_closing_needs_the_box_and_says_what_stays(
    alice: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    await put(db, town, "tom", "cantine", MONDAY, "booked", clock())
    page = unescape((await alice.get("/compte/fermeture")).text).replace("\u00a0", " ")
    assert "1 réservation à venir reste" in page, page[page.find("garde</h2>") :][:600]
    assert (await alice.post("/compte/fermeture", data=PROOF)).status_code == 422


async def test_a_closed_account_has_no_name_and_no_way_in(
    alice: httpx.AsyncClient, client: httpx.AsyncClient, db: Database, town: Town
) -> None:
    await alice.post("/messages", data=THREAD)
    done = await alice.post("/compte/fermeture", data={**PROOF, "certain": "oui"})
    assert done.status_code == 303
    assert "storage" in done.headers["clear-site-data"]
    assert (await alice.get("/compte")).status_code in (303, 401)
    assert (await sign_in(client, "owner")).status_code == 422
    assert (await sign_in(client, "alice@exemple.fr")).status_code == 422
    (row,) = await db.read(rows_of, "select * from account where id = $1", town.accounts["owner"])
    assert (row["first_name"], row["last_name"], row["email"], row["password_hash"]) == ("Compte", "fermé", None, "")
    (letter,) = await db.read(rows_of, "select kind, address from letter")
    assert (letter["kind"], letter["address"]) == ("account_closed", "alice@exemple.fr")
    guardians = await db.read(
        rows_of, "select account_id from guardian where family_id = $1 order by id", town.families["dupont"]
    )
    assert [one["account_id"] for one in guardians] == [None, town.accounts["coguardian"]]


async def test_the_household_keeps_its_exchanges_and_bookings(
    alice: httpx.AsyncClient, app: Any, db: Database, town: Town, clock: FrozenClock
) -> None:
    await put(db, town, "tom", "cantine", MONDAY, "booked", clock())
    await alice.post("/messages", data=THREAD)
    await alice.post("/compte/fermeture", data={**PROOF, "certain": "oui"})
    bob = await enter(app, town, db, "coguardian", clock())
    assert "Sortie" in (await bob.get("/messages")).text
    assert len(await db.read(rows_of, "select id from booking")) == 1


# Rows that point at a closed account and stay, because they are not the account's alone.
STAYS = {
    ("guardian", "account_id"): "set to null",
    ("file_link", "account_id"): "set to null",
    ("sign_in", "account_id"): "deleted with the sessions",
    ("thread", "account_id"): "the household's; without a household it is deleted",
    ("document", "sent_by"): "the household's document",
    ("mailing", "sent_by"): "an agent's",
    ("absence", "declared_by"): "the household's absence",
    ("request", "account_id"): "the town's file on a request",
    ("permission", "given_by"): "who consented, by the name given then",
    ("health_read", "account_id"): "who read a child's file: the other parent may ask",
}
AGENTS = (
    "created_by",
    "changed_by",
    "decided_by",
    "decided_at",
    "published_by",
    "settled_by",
    "saved_by",
    "checked_by",
    "asked_by",
    "contested_by",
    "author_id",
    "said_by",
    "merged_by",
    "actor_id",
    "made_by",
    "done_by",
)


def test_every_table_that_points_at_an_account_is_thought_of(sqlite_template: Path) -> None:
    with sqlite3.connect(sqlite_template) as database:
        tables = [name for (name,) in database.execute("select name from sqlite_master where type = 'table'")]
        pointing = {
            (table, key[3])
            for table in tables
            for key in database.execute(f"pragma foreign_key_list({table})")
            if key[2] == "account" and key[3] not in AGENTS
        }
    assert pointing <= {*GONE, *STAYS}, "closing an account must say what becomes of these"
