"""The sign-in page: whoever is let in, whoever is not, and what neither can learn."""

import asyncio
import re
from typing import Any

import httpx
import pytest

from server.accounts.commands import end_attempt
from server.accounts.rules import LIMITS, buckets, network
from server.app import create_app
from server.database import Database, open_database, sql
from server.settings import Settings
from tests.conftest import FrozenClock, client_of
from tests.web.helpers import cookie_of, sign_in

LONG_RTL = "מרים־" * 60


def one(text: str, *args: Any) -> Any:
    def work() -> Any:
        rows = yield sql(text, *args)
        return [tuple(dict(row).values()) for row in rows]

    return work


@pytest.mark.parametrize("typed", ["owner", "alice@exemple.fr", "  Alice@Exemple.FR "])
async def test_a_parent_signs_in_with_an_email_or_a_user_name_and_lands_at_home(client, typed) -> None:
    answer = await sign_in(client, typed)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert (await client.get("/compte")).status_code == 200


async def test_a_parent_signs_in_with_the_number_the_town_gave(client, db: Database) -> None:
    await db.write(one("update account set number = '20260042' where user_name = 'owner' returning id"))
    assert (await sign_in(client, "20260042")).status_code == 303


async def test_an_agent_lands_at_the_desk(client) -> None:
    assert (await sign_in(client, "agent")).headers["location"] == "/agent"


async def test_the_cookie_is_http_only_same_site_and_lives_as_long_as_the_town_says(client) -> None:
    line = cookie_of(await sign_in(client, "owner"))
    assert line.startswith("marelle=")
    for part in ("HttpOnly", "SameSite=lax", "Path=/", f"Max-Age={30 * 86400}"):
        assert part in line
    assert "Domain" not in line


async def test_over_https_the_cookie_is_secure_and_bound_to_the_host(settings, clock, town) -> None:
    secure = Settings(**{**_values(settings), "public_url": "https://famille.exemple.fr"})
    app = create_app(secure, clock, open_database(secure.database_url))
    async with app.app.lifespan():
        browser = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://famille.exemple.fr")
        answer = await sign_in(browser, "owner")
        assert cookie_of(answer).startswith("__Host-marelle=")
        assert "Secure" in cookie_of(answer)
        assert (await browser.get("/compte")).status_code == 200


def _values(settings: Settings) -> dict[str, Any]:
    return {name: getattr(settings, name) for name in Settings.__dataclass_fields__}


async def test_a_token_planted_before_signing_in_is_worth_nothing_after(client, app) -> None:
    client.cookies.set("marelle", "planted-by-somebody")
    answer = await sign_in(client, "owner")
    assert "planted-by-somebody" not in cookie_of(answer)
    thief = client_of(app)
    thief.cookies.set("marelle", "planted-by-somebody")
    assert (await thief.get("/compte")).status_code == 303


async def test_each_sign_in_draws_a_new_token_and_ends_the_browsers_former_session(client, app) -> None:
    await sign_in(client, "owner")
    first = client.cookies["marelle"]
    await sign_in(client, "owner")
    assert client.cookies["marelle"] != first
    old = client_of(app)
    old.cookies.set("marelle", first)
    assert (await old.get("/compte")).status_code == 303


async def test_the_database_keeps_a_hash_of_the_token_only(client, db: Database) -> None:
    await sign_in(client, "owner")
    token = client.cookies["marelle"]
    (stored,) = (await db.read(one("select token_hash from sign_in")))[0]
    assert token not in stored
    assert len(stored) == 64
    assert len(token) >= 43  # 256 bits


async def test_an_unknown_account_and_a_wrong_password_get_the_same_bytes(client) -> None:
    unknown = await sign_in(client, "nobody@exemple.fr", "something")
    wrong = await sign_in(client, "alice@exemple.fr", "something")
    assert unknown.status_code == wrong.status_code == 422
    assert _without_name(unknown) == _without_name(wrong)
    assert _headers(unknown) == _headers(wrong)


def _without_name(answer: httpx.Response) -> str:
    return re.sub(r"(nobody|alice)@", "@", answer.text)


def _headers(answer: httpx.Response) -> list[str]:
    return sorted(name for name in answer.headers if name != "content-length")


async def test_an_unknown_account_and_a_wrong_password_cost_the_same_statements(client, app, monkeypatch) -> None:
    state = app.app.state
    seen: list[tuple[str, int]] = []
    write = state.db.write

    async def counted(work: Any, *args: Any, **kwargs: Any) -> Any:
        def told(*a: Any, **k: Any) -> Any:
            conversation, rows = work(*a, **k), None
            try:
                while True:
                    statement = conversation.send(rows)
                    seen.append((statement.text, len(statement.args)))
                    rows = yield statement
            except StopIteration as end:
                return end.value

        return await write(told, *args, **kwargs)

    monkeypatch.setattr(state.db, "write", counted)
    await sign_in(client, "nobody@exemple.fr", "something")
    unknown, seen[:] = list(seen), []
    await sign_in(client, "alice@exemple.fr", "something")
    assert seen == unknown
    assert len(unknown) == 7


async def test_a_disabled_account_looks_unknown(client, db: Database) -> None:
    unknown = await sign_in(client, "nobody", "x")
    await db.write(one("update account set disabled_at = created_at where user_name = 'owner' returning id"))
    disabled = await sign_in(client, "owner")
    assert disabled.status_code == 422
    assert disabled.text.replace("owner", "") == unknown.text.replace("nobody", "")


async def test_a_demo_login_does_not_exist_in_production(settings, clock, town) -> None:
    real = Settings(**{**_values(settings), "env": "production", "public_url": "https://famille.exemple.fr"})
    app = create_app(real, clock, open_database(real.database_url))
    async with app.app.lifespan():
        browser = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://famille.exemple.fr")
        answer = await sign_in(browser, "owner")
        assert answer.status_code == 422
        assert "démonstration" not in answer.text


async def test_five_failures_make_a_name_wait_and_the_page_says_how_long(client, clock: FrozenClock) -> None:
    for _ in range(5):
        assert (await sign_in(client, "owner", "wrong")).status_code == 422
    refused = await sign_in(client, "owner")
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) == 15 * 60 + 1
    assert "Réessayez dans 15\u00a0minutes" in refused.text
    assert 'value="owner"' in refused.text
    assert (await sign_in(client, "coguardian")).status_code == 303  # nobody else waits
    clock.move(minutes=15, seconds=1)
    assert (await sign_in(client, "owner")).status_code == 303


async def test_trying_while_refused_does_not_prolong_the_wait(client, clock: FrozenClock) -> None:
    for _ in range(5):
        await sign_in(client, "owner", "wrong")
    for _ in range(14):
        clock.move(minutes=1)
        assert (await sign_in(client, "owner", "wrong")).status_code == 429
    clock.move(minutes=1, seconds=1)
    assert (await sign_in(client, "owner")).status_code == 303


async def test_an_unknown_name_waits_like_a_known_one(client) -> None:
    answers = [(await sign_in(client, "nobody", "wrong")).status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]


async def test_a_success_forgets_the_failures_of_the_name(client) -> None:
    for _ in range(4):
        await sign_in(client, "owner", "wrong")
    await sign_in(client, "owner")
    for _ in range(4):
        assert (await sign_in(client, "owner", "wrong")).status_code == 422


async def test_a_guesser_elsewhere_does_not_lock_the_family_out_at_home(client, app) -> None:
    elsewhere = httpx.AsyncClient(
        transport=httpx.ASGITransport(app, client=("203.0.113.9", 1)), base_url="http://127.0.0.1:8000"
    )
    for _ in range(6):
        last = await sign_in(elsewhere, "owner", "wrong")
    assert last.status_code == 429
    assert (await sign_in(client, "owner")).status_code == 303


async def test_of_guesses_under_many_names_at_once_none_is_answered_beyond_the_limit(client, db, clock) -> None:
    for _ in range(LIMITS["address"].most - 1):
        await db.write(end_attempt, False, buckets("", network("127.0.0.1")), clock())
    guesses = [sign_in(client, name, "wrong") for name in ("owner", "coguardian", "stranger")]
    assert sorted(answer.status_code for answer in await asyncio.gather(*guesses)) == [422, 429, 429]


async def test_the_stored_password_follows_the_parameters(client, db: Database) -> None:
    stored = one("select password_hash from account where user_name = 'owner'")
    before = (await db.read(stored))[0][0]
    await sign_in(client, "owner")
    after = (await db.read(stored))[0][0]
    assert before != after
    assert "m=19456,t=2,p=1" in after
    assert (await sign_in(client, "owner")).status_code == 303


@pytest.mark.parametrize(
    "after",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil",
        "/deconnexion",
        "javascript:x",
        "/a b",
        "/%0a\n/x",
        "/planning?verdict=Réservé",  # a header cannot carry it
    ],
)
async def test_nobody_is_sent_to_another_site(client, after) -> None:
    answer = await sign_in(client, "owner", suite=after)
    assert answer.headers["location"] == "/"
    page = await client_of(client._transport.app).get("/connexion", params={"suite": after})
    assert 'name="suite" value=""' in page.text


async def test_one_goes_where_one_was_going(client) -> None:
    answer = await sign_in(client, "owner", suite="/planning?vue=mois&jour=2026-11-26")
    assert answer.headers["location"] == "/planning?vue=mois&jour=2026-11-26"


async def test_a_parent_is_not_sent_to_the_desk(client) -> None:
    assert (await sign_in(client, "owner", suite="/agent/demandes")).headers["location"] == "/"


async def test_a_signed_in_visitor_does_not_see_the_form_again(client) -> None:
    await sign_in(client, "owner")
    answer = await client.get("/connexion?suite=/dossier")
    assert (answer.status_code, answer.headers["location"]) == (303, "/dossier")


@pytest.mark.parametrize("name", ["😀" * 40, LONG_RTL, "a" * 60_000, "x\x00y", "' or 1=1 --", "<b>"])
async def test_odd_names_are_refused_like_any_other_and_shown_escaped(client, name) -> None:
    answer = await sign_in(client, name, "x")
    assert answer.status_code == 422
    assert "<b>" not in answer.text.split("<form")[-1].split("</form>")[0]


async def test_the_page_shows_the_ways_in_that_are_open(client) -> None:
    text = (await client.get("/connexion")).text
    assert "service enfance" in text
    assert 'href="/inscription"' in text
