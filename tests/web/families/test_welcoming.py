"""A validated family: each adult it names comes to the file by a letter of their own; the declarer is there already."""

import re
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from server.cli.letters import letters_of
from server.notices.commands.claiming import Claim
from tests.conftest import FrozenClock
from tests.desk import rows_of, run
from tests.families import CHILD, HOLDER, OTHER, add, alone
from tests.web.accounts.test_open_registration import ACCESS, to_the_last_step
from tests.web.accounts.wizard import Portal, portal
from tests.web.doors import enter
from tests.web.families.test_requests import text_of

DESK = "/agent/demarches"
SEAT = "select id, family_id, account_id from guardian where first_name = 'Éric'"
LETTERS = "select address, kind, payload from letter order by id"


@pytest.fixture(params=["G2"])
async def villefranque(request: Any, settings: Any, clock: FrozenClock, town: Any) -> Any:
    """A town where families register by themselves, or another one."""
    async with portal(settings, clock, request.param) as opened:
        yield opened


async def declared(place: Portal, town: Any, db: Any, email: str, to: str = "accepted") -> str:
    """A family that names Éric beside its holder, decided by the agent."""
    now = place.clock()
    browser = await alone(place.app, town, db, place.clock)
    for section, form in (("titulaire", HOLDER), ("representants", {**OTHER, "courriel": email}), ("enfants", CHILD)):
        assert (await add(browser, section, form)).status_code == 303
    ref = str((await browser.post("/dossier/declarer/recapitulatif")).headers["location"].split("/")[-1].split("?")[0])
    agent = await enter(place.app, town, db, "agent", now)
    form = {"vers": to, "version": "1", "motif": "Voyons-nous."}
    assert (await agent.post(f"{DESK}/{ref}", data=form)).status_code == 303
    return ref


def read(place: Portal, row: Any) -> str:
    """The letter as it leaves."""
    epoch = datetime(2026, 11, 16, tzinfo=UTC)
    letter = {"kind": row["kind"], "payload": msgspec.json.decode(row["payload"]), "hours": None}
    claim = Claim(
        id=1, notice_id=0, account_id=0, channel="mail", tries=1, made_at=epoch, worker="w", notice={}, address="",
        device=None, table="letter", letter={**letter, "ref": None, "purpose": None},
    )  # fmt: skip
    return letters_of(place.settings)("notices/letter.txt", claim)


async def test_the_other_adult_registers_with_the_key_of_the_letter_and_is_in_the_file(
    villefranque: Portal, town: Any, db: Any
) -> None:
    await declared(villefranque, town, db, "peio@exemple.fr")
    (row,) = await db.read(rows_of, LETTERS)
    assert (row["address"], row["kind"]) == ("peio@exemple.fr", "file_key")
    text = read(villefranque, row)
    assert "famille Moreau" in text and "mardi 1 décembre 2026" in text.replace("1er", "1")
    (key,) = re.findall(r"[A-Z2-7]{5}-[A-Z2-7]{5}", text)
    for table in ("letter", "file_key", "audit", "outbox"):
        assert key not in str(await db.read(rows_of, f"select * from {table}"))
    walk = await to_the_last_step(villefranque.walk())
    await walk.send(**ACCESS, cle=key)
    await walk.open((await villefranque.letters(db))[-1]["path"])
    await walk.send()
    assert "Votre dossier est rattaché" in walk.said
    (seat,) = await db.read(rows_of, SEAT)
    assert seat["account_id"]
    told = await db.read(rows_of, "select account_id from outbox where kind = 'file_linked'")
    assert [one["account_id"] for one in told] == [town.accounts["stranger"]]


async def test_an_adult_with_an_account_is_told_to_sign_in_and_the_key_links_it(
    villefranque: Portal, town: Any, db: Any
) -> None:
    await run(db, "delete from guardian where account_id = $1", town.accounts["other_home"])
    await declared(villefranque, town, db, "Chloe@exemple.fr")
    (row,) = await db.read(rows_of, LETTERS)
    text = read(villefranque, row)
    assert row["address"] == "chloe@exemple.fr" and "Connectez-vous" in text
    chloe = await enter(villefranque.app, town, db, "other_home", villefranque.clock())
    key = re.findall(r"[A-Z2-7]{5}-[A-Z2-7]{5}", text)[0]
    assert (await chloe.post("/dossier/relier/cle", data={"cle": key})).status_code == 303
    (seat,) = await db.read(rows_of, SEAT)
    assert seat["account_id"] == town.accounts["other_home"]


@pytest.mark.parametrize("email", ["", "denis@exemple.fr", "alice@exemple.fr", "agent@ville.fr"])
async def test_nobody_is_written_to_without_an_address_of_their_own(
    villefranque: Portal, town: Any, db: Any, email: str
) -> None:
    """None, the declarer's, that of somebody who has a file, an agent's."""
    await declared(villefranque, town, db, email)
    assert await db.read(rows_of, LETTERS) == []
    assert await db.read(rows_of, "select id from file_key") == []


async def test_a_refused_declaration_tells_nobody_but_who_declared(villefranque: Portal, town: Any, db: Any) -> None:
    await declared(villefranque, town, db, "peio@exemple.fr", "refused")
    assert await db.read(rows_of, LETTERS) == []


@pytest.mark.parametrize("villefranque", ["G1", "G4"], indirect=True)
async def test_where_nobody_registers_alone_the_town_opens_the_account(
    villefranque: Portal, town: Any, db: Any
) -> None:
    await declared(villefranque, town, db, "peio@exemple.fr")
    (letter,) = await villefranque.letters(db)
    assert (letter["address"], letter["kind"]) == ("peio@exemple.fr", "invited")
    assert '"inviter":"Chloé Moreau"' in letter["payload"] and letter["path"]
    assert await db.read(rows_of, "select id from file_key") == []


async def test_the_agent_sees_whose_key_is_out_and_a_new_one_ends_it(villefranque: Portal, town: Any, db: Any) -> None:
    ref = await declared(villefranque, town, db, "peio@exemple.fr")
    agent = await enter(villefranque.app, town, db, "agent", villefranque.clock())
    page = (await agent.get(f"{DESK}/{ref}?fait")).text
    accounts = re.findall(r'href="(/agent/familles/[^"]+/comptes)"', page)[0]
    assert "clé remise" in text_of(await agent.get(accounts))
    (seat,) = await db.read(rows_of, SEAT)
    (row,) = await db.read(rows_of, LETTERS)
    key = re.findall(r"[A-Z2-7]{5}-[A-Z2-7]{5}", read(villefranque, row))[0]
    await agent.post(f"{accounts}/cle", data={"adulte": str(seat["id"])})
    await run(db, "delete from guardian where account_id = $1", town.accounts["other_home"])
    chloe = await enter(villefranque.app, town, db, "other_home", villefranque.clock())
    assert (await chloe.post("/dossier/relier/cle", data={"cle": key})).status_code == 422


async def test_an_adult_added_later_is_welcomed_too(villefranque: Portal, town: Any, db: Any) -> None:
    await declared(villefranque, town, db, "")
    browser = await enter(villefranque.app, town, db, "stranger", villefranque.clock())
    form = {**OTHER, "qui": "adulte", "prenoms": "Ève", "courriel": "eve@exemple.fr"}
    answer = await browser.post("/dossier/famille/ajouter", data=form)
    assert answer.status_code == 303, answer.text
    ref = answer.headers["location"].split("/")[-1].split("?")[0]
    agent = await enter(villefranque.app, town, db, "agent", villefranque.clock())
    await agent.post(f"{DESK}/{ref}", data={"vers": "accepted", "version": "1"})
    (row,) = await db.read(rows_of, LETTERS)
    assert (row["address"], row["kind"]) == ("eve@exemple.fr", "file_key")
