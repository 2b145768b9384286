"""Agents' accounts: inviting by a link, giving and taking rights, and keys that cannot be lost."""

from html import unescape
from typing import Any

import httpx
import msgspec
import pytest

from server.accounts.commands.agents import change_agent
from server.accounts.rules.agents import LAST_KEYS, NAMES, OWN_KEYS, fault_of, rights_of
from server.database import Database, Work, sql
from tests.cast import Town
from tests.conftest import FrozenClock
from tests.desk import agent_of, rows_of
from tests.web.doors import enter

NEW = {"prenom": "Inès", "nom": "Marchand", "email": "ines@ville.fr"}
ONE = "/agent/comptes-agents/ref-agent_without_ri"


@pytest.mark.parametrize(
    ("self_change", "before", "after", "disabled", "others", "fault"),
    [
        (False, ["settings"], ["settings"], False, 0, ""),
        (False, ["settings"], [], False, 1, ""),
        (False, ["settings"], [], False, 0, LAST_KEYS),
        (False, ["settings"], ["settings"], True, 0, LAST_KEYS),
        (False, ["content"], [], True, 0, ""),
        (True, ["settings"], ["settings", "content"], False, 0, ""),
        (True, ["settings"], ["content"], False, 5, OWN_KEYS),
        (True, ["settings"], ["settings"], True, 5, OWN_KEYS),
    ],
)
def test_the_keys_are_never_lost(
    self_change: bool, before: list[str], after: list[str], disabled: bool, others: int, fault: str
) -> None:
    assert fault_of(self_change, before, after, disabled, others) == fault


def test_only_rights_there_are_can_be_given() -> None:
    assert rights_of(["settings", "root", "dossiers", "dossiers"]) == ("dossiers", "settings")
    assert set(rights_of(NAMES)) == NAMES


async def test_an_invited_agent_gets_a_link_and_no_password(agent: httpx.AsyncClient, db: Database) -> None:
    done = await agent.post("/agent/comptes-agents", data={**NEW, "droit": ["content", "root"]})
    assert done.status_code == 303
    (row,) = await db.read(rows_of, "select * from account where email = 'ines@ville.fr'")
    assert (row["kind"], row["password_hash"], row["rights"]) == ("agent", "", '["content"]')
    (letter,) = await db.read(rows_of, "select kind, address, link_id from letter")
    assert (letter["kind"], letter["address"]) == ("agent_opened", "ines@ville.fr")
    (link,) = await db.read(rows_of, "select purpose, hours from link where id = $1", letter["link_id"])
    assert (link["purpose"], link["hours"]) == ("reset", 72)
    assert "invité" in (await agent.get("/agent/comptes-agents")).text


async def test_nobody_signs_in_before_choosing_a_password(
    agent: httpx.AsyncClient, client: httpx.AsyncClient, db: Database
) -> None:
    await agent.post("/agent/comptes-agents", data={**NEW, "droit": "settings"})
    for password in ("", "!", "x"):
        tried = await client.post("/connexion", data={"identifiant": "ines@ville.fr", "mot_de_passe": password})
        assert tried.status_code == 422


async def test_an_address_that_has_an_account_is_said_to_the_agent(agent: httpx.AsyncClient) -> None:
    again = await agent.post("/agent/comptes-agents", data={**NEW, "email": "Alice@exemple.fr", "droit": "content"})
    assert again.status_code == 422
    text = unescape(again.text)
    assert "déjà un compte" in text
    assert 'value="Inès"' in text
    assert 'value="content" checked' in text


async def test_rights_change_at_the_next_page(
    agent: httpx.AsyncClient, app: Any, town: Town, db: Database, clock: FrozenClock
) -> None:
    other = await enter(app, town, db, "agent_without_right", clock())
    assert (await other.get("/agent/demandes")).status_code == 403
    assert (await agent.post(ONE, data={"droit": ["bookings"]})).status_code == 303
    assert (await other.get("/agent/demandes")).status_code == 200
    assert (await other.get("/agent/actualites")).status_code == 403


async def test_a_closed_account_is_out_at_once_and_can_be_opened_again(
    agent: httpx.AsyncClient, app: Any, town: Town, db: Database, clock: FrozenClock
) -> None:
    other = await enter(app, town, db, "agent_without_right", clock())
    await agent.post(ONE, data={"droit": "content", "ferme": "oui"})
    assert (await other.get("/agent")).headers.get("location", "").startswith("/connexion")
    assert (await agent.post(f"{ONE}/invitation")).status_code == 404
    await agent.post(ONE, data={"droit": "content"})
    assert (await (await enter(app, town, db, "agent_without_right", clock())).get("/agent")).status_code == 200


async def test_an_agent_does_not_take_their_own_keys(agent: httpx.AsyncClient, town: Town) -> None:
    mine = "/agent/comptes-agents/ref-agent"
    for form in ({"droit": ["bookings"]}, {"droit": ["settings"], "ferme": "oui"}):
        refused = await agent.post(mine, data=form)
        assert refused.status_code == 422
        assert "propre compte" in refused.text
    assert (await agent.get("/agent/journal")).status_code == 200


def _give(account: int, rights: list[str]) -> Work[None]:
    yield sql("update account set rights = $1 where id = $2", msgspec.json.encode(rights).decode(), account)


async def test_two_who_take_each_others_keys_do_not_both_succeed(db: Database, town: Town, clock: FrozenClock) -> None:
    import asyncio

    await db.write(_give, town.accounts["agent_without_right"], ["settings"])
    one, other = agent_of(town, "settings"), town.visitor("agent_without_right", ("settings",))
    faults = await asyncio.gather(
        db.write(change_agent, one, "ref-agent_without_ri", [], False, clock()),
        db.write(change_agent, other, "ref-agent", [], False, clock()),
    )
    assert sorted(faults) == ["", LAST_KEYS]


async def test_every_change_stands_in_the_journal(agent: httpx.AsyncClient) -> None:
    await agent.post("/agent/comptes-agents", data={**NEW, "droit": "content"})
    await agent.post(ONE, data={"droit": ["bookings"]})
    text = unescape((await agent.get("/agent/journal")).text)
    assert "Inès Marchand (content)" in text
    assert "a changé les droits d’un agent" in text


async def test_a_lost_phone_is_forgotten_and_its_owner_signed_out(
    agent: httpx.AsyncClient, app: Any, town: Town, db: Database, clock: FrozenClock
) -> None:
    other = await enter(app, town, db, "agent_without_right", clock())
    assert (await agent.post(f"{ONE}/telephone")).status_code == 404
    await db.write(_factor, town.accounts["agent_without_right"], clock())
    assert "perdu" in (await agent.get(ONE)).text
    assert (await agent.post(f"{ONE}/telephone")).status_code == 303
    assert await db.read(rows_of, "select id from second_factor") == []
    assert (await other.get("/agent")).headers.get("location", "").startswith("/connexion")


def _factor(account: int, now: Any) -> Work[None]:
    yield sql(
        "insert into second_factor (account_id, nonce, confirmed_at, created_at) values ($1, 'x', $2, $2)",
        account,
        now,
    )
