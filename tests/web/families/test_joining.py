"""An account finds its file: by references or a key, never by guessing; adults of a file invite each other."""

import re
import secrets
from html import unescape
from typing import Any

import httpx
import pytest

from server.accounts.passwords import cheap_hash
from server.database import Database, Work, sql
from server.families.rules.keys import BYTES, key_from, read_key
from tests.cast import Town
from tests.conftest import FrozenClock
from tests.desk import rows_of, run
from tests.web.doors import enter

REFERENCES = {"numero": "F0001", "nom_dossier": "dupont", "email_dossier": "alice@exemple.fr"}


def _newcomer(hashed: str, now: Any) -> Work[int]:
    rows = yield sql(
        "insert into account (ref, kind, email, first_name, last_name, password_hash, demo, created_at) "
        "values ('ref-newcomer', 'parent', 'eve@exemple.fr', 'Eve', 'Dupont', $1, $2, $3) returning id",
        hashed, True, now,
    )  # fmt: skip
    return int(rows[0]["id"])


@pytest.fixture
async def eve(app: Any, town: Town, db: Database, clock: FrozenClock) -> httpx.AsyncClient:
    """A parent whose account has no file."""
    town.accounts["eve"] = await db.write(_newcomer, cheap_hash("x"), clock())
    return await enter(app, town, db, "eve", clock())


async def a_key(agent: httpx.AsyncClient, db: Database, town: Town, adult: str = "coguardian") -> str:
    """A key for an adult of the owner's file who has no account any more."""
    await run(db, "update guardian set account_id = null where account_id = $1", town.accounts[adult])
    (row,) = await db.read(
        rows_of, "select id from guardian where family_id = $1 and account_id is null", town.families["dupont"]
    )
    answer = await agent.post("/agent/familles/fam-dupont/comptes/cle", data={"adulte": str(row["id"])})
    return re.findall(r"<code>([A-Z2-7-]{11})</code>", answer.text)[0]


def test_a_key_is_read_however_it_was_copied() -> None:
    key = key_from(secrets.token_bytes(BYTES))
    plain = key.replace("-", "")
    assert re.fullmatch(r"[A-Z2-7]{5}-[A-Z2-7]{5}", key)
    for typed in (
        key,
        key.lower(),
        f" {plain} ",
        " ".join(plain),
        plain.replace("O", "0").replace("I", "1").replace("B", "8"),
    ):
        assert read_key(typed) == plain
    for typed in ("", "ABC", plain + "A", "é" * 10, plain[:9] + "!"):
        assert read_key(typed) == ""


async def test_an_agent_hands_a_key_and_it_opens_the_file_once(
    agent: httpx.AsyncClient, eve: httpx.AsyncClient, db: Database, town: Town
) -> None:
    key = await a_key(agent, db, town)
    assert key.replace("-", "") not in str(await db.read(rows_of, "select * from file_key"))
    assert (await eve.post("/dossier/relier/cle", data={"cle": key.lower()})).status_code == 303
    text = unescape((await eve.get("/dossier?relie")).text)
    assert "Votre compte est relié" in text
    assert "F0001" in text
    (link,) = await db.read(rows_of, "select way, account_id from file_link")
    assert (link["way"], link["account_id"]) == ("key", town.accounts["eve"])
    told = await db.read(rows_of, "select account_id from outbox where kind = 'file_linked'")
    assert [row["account_id"] for row in told] == [town.accounts["owner"]]


async def test_a_key_is_worth_nothing_when_used_old_or_replaced(
    agent: httpx.AsyncClient, eve: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    first = await a_key(agent, db, town)
    second = await a_key(agent, db, town)
    assert "ne correspondent" in unescape((await eve.post("/dossier/relier/cle", data={"cle": first})).text)
    clock.move(days=15)
    assert "ne correspondent" in unescape((await eve.post("/dossier/relier/cle", data={"cle": second})).text)
    assert (await eve.get("/dossier/relier")).status_code in (200, 303, 401)


async def test_guessing_keys_is_slowed_and_says_nothing(eve: httpx.AsyncClient) -> None:
    answers = [await eve.post("/dossier/relier/cle", data={"cle": key_from(secrets.token_bytes(7))}) for _ in range(7)]
    assert [answer.status_code for answer in answers] == [422] * 7
    texts = [unescape(answer.text) for answer in answers]
    assert all("ne correspondent" in text for text in texts[:5])
    assert all("Trop d’essais" in text for text in texts[5:])


async def test_all_three_references_must_agree_and_which_one_does_not_is_not_told(eve: httpx.AsyncClient) -> None:
    said = set()
    for name in REFERENCES:
        wrong = {**REFERENCES, name: "autre@exemple.fr" if "email" in name else "X9"}
        answer = await eve.post("/dossier/relier/references", data=wrong)
        assert answer.status_code == 422
        said.add(re.findall(r"<b>(Ces informations.*?)</b>", unescape(answer.text))[0])
    assert len(said) == 1


async def test_the_right_references_link_and_tell_the_others(eve: httpx.AsyncClient, db: Database, town: Town) -> None:
    done = await eve.post("/dossier/relier/references", data={**REFERENCES, "numero": " f0001 "})
    assert done.status_code == 303
    told = await db.read(rows_of, "select account_id from outbox where kind = 'file_linked' order by account_id")
    assert [row["account_id"] for row in told] == [town.accounts["owner"], town.accounts["coguardian"]]
    assert (await eve.get("/dossier/relier")).headers["location"] == "/dossier"
    again = await eve.post("/dossier/relier/references", data=REFERENCES)
    assert "déjà relié" in unescape(again.text)


async def test_an_adult_invites_another_of_the_same_file_only(
    app: Any, town: Town, db: Database, clock: FrozenClock
) -> None:
    await run(
        db,
        "update guardian set account_id = null, email = 'robert@exemple.fr' where account_id = $1",
        town.accounts["coguardian"],
    )
    alice = await enter(app, town, db, "owner", clock())
    (bob,) = await db.read(rows_of, "select id from guardian where email = 'robert@exemple.fr'")
    assert "Inviter" in (await alice.get("/dossier")).text
    stranger = await enter(app, town, db, "stranger", clock())
    assert (await stranger.post("/dossier/adultes/invitation", data={"adulte": str(bob["id"])})).status_code == 404
    done = await alice.post("/dossier/adultes/invitation", data={"adulte": str(bob["id"])})
    assert done.headers["location"] == "/dossier?dit=invite"
    (letter,) = await db.read(rows_of, "select kind, address, payload from letter")
    assert (letter["kind"], letter["address"]) == ("invited", "robert@exemple.fr")
    assert "Owner Dupont" in letter["payload"]
    for _ in range(4):
        await alice.post("/dossier/adultes/invitation", data={"adulte": str(bob["id"])})
    held = await alice.post("/dossier/adultes/invitation", data={"adulte": str(bob["id"])})
    assert held.headers["location"] == "/dossier?dit=invite-attendre"


async def test_whose_an_address_is_is_not_told_to_the_one_who_invites(
    app: Any, town: Town, db: Database, clock: FrozenClock
) -> None:
    await run(
        db,
        "update guardian set account_id = null, email = 'denis@exemple.fr' where account_id = $1",
        town.accounts["coguardian"],
    )
    alice = await enter(app, town, db, "owner", clock())
    (bob,) = await db.read(rows_of, "select id from guardian where email = 'denis@exemple.fr' and account_id is null")
    done = await alice.post("/dossier/adultes/invitation", data={"adulte": str(bob["id"])})
    assert done.headers["location"] == "/dossier?dit=invite"
    (letter,) = await db.read(rows_of, "select kind, address from letter")
    assert (letter["kind"], letter["address"]) == ("account_known", "denis@exemple.fr")
    assert "Owner" not in str(await db.read(rows_of, "select payload from letter"))
