"""Signing in from where nobody had before is told by mail and bell; the first time and the usual places are not."""

from typing import Any

import httpx

from server.database import Database
from tests.cast import Town
from tests.commands.notices.office import FakeMail, office_of, run_down, select
from tests.conftest import FrozenClock, client_of
from tests.web.helpers import sign_in

PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Mobile Safari/537.36"
OTHER = "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0"
TOLD = "select account_id, kind from outbox order by id"


async def arrive(app: Any, agent: str, name: str = "owner") -> httpx.AsyncClient:
    """Somebody signs in with a browser that has no session yet."""
    browser = client_of(app)
    browser.headers["user-agent"] = agent
    assert (await sign_in(browser, name)).status_code == 303
    return browser


async def test_the_first_time_and_the_usual_place_are_not_told(app: Any, town: Town, db: Database) -> None:
    for _ in range(3):
        await arrive(app, PHONE)
    await arrive(app, PHONE, "stranger")
    assert await db.read(select, TOLD) == []


async def test_a_new_device_is_told_once_to_its_own_account(
    app: Any, town: Town, db: Database, clock: FrozenClock
) -> None:
    await arrive(app, PHONE)
    for _ in range(2):
        await arrive(app, OTHER)
    assert await db.read(select, TOLD) == [{"account_id": town.accounts["owner"], "kind": "new_sign_in"}]
    mail = FakeMail()
    await run_down(office_of(db, clock, mail=mail))
    assert [sent.recipient for sent in mail.sent] == ["alice@exemple.fr"]
    assert mail.sent[0].subject == "Nouvelle connexion à votre compte"
    assert "Si ce n’est pas vous" in mail.sent[0].text
    assert "lundi 16 novembre" in mail.sent[0].text


async def test_a_browser_that_signs_in_again_after_an_update_is_the_same(app: Any, town: Town, db: Database) -> None:
    await arrive(app, PHONE)
    browser = await arrive(app, OTHER)
    before = len(await db.read(select, TOLD))
    browser.headers["user-agent"] = PHONE.replace("Android 14", "Windows NT 10.0")  # still the same cookie
    assert (await sign_in(browser, "owner")).status_code == 303
    assert len(await db.read(select, TOLD)) == before


async def test_no_address_is_kept_for_it(app: Any, town: Town, db: Database) -> None:
    await arrive(app, PHONE)
    kept = await db.read(select, "select * from known_device")
    assert len(kept) == 1
    assert set(kept[0]) == {"id", "account_id", "digest", "seen_at"}
    assert len(kept[0]["digest"]) == 64
