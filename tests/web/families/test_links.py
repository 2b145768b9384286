"""An account came to one's file: who it is, saying that it is not right, and the agent's answer."""

from datetime import timedelta

import httpx
import pytest

from server.accounts.rules.files import Newcomer, References
from server.database import Database
from server.families.commands.linking import check_references, link_by_references
from tests.cast import Town
from tests.conftest import FrozenClock
from tests.web.accounts.wizard import rows
from tests.web.doors import enter

FILE = References("F0003", "Bernard", "denis@exemple.fr")


@pytest.fixture
async def link(db: Database, town: Town, clock: FrozenClock) -> str:
    """The address of a link: a new account on the stranger's file."""
    made = await db.write(
        rows(
            "insert into account (ref, kind, email, first_name, last_name, password_hash, created_at) "
            "values ('ref-new', 'parent', 'new@exemple.fr', 'Nadia', 'Neuve', '!', $1) returning id",
            clock(),
        )
    )
    assert await db.write(
        link_by_references, Newcomer(made[0]["id"], "Nadia", "Neuve", "new@exemple.fr"), FILE, clock()
    )
    (row,) = await db.read(rows("select ref from file_link"))
    return str(row["ref"])


async def test_an_adult_of_the_file_contests_and_the_agent_takes_the_account_off(
    app, town: Town, db: Database, clock: FrozenClock, link: str, agent: httpx.AsyncClient
) -> None:
    parent = await enter(app, town, db, "stranger", clock())
    page = await parent.get(f"/dossier/rattachements/{link}")
    assert "Nadia Neuve" in page.text
    await parent.post(f"/dossier/rattachements/{link}", data={"message": "Je ne la connais pas."})
    again = await parent.get(f"/dossier/rattachements/{link}")
    assert "Votre signalement est transmis" in again.text
    seat = rows("select account_id from guardian where first_name = 'Nadia'")
    assert (await db.read(seat))[0]["account_id"] is not None  # nobody is shut out by another parent's word alone

    listed = (await agent.get("/agent/rattachements")).text
    assert "Nadia Neuve" in listed
    shown = (await agent.get(f"/agent/rattachements/{link}")).text
    assert "Je ne la connais pas." in shown
    path = f"/agent/rattachements/{link}"
    assert (await agent.post(path, data={"decision": "detacher"})).status_code == 422
    await agent.post(path, data={"decision": "detacher", "motif": "Inconnue du foyer"})
    assert (await db.read(seat))[0]["account_id"] is None
    (nadia,) = await db.read(rows("select id from account where email = 'new@exemple.fr'"))
    back = Newcomer(nadia["id"], "Nadia", "Neuve", "new@exemple.fr")
    assert await db.write(link_by_references, back, FILE, clock()) is False  # she still knows all three
    assert "retiré du dossier" in (await parent.get(f"/dossier/rattachements/{link}")).text
    assert (await agent.post(path, data={"decision": "detacher", "motif": "x"})).status_code == 404


async def test_the_newcomer_does_not_judge_their_own_link(app, town, db, clock, link: str) -> None:
    rows_of = await db.read(rows("select account_id from file_link"))
    town.accounts["newcomer"] = rows_of[0]["account_id"]
    newcomer = await enter(app, town, db, "newcomer", clock())
    assert (await newcomer.get(f"/dossier/rattachements/{link}")).status_code == 404


async def test_an_account_has_one_file_only(db: Database, town: Town, clock: FrozenClock) -> None:
    owner = Newcomer(town.accounts["owner"], "Owner", "Dupont", "alice@exemple.fr")
    assert not await db.write(link_by_references, owner, FILE, clock())


async def test_the_adult_is_found_by_their_own_address_before_a_new_one_is_written(db, town, clock) -> None:
    await db.write(rows("update guardian set account_id = null where email = 'denis@exemple.fr' returning id"))
    denis = Newcomer(town.accounts["stranger"], "", "", "denis@exemple.fr")
    assert await db.write(link_by_references, denis, FILE, clock())
    adults = await db.read(rows("select account_id from guardian where family_id = $1", town.families["bernard"]))
    assert [row["account_id"] for row in adults] == [town.accounts["stranger"]]


async def test_an_address_without_an_account_is_told_by_letter(db, town, clock, link: str) -> None:
    await db.write(
        rows(
            "insert into guardian (family_id, first_name, last_name, email) values ($1, 'Ève', 'B', 'eve@exemple.fr') "
            "returning id",
            town.families["dupont"],
        )
    )
    made = await db.write(
        rows(
            "insert into account (ref, kind, email, first_name, last_name, password_hash, created_at) "
            "values ('ref-2', 'parent', 'two@exemple.fr', 'Deux', 'Deux', '!', $1) returning id",
            clock(),
        )
    )
    said = References("F0001", "Dupont", "alice@exemple.fr")
    assert await db.write(link_by_references, Newcomer(made[0]["id"], "Deux", "Deux", "two@exemple.fr"), said, clock())
    letters = await db.read(rows("select address, kind from letter"))
    assert letters == [{"address": "eve@exemple.fr", "kind": "file_linked"}]


async def test_many_guesses_from_many_places_stop_at_the_files_own_limit(db, town, clock: FrozenClock) -> None:
    said = References("F0003", "Bernard", "faux@exemple.fr")
    verdicts = [await db.write(check_references, said, f"draft:{n}", f"203.0.113.{n}", clock()) for n in range(12)]
    assert verdicts == ["differ"] * 10 + ["wait"] * 2
    unknown = References("F9876", "Bernard", "faux@exemple.fr")
    same = [await db.write(check_references, unknown, f"draft:{n}", f"198.51.100.{n}", clock()) for n in range(12)]
    assert same == verdicts  # a file that does not exist answers alike
    clock.now += timedelta(days=1, seconds=1)
    assert await db.write(check_references, FILE, "draft:1", "203.0.113.1", clock()) == "agree"


async def test_thirty_families_of_one_school_may_register_from_its_address(db, town, clock: FrozenClock) -> None:
    verdicts = [await db.write(check_references, FILE, f"draft:{n}", "203.0.113.1", clock()) for n in range(30)]
    assert verdicts == ["agree"] * 30
