"""What leaves is what another implementation decrypts, signed so that it accepts it."""

import dataclasses
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from server.adapters.keys import push_public_key
from server.cli.deliver import office_of
from server.database import Database
from server.notices.commands.choosing import Subscription, subscribe
from server.notices.deliver import Office
from server.notices.rules.endpoints import are_keys, is_push_service
from server.settings import Settings
from tests.cast import Town
from tests.commands.notices.office import DAYS, DELIVERIES, booked, run_down, select, told
from tests.conftest import FrozenClock


@dataclasses.dataclass
class Phone:
    """A subscription at the independent service."""

    service: str
    hash: str

    async def messages(self) -> list[Any]:
        async with httpx.AsyncClient() as http:
            answer = await http.post(f"{self.service}/get-notifications", json={"clientHash": self.hash})
        return [json.loads(text) for text in answer.json()["data"]["messages"]]

    async def expire(self) -> None:
        async with httpx.AsyncClient() as http:
            await http.post(f"{self.service}/expire-subscription/{self.hash}")


@pytest.fixture
def ours(settings: Settings, push_service: str) -> Settings:
    """The settings, allowing the local push service."""
    return dataclasses.replace(settings, push_hosts=push_service.removeprefix("http://"))


@pytest.fixture
async def office(ours: Settings, db: Database, clock: FrozenClock) -> AsyncIterator[Office]:
    """A worker with the real adapters, as `python -m server deliver` makes it."""
    made = office_of(ours, db, clock)
    yield made
    await made.push.close()


@pytest.fixture
async def phone(ours: Settings, push_service: str, db: Database, town: Town, clock: FrozenClock) -> Phone:
    """The owner's phone."""
    asked = {"userVisibleOnly": "true", "applicationServerKey": push_public_key(ours.data)}
    async with httpx.AsyncClient() as http:
        made = (await http.post(f"{push_service}/subscribe", json=asked)).json()["data"]
    assert is_push_service(made["endpoint"], ours.push_hosts)
    assert are_keys(made["keys"]["p256dh"], made["keys"]["auth"])
    new = Subscription(made["endpoint"], made["keys"]["p256dh"], made["keys"]["auth"], "phone")
    await db.write(subscribe, town.accounts["owner"], None, new, clock())
    return Phone(push_service, made["clientHash"])


async def test_the_payload_arrives_word_for_word(
    office: Office, phone: Phone, db: Database, town: Town, clock: FrozenClock
) -> None:
    for kind in ("bookings_validated", "cancellations_decided"):  # twice: the second needs fresh claims
        await told(db, town.accounts["owner"], kind, [booked(day) for day in DAYS[:12]], clock())
        await run_down(office)
    first, second = await phone.messages()
    tags = [row["tag"] for row in await db.read(select, "select tag from notice order by id")]
    assert first == {
        "web_push": 8030,
        "notification": {
            "title": "12\u00a0réservations validées",
            "body": "Cantine\u00a0: du lundi 23 novembre au vendredi 11 décembre. Ouvrez Marelle pour le détail.",
            "navigate": "http://127.0.0.1:8000/planning/jour/2026-11-23",
            "lang": "fr",
            "dir": "ltr",
            "tag": tags[0],
        },
    }
    assert second["notification"]["tag"] == tags[1]
    assert [row["status"] for row in await db.read(select, DELIVERIES)] == ["sent", "sent"]


async def test_an_expired_subscription_is_removed_and_mail_takes_over(
    office: Office, phone: Phone, db: Database, town: Town, clock: FrozenClock
) -> None:
    await phone.expire()
    await told(db, town.accounts["owner"], "bookings_validated", [booked(DAYS[0])], clock())
    await run_down(office)
    assert await db.read(select, "select id from push_device") == []
    assert [(row["channel"], row["status"]) for row in await db.read(select, DELIVERIES)] == [
        ("push", "gone"),
        ("mail", "sent"),
    ]
    (kept,) = await db.read(select, "select recipient, subject, body from dev_mail")
    assert kept["recipient"] == "alice@exemple.fr"
    assert "Lina, Cantine\u00a0: lun.\u00a023 novembre." in kept["body"]
    assert "http://127.0.0.1:8000/planning/jour/2026-11-23" in kept["body"]


async def test_another_key_is_not_accepted(
    phone: Phone, ours: Settings, db: Database, town: Town, clock: FrozenClock, tmp_path: Any
) -> None:
    stranger = office_of(dataclasses.replace(ours, data=str(tmp_path / "elsewhere")), db, clock)
    await told(db, town.accounts["owner"], "bookings_validated", [booked(DAYS[0])], clock())
    await run_down(stranger)
    await stranger.push.close()
    assert [row["status"] for row in await db.read(select, DELIVERIES)] == ["waiting"]
