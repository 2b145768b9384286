"""The second factor of agents: half signed in reaches nothing, a code is taken once, guesses end."""

import os
import re
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from html import unescape
from typing import Any

import anyio
import httpx
import pytest

from server.accounts.commands.second_factor import remove_factor
from server.accounts.rules.codes import code_at, key_of, step_of
from server.adapters.keys import portal_secret
from server.app import create_app
from server.database import Database, open_database
from server.notices.commands import tell_account
from server.settings import Settings
from tests.cast import PASSWORD, Town
from tests.commands.notices.office import select
from tests.conftest import FrozenClock, client_of
from tests.web.doors import enter
from tests.web.helpers import sign_in
from tests.web.test_who_may_enter import DOORS, EVERYBODY, knock

TOLD = "select payload from outbox where kind = 'account_changed' order by id"


class Phone:
    """An agent's phone with its application: knows the key it was shown."""

    def __init__(self, db: Database, settings: Settings, clock: FrozenClock, account: int) -> None:
        self.db, self.secret, self.clock, self.account = db, portal_secret(settings.data), clock, account

    async def code(self, steps: int = 0) -> str:
        rows = await self.db.read(select, "select nonce from second_factor where account_id = $1", self.account)
        return code_at(key_of(self.secret, rows[0]["nonce"]), step_of(self.clock()) + steps)


@pytest.fixture
def phone(db: Database, settings: Settings, clock: FrozenClock, town: Town) -> Phone:
    return Phone(db, settings, clock, town.accounts["agent"])


@pytest.fixture
async def strict(settings: Settings, clock: FrozenClock, town: Town) -> AsyncIterator[Any]:
    """A town that requires codes of its agents."""
    application: Any = create_app(
        replace(settings, agents_codes="required"), clock, open_database(settings.database_url)
    )
    async with application.app.lifespan():
        yield application


def codes_in(page: httpx.Response) -> list[str]:
    return re.findall(r"<li><code>([a-z2-7 ]+)</code></li>", page.text)


async def set_up(agent: httpx.AsyncClient, phone: Phone) -> list[str]:
    """An agent who is in turns it on; the recovery codes shown."""
    begun = await agent.post("/compte/double/commencer", data={"mot_de_passe_actuel": PASSWORD})
    assert begun.headers["location"] == "/compte/double"
    done = await agent.post("/compte/double", data={"code": await phone.code()})
    codes = codes_in(done)
    assert len(codes) == 10
    phone.clock.move(seconds=30)
    return codes


@pytest.fixture
async def agent(app: Any, town: Town, db: Database, clock: FrozenClock) -> httpx.AsyncClient:
    return await enter(app, town, db, "agent", clock())


async def test_the_key_is_shown_as_picture_and_letters_and_a_first_code_turns_it_on(
    agent: httpx.AsyncClient, phone: Phone, db: Database
) -> None:
    assert "Pas activée" in (await agent.get("/compte")).text
    refused = await agent.post("/compte/double/commencer", data={"mot_de_passe_actuel": "pas le bon"})
    assert "pas votre mot de passe actuel" in refused.text
    await agent.post("/compte/double/commencer", data={"mot_de_passe_actuel": PASSWORD})
    shown = unescape((await agent.get("/compte/double")).text)
    assert 'src="data:image/svg+xml' in shown
    rows = await db.read(select, "select nonce from second_factor")
    letters = re.search(r"<code class=\"break\">([A-Z2-7 ]+)</code>", shown)
    assert letters
    assert rows[0]["nonce"] not in shown
    wrong = await agent.post("/compte/double", data={"code": "000000"})
    assert wrong.status_code == 422
    assert "data:image/svg+xml" in unescape(wrong.text)
    done = await agent.post("/compte/double", data={"code": await phone.code()})
    assert len(codes_in(done)) == 10
    assert done.headers["cache-control"] == "no-store"
    assert 'class="qr"' not in unescape((await agent.get("/compte/double")).text)
    assert [row["payload"] for row in await db.read(select, TOLD)] == ['{"what":"totp_on"}']


async def test_half_signed_in_opens_no_door_at_all(app: Any, agent: httpx.AsyncClient, phone: Phone) -> None:
    await set_up(agent, phone)
    half = client_of(app)
    answer = await sign_in(half, "agent", suite="/agent/demandes")
    assert answer.headers["location"] == "/connexion/code?suite=%2Fagent%2Fdemandes"
    token = half.cookies["marelle"]
    for door, who in DOORS.items():
        if who == EVERYBODY:
            continue
        half.cookies.clear()
        half.cookies.set("marelle", token)
        assert await knock(half, door) == "out", door


async def test_a_code_lets_in_under_a_new_token_and_only_once(app: Any, agent: httpx.AsyncClient, phone: Phone) -> None:
    await set_up(agent, phone)
    half, thief = client_of(app), client_of(app)
    await sign_in(half, "agent")
    thief.cookies.set("marelle", half.cookies["marelle"])
    assert "recopiez le code" in (await half.get("/connexion/code")).text
    done = await half.post("/connexion/code", data={"code": await phone.code(), "suite": "/agent/demandes"})
    assert done.headers["location"] == "/agent/demandes"
    assert (await half.get("/agent")).status_code == 200
    assert (await thief.get("/agent")).status_code == 303
    again = client_of(app)
    await sign_in(again, "agent")
    replayed = await again.post("/connexion/code", data={"code": await phone.code()})
    assert replayed.status_code == 422
    assert "déjà servi" in replayed.text
    phone.clock.move(seconds=30)
    assert (await again.post("/connexion/code", data={"code": await phone.code()})).status_code == 303


async def test_guesses_end_and_the_right_code_must_wait_too(app: Any, agent: httpx.AsyncClient, phone: Phone) -> None:
    await set_up(agent, phone)
    half = client_of(app)
    await sign_in(half, "agent")
    for n in range(5):
        assert "pas le bon" in (await half.post("/connexion/code", data={"code": f"00000{n}"})).text
    assert "Trop d’essais" in (await half.post("/connexion/code", data={"code": await phone.code()})).text
    phone.clock.move(minutes=16)
    await sign_in(half, "agent")
    assert (await half.post("/connexion/code", data={"code": await phone.code()})).status_code == 303


async def test_a_recovery_code_lets_in_once_and_is_told(
    app: Any, agent: httpx.AsyncClient, phone: Phone, db: Database
) -> None:
    codes = await set_up(agent, phone)
    for code, good in ((codes[3].upper().replace(" ", "-"), True), (codes[3], False), (codes[4], True)):
        half = client_of(app)
        await sign_in(half, "agent")
        answer = await half.post("/connexion/code", data={"code": code})
        assert (answer.status_code == 303) == good
    assert [row["payload"] for row in await db.read(select, TOLD)][1:] == ['{"what":"code_used"}'] * 2
    assert "<b>8</b>" in (await agent.get("/compte/double")).text
    stored = str(await db.read(select, "select digest from recovery_code"))
    assert codes[5] not in stored


async def test_other_recovery_codes_replace_the_first_ones(app: Any, agent: httpx.AsyncClient, phone: Phone) -> None:
    old = await set_up(agent, phone)
    assert (await agent.post("/compte/double/codes", data={})).status_code == 422
    new = codes_in(await agent.post("/compte/double/codes", data={"mot_de_passe_actuel": PASSWORD}))
    half = client_of(app)
    await sign_in(half, "agent")
    assert (await half.post("/connexion/code", data={"code": old[0]})).status_code == 422
    assert (await half.post("/connexion/code", data={"code": new[0]})).status_code == 303


async def test_taking_it_away_asks_the_password_and_is_told(
    app: Any, agent: httpx.AsyncClient, phone: Phone, db: Database
) -> None:
    await set_up(agent, phone)
    assert (await agent.post("/compte/double/retirer", data={"mot_de_passe_actuel": "non"})).status_code == 422
    done = await agent.post("/compte/double/retirer", data={"mot_de_passe_actuel": PASSWORD})
    assert done.headers["location"] == "/compte?dit=double-retiree"
    assert (await sign_in(client_of(app), "agent")).headers["location"] == "/agent"
    assert '{"what":"totp_off"}' in [row["payload"] for row in await db.read(select, TOLD)]


async def test_a_town_that_requires_codes_has_them_set_up_at_the_door(
    strict: Any, phone: Phone, clock: FrozenClock
) -> None:
    half = client_of(strict)
    assert (await sign_in(half, "agent")).headers["location"] == "/connexion/double?suite=%2Fagent"
    assert (await half.get("/agent")).status_code == 303
    assert (await half.get("/connexion/code")).headers["location"] == "/connexion/double"
    assert "data:image/svg+xml" in unescape((await half.get("/connexion/double")).text)
    wrong = await half.post("/connexion/double", data={"code": "1"})
    assert wrong.status_code == 422
    done = await half.post("/connexion/double", data={"code": await phone.code(), "suite": "/agent/demandes"})
    assert len(codes_in(done)) == 10
    assert 'href="/agent/demandes"' in unescape(done.text)
    assert (await half.get("/agent")).status_code == 200
    clock.move(seconds=30)
    assert (await sign_in(half, "agent")).headers["location"].startswith("/connexion/code")
    assert (await sign_in(client_of(strict), "owner")).headers["location"] == "/"


async def test_nobody_else_comes_near(
    app: Any, client: httpx.AsyncClient, town: Town, db: Database, clock: FrozenClock
) -> None:
    for path in ("/connexion/code", "/connexion/double"):
        assert (await client.get(path)).headers["location"] == "/connexion"
        assert (await client.post(path, data={"code": "123456"})).headers["location"] == "/connexion"
    owner = await enter(app, town, db, "owner", clock())
    assert (await owner.get("/compte/double")).status_code == 403


async def test_the_town_can_take_it_from_an_agent_whose_phone_is_lost(
    app: Any, agent: httpx.AsyncClient, phone: Phone, db: Database, town: Town, clock: FrozenClock
) -> None:
    await set_up(agent, phone)
    assert await db.write(remove_factor, town.accounts["agent"], clock(), tell_account)
    assert not await db.write(remove_factor, town.accounts["agent"], clock(), tell_account)
    assert (await sign_in(client_of(app), "agent")).headers["location"] == "/agent"


async def test_the_operator_can_take_it_too(
    app: Any, agent: httpx.AsyncClient, phone: Phone, settings: Settings
) -> None:
    await set_up(agent, phone)
    environment = {
        **os.environ,
        "MARELLE_ENV": "demo",
        "MARELLE_DATA": settings.data,
        "DATABASE_URL": settings.database_url,
    }
    for name, code in (("owner", 1), ("Agent@ville.fr", 0), ("agent@ville.fr", 1)):
        done = await anyio.run_process(
            [sys.executable, "-m", "server", "forget-phone", name], env=environment, check=False
        )
        assert done.returncode == code, done.stderr
    assert (await sign_in(client_of(app), "agent")).headers["location"] == "/agent"


async def test_a_dump_of_the_database_gives_no_code(agent: httpx.AsyncClient, phone: Phone, db: Database) -> None:
    await set_up(agent, phone)
    rows = await db.read(select, "select nonce from second_factor")
    assert code_at(key_of(b"not the secret", rows[0]["nonce"]), step_of(phone.clock())) != await phone.code()


def test_production_requires_codes_unless_the_town_says_otherwise() -> None:
    assert Settings(env="production").agents_need_codes
    assert not Settings(env="demo").agents_need_codes
    assert Settings(env="demo", agents_codes="required").agents_need_codes
    assert not Settings(env="production", agents_codes="offered").agents_need_codes
