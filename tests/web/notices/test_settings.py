"""Choosing what is told, subscribing a phone, taking it away, trying it out."""

import dataclasses
from typing import Any

import httpx
import pytest

from server.app import create_app
from server.database import Database, open_database
from server.notices.rules.kinds import OFFERED
from server.settings import Settings
from tests.cast import Town
from tests.commands.notices.office import AUTH, P256DH, office_of, run_down, select
from tests.conftest import FrozenClock, client_of
from tests.web.helpers import sign_in

ENDPOINT = "https://fcm.googleapis.com/fcm/send/abc"


def phone(endpoint: str = ENDPOINT, p256dh: str = P256DH, auth: str = AUTH, **more: Any) -> dict[str, Any]:
    return {"endpoint": endpoint, "keys": {"p256dh": p256dh, "auth": auth}, **more}


@pytest.fixture
async def owner(client: httpx.AsyncClient, town: Town) -> httpx.AsyncClient:
    await sign_in(client, "owner")
    return client


async def test_every_kind_and_channel_is_a_box_with_its_default(owner: httpx.AsyncClient) -> None:
    shown = (await owner.get("/avis/reglages")).text
    for kind in OFFERED:
        for channel in ("push", "mail", "bell"):
            box = f'name="{kind.name}.{channel}" value="oui"{" checked" if channel in kind.channels else ""}>'
            assert box in shown


async def test_choices_are_kept_and_said(owner: httpx.AsyncClient, db: Database) -> None:
    answer = await owner.post("/avis/reglages", data={"day_closed.push": "oui", "nonsense": "oui", "x.y": "oui"})
    assert answer.status_code == 303
    shown = (await owner.get(answer.headers["location"])).text
    assert "Vos choix sont enregistrés." in shown
    assert 'name="day_closed.push" value="oui" checked>' in shown
    assert 'name="day_closed.mail" value="oui">' in shown
    kinds = {row["kind"] for row in await db.read(select, "select kind from notice_preference")}
    assert kinds <= {kind.name for kind in OFFERED}


async def test_no_box_at_all_is_a_choice_too(owner: httpx.AsyncClient) -> None:
    await owner.post("/avis/reglages", data={})
    assert "checked" not in (await owner.get("/avis/reglages")).text.partition('id="calme"')[0]


async def test_a_phone_subscribes_once_however_often_it_says_so(owner: httpx.AsyncClient, db: Database) -> None:
    for _ in range(3):
        answer = await owner.post("/avis/appareils", json=phone(label="Android", expirationTime=None))
        assert (answer.status_code, answer.json()) == (200, {"ok": True})
    assert [row["label"] for row in await db.read(select, "select label from push_device")] == ["Android"]
    shown = (await owner.get("/avis/reglages")).text
    assert "Android" in shown
    assert "Cet appareil reçoit vos avis." in shown


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (phone("https://169.254.169.254/latest"), "push_service"),
        (phone("http://fcm.googleapis.com/x"), "push_service"),
        (phone("https://fcm.googleapis.com@10.0.0.1/x"), "push_service"),
        (phone(p256dh="AAAA"), "keys"),
        (phone(auth="AAAA"), "keys"),
    ],
)
async def test_what_is_not_a_push_service_is_refused_in_words(
    owner: httpx.AsyncClient, db: Database, body: dict[str, Any], error: str
) -> None:
    answer = await owner.post("/avis/appareils", json=body)
    assert answer.status_code == 422
    assert answer.json()["error"] == error
    assert "Rien n’a été enregistré" in answer.json()["text"]
    assert await db.read(select, "select id from push_device") == []


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b"\xff", b'{"endpoint": 3}', b'{"endpoint": "https://fcm.googleapis.com/x"}', b"null"]
)
async def test_a_malformed_subscription_is_refused(owner: httpx.AsyncClient, body: bytes) -> None:
    for path in ("/avis/appareils", "/avis/appareils/oublier"):
        if path.endswith("oublier") and b"https" in body:
            continue
        answer = await owner.post(path, content=body, headers={"content-type": "application/json"})
        assert answer.status_code == 400
        assert answer.json()["error"] == "malformed"


async def test_nobody_subscribes_signed_out(client: httpx.AsyncClient) -> None:
    assert (await client.post("/avis/appareils", json=phone())).status_code == 401


async def test_a_shared_device_does_not_ring(
    client: httpx.AsyncClient, app: Any, db: Database, town: Town, clock: FrozenClock
) -> None:
    from tests.web.doors import enter

    async with await enter(app, town, db, "owner", clock(), shared=True) as shared:
        answer = await shared.post("/avis/appareils", json=phone())
        assert (answer.status_code, answer.json()["error"]) == (422, "shared_device")
        assert "data-push-enable" not in (await shared.get("/avis/reglages")).text


async def test_a_phone_may_be_forgotten_twice(owner: httpx.AsyncClient, db: Database) -> None:
    await owner.post("/avis/appareils", json=phone())
    for _ in range(2):
        assert (await owner.post("/avis/appareils/oublier", json={"endpoint": ENDPOINT})).status_code == 200
    assert await db.read(select, "select id from push_device") == []


async def test_an_address_no_browser_has_is_refused(owner: httpx.AsyncClient) -> None:
    answer = await owner.post("/avis/appareils/oublier", json={"endpoint": "https://x/\x00"})
    assert answer.status_code == 400


async def test_a_stranger_cannot_take_a_phone_away(
    owner: httpx.AsyncClient, app: Any, db: Database, town: Town
) -> None:
    await owner.post("/avis/appareils", json=phone())
    (device,) = await db.read(select, "select id from push_device")
    async with client_of(app) as stranger:
        await sign_in(stranger, "stranger")
        await stranger.post("/avis/appareils/oublier", json={"endpoint": ENDPOINT})
        answer = await stranger.post("/avis/appareils/retirer", data={"appareil": str(device["id"])})
        assert answer.headers["location"] == "/avis/reglages?dit=inconnu"
    assert len(await db.read(select, "select id from push_device")) == 1


async def test_a_phone_is_taken_away_by_a_plain_form(owner: httpx.AsyncClient, db: Database) -> None:
    await owner.post("/avis/appareils", json=phone())
    (device,) = await db.read(select, "select id from push_device")
    answer = await owner.post("/avis/appareils/retirer", data={"appareil": str(device["id"])})
    assert "Cet appareil ne recevra plus d" in (await owner.get(answer.headers["location"])).text
    assert await db.read(select, "select id from push_device") == []
    for wrong in ("", "x", "-1", "9" * 30):
        assert (await owner.post("/avis/appareils/retirer", data={"appareil": wrong})).status_code == 400


async def test_a_phone_taken_away_does_not_come_back_by_itself(owner: httpx.AsyncClient, db: Database) -> None:
    await owner.post("/avis/appareils", json=phone())
    assert (await owner.post("/avis/appareils", json=phone(start=True))).status_code == 200
    (device,) = await db.read(select, "select id from push_device")
    await owner.post("/avis/appareils/retirer", data={"appareil": str(device["id"])})
    assert (await owner.post("/avis/appareils", json=phone(start=True))).status_code == 410
    assert await db.read(select, "select id from push_device") == []
    assert (await owner.post("/avis/appareils", json=phone())).status_code == 200


async def test_a_test_notice_goes_through_the_real_pipeline(
    owner: httpx.AsyncClient, db: Database, clock: FrozenClock
) -> None:
    await owner.post("/avis/appareils", json=phone())
    answer = await owner.post("/avis/essai")
    shown = (await owner.get(answer.headers["location"])).text
    assert "Un avis d’essai est en route." in shown.replace("&#x27;", "'")
    assert "1 appareil" in shown
    office = office_of(db, clock)
    await run_down(office)
    assert [message.endpoint for message in office.push.sent] == [ENDPOINT]  # type: ignore[attr-defined]
    assert "Avis d’essai" in (await owner.get("/avis")).text.replace("&#x27;", "'")


async def test_without_a_phone_the_test_says_it_goes_by_mail(
    owner: httpx.AsyncClient, db: Database, clock: FrozenClock
) -> None:
    shown = (await owner.get((await owner.post("/avis/essai")).headers["location"])).text
    assert "par courriel à alice@exemple.fr" in shown
    office = office_of(db, clock)
    await run_down(office)
    assert [mail.recipient for mail in office.mail.sent] == ["alice@exemple.fr"]  # type: ignore[attr-defined]


async def test_tests_are_not_a_way_to_flood_a_phone(owner: httpx.AsyncClient, db: Database) -> None:
    for _ in range(6):
        answer = await owner.post("/avis/essai")
    assert answer.headers["location"] == "/avis/reglages?dit=trop"
    assert len(await db.read(select, "select id from outbox")) == 3


def test_what_sends_is_not_even_loaded_by_the_application() -> None:
    import subprocess
    import sys

    program = "import sys, server.app; sys.exit('pywebpush' in sys.modules or 'aiosmtplib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


async def test_the_development_mailbox_shows_what_would_have_left(
    owner: httpx.AsyncClient, db: Database, settings: Settings, clock: FrozenClock
) -> None:
    from server.cli.deliver import office_of as real_office

    await owner.post("/avis/essai")
    office = real_office(settings, db, clock)
    await run_down(office)
    assert "alice@exemple.fr" in (await owner.get("/boite")).text
    (kept,) = await db.read(select, "select id from dev_mail")
    shown = (await owner.get(f"/boite/{kept['id']}")).text
    assert "Tout fonctionne" in shown
    assert 'href="http:&#x2f;&#x2f;127.0.0.1:8000&#x2f;avis&#x2f;reglages"' in shown
    assert (await owner.get("/boite/999999")).status_code == 404
    assert (await owner.get(f"/boite/{10**30}")).status_code == 404


async def test_the_mailbox_does_not_exist_in_production(settings: Settings, clock: FrozenClock, town: Town) -> None:
    production = dataclasses.replace(settings, env="production", public_url="https://p.exemple.fr")
    application: Any = create_app(production, clock, open_database(production.database_url))
    async with application.app.lifespan(), client_of(application) as nobody:
        assert (await nobody.get("/boite")).status_code == 404
        assert (await nobody.get("/boite/1")).status_code == 404


@pytest.mark.parametrize(
    ("form", "said", "shown"),
    [
        ({"calme": "oui", "de": "22:30", "a": "06:15"}, "calme", ("22:30", "06:15")),
        ({"de": "22:00", "a": "06:00"}, "calme", ("22:00", "06:00")),
        ({"calme": "oui", "de": "x", "a": "06:00"}, "heures", ("21:00", "07:00")),
        ({"calme": "oui", "de": "07:00", "a": "07:00"}, "heures", ("21:00", "07:00")),
        ({}, "heures", ("21:00", "07:00")),
    ],
)
async def test_quiet_hours_are_kept_or_refused_in_words(
    owner: httpx.AsyncClient, form: dict[str, str], said: str, shown: tuple[str, str]
) -> None:
    answer = await owner.post("/avis/reglages/calme", data=form)
    assert f"dit={said}" in answer.headers["location"]
    page = (await owner.get(answer.headers["location"])).text
    assert all(f'value="{hour}"' in page for hour in shown)
    on = 'name="calme" value="oui" checked' in page
    assert on is (said == "heures" or "calme" in form)
