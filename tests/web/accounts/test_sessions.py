"""Sessions: how long they live, on how many devices, and what is left when they end."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from server.accounts.commands import purge_sessions
from server.database import Database, sql
from tests.cast import Town
from tests.conftest import FrozenClock, client_of
from tests.desk import rows_of
from tests.web.helpers import cookie_of, sign_in

SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1"


async def is_in(client: httpx.AsyncClient) -> bool:
    return (await client.get("/compte")).status_code == 200


async def test_a_remembered_phone_stays_signed_in_while_it_comes_back(client, clock: FrozenClock) -> None:
    await sign_in(client, "owner")
    for _ in range(3):
        clock.move(days=29)
        assert await is_in(client)
    clock.move(days=4)
    assert not await is_in(client)  # ninety days and more: once a season the password is asked for again


async def test_a_phone_that_did_not_come_back_for_thirty_days_is_signed_out(client, clock: FrozenClock) -> None:
    await sign_in(client, "owner")
    clock.move(days=30)
    assert not await is_in(client)


async def test_an_agent_is_signed_out_after_half_an_hour_without_a_click(client, clock: FrozenClock) -> None:
    await sign_in(client, "agent")
    for _ in range(3):
        clock.move(minutes=25)
        assert await is_in(client)
    clock.move(minutes=30)
    assert not await is_in(client)


async def test_an_agent_is_signed_out_after_eight_hours_whatever_they_do(client, clock: FrozenClock) -> None:
    await sign_in(client, "agent")
    for _ in range(23):
        clock.move(minutes=20)
        assert await is_in(client)
    clock.move(minutes=20)
    assert not await is_in(client)


async def test_a_shared_device_forgets_after_half_an_hour_and_keeps_nothing(client, clock: FrozenClock) -> None:
    answer = await sign_in(client, "owner", appareil_partage="oui")
    assert "Max-Age=1800" in cookie_of(answer)
    planning = await client.get("/planning")
    assert planning.status_code == 200
    assert "x-marelle-shelf" not in planning.headers
    clock.move(minutes=30)
    assert not await is_in(client)


async def test_one_may_be_signed_in_on_several_devices(client, app) -> None:
    phone = client_of(app)
    await sign_in(client, "owner")
    await sign_in(phone, "owner")
    assert await is_in(client)
    assert await is_in(phone)


async def test_a_visit_is_written_once_an_hour(client, clock: FrozenClock, db: Database) -> None:
    await sign_in(client, "owner")
    seen = "select last_seen_at from sign_in"
    start = clock()
    clock.move(minutes=59)
    await client.get("/compte")
    assert (await db.read(rows_of, seen))[0]["last_seen_at"] == start
    clock.move(minutes=1)
    answer = await client.get("/compte")
    assert (await db.read(rows_of, seen))[0]["last_seen_at"] == start + timedelta(hours=1)
    assert f"Max-Age={30 * 86400}" in cookie_of(answer)


async def test_signing_out_ends_the_session_and_clears_the_pages_kept(client, app) -> None:
    await sign_in(client, "owner")
    token = client.cookies["marelle"]
    answer = await client.post("/deconnexion")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/connexion")
    assert answer.headers["clear-site-data"] == '"cache"'  # never the storage: taps may be waiting there
    assert "Max-Age=0" in cookie_of(answer)
    again = client_of(app)
    again.cookies.set("marelle", token)
    assert not await is_in(again)


async def test_signing_out_of_a_shared_device_leaves_nothing_on_it(client) -> None:
    await sign_in(client, "owner", appareil_partage="oui")
    answer = await client.post("/deconnexion")
    assert answer.headers["clear-site-data"] == '"cache", "cookies", "storage"'


async def test_signing_out_twice_does_no_harm(client) -> None:
    assert (await client.post("/deconnexion")).status_code == 303


async def test_a_phone_signed_out_does_not_ring_any_more(client, app, town: Town, db: Database) -> None:
    phone = client_of(app)
    await sign_in(client, "owner")
    await sign_in(phone, "owner")
    await db.write(_push_device_for_each_session)
    await phone.post("/deconnexion")
    left = await db.read(rows_of, "select endpoint from push_device")
    assert [row["endpoint"] for row in left] == ["https://push.example/0"]


def _push_device_for_each_session() -> Any:
    for n, row in enumerate((yield sql("select id, account_id, created_at from sign_in order by id"))):
        yield sql(
            "insert into push_device (account_id, sign_in_id, endpoint, p256dh, auth, label, created_at) "
            "values ($1, $2, $3, 'k', 'a', 'phone', $4)",
            row["account_id"],
            row["id"],
            f"https://push.example/{n}",
            row["created_at"],
        )


async def test_the_account_page_lists_the_devices_and_the_previous_sign_in(client, app, clock: FrozenClock) -> None:
    phone = client_of(app)
    await sign_in(phone, "owner")
    clock.move(hours=2)
    client.headers["user-agent"] = SAFARI
    await sign_in(client, "owner")
    text = (await client.get("/compte")).text
    assert "Safari sur iPhone" in text
    assert "lundi 16 novembre à 9\u00a0h" in text  # the previous one, on the other device
    assert "alice@exemple.fr" in text
    assert text.count("<b>Navigateur") == 1


async def test_one_signs_another_device_out_from_here(client, app, db: Database) -> None:
    phone = client_of(app)
    await sign_in(phone, "owner")
    await sign_in(client, "owner")
    first = (await db.read(rows_of, "select id from sign_in order by id"))[0]["id"]
    answer = await client.post(f"/compte/appareils/{first}/deconnexion")
    assert answer.headers["location"] == "/compte?fin"
    assert not await is_in(phone)
    assert await is_in(client)


async def test_signing_out_everywhere_ends_every_session_of_this_account_only(client, app) -> None:
    phone, other = client_of(app), client_of(app)
    await sign_in(phone, "owner")
    await sign_in(other, "coguardian")
    await sign_in(client, "owner")
    answer = await client.post("/compte/appareils/deconnexion")
    assert answer.headers["location"].startswith("/connexion")
    assert not await is_in(phone)
    assert not await is_in(client)
    assert await is_in(other)


@pytest.mark.parametrize("device", ["1", "999999", "99999999999999999999"])
async def test_a_strangers_device_is_not_found(client, app, device) -> None:
    await sign_in(client_of(app), "stranger")
    await sign_in(client, "owner")
    assert (await client.post(f"/compte/appareils/{device}/deconnexion")).status_code == 404


async def test_sessions_that_are_over_are_swept_away(client, app, clock: FrozenClock, db: Database) -> None:
    await sign_in(client_of(app), "stranger")
    clock.move(days=31)
    await sign_in(client, "owner")
    await db.write(purge_sessions, clock())
    assert len(await db.read(rows_of, "select id from sign_in")) == 1


async def test_the_courier_without_a_session_gets_json(client) -> None:
    answer = await client.post("/taps", json={})
    assert answer.status_code == 401
    assert answer.json()["error"] == "signed_out"


async def test_another_site_cannot_sign_anybody_in_or_out(client) -> None:
    await sign_in(client, "owner")
    for door in ("/connexion", "/deconnexion", "/compte/appareils/deconnexion"):
        answer = await client.post(door, headers={"sec-fetch-site": "cross-site"})
        assert answer.status_code == 403
    assert await is_in(client)
