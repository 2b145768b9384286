"""A worker with a push service and a mail server that do as they are told."""

import asyncio
import base64
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from server.adapters.mail import Mail
from server.adapters.push import Push
from server.database import Database, Work, sql
from server.notices.commands import Event, tell_all
from server.notices.commands.choosing import Subscription, subscribe
from server.notices.deliver import Office, compose_round, deliver_round
from tests.cast import Town

URL = "https://portail.exemple.fr"
POINT = (
    ec.derive_private_key(7, ec.SECP256R1()).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
)
P256DH = base64.urlsafe_b64encode(POINT).rstrip(b"=").decode()
AUTH = base64.urlsafe_b64encode(b"sixteen bytes!!!").rstrip(b"=").decode()


@dataclass
class Fake:
    """Takes messages; `plan` holds, by address, what to raise in turn (None: take it)."""

    sent: list[Any] = field(default_factory=list)
    plan: dict[str, list[Exception | None]] = field(default_factory=dict)
    always: Exception | None = None
    pause: float = 0

    async def take(self, address: str, message: Any) -> None:
        await asyncio.sleep(self.pause)
        planned = self.plan.get(address) or [self.always]
        error = planned.pop(0)
        if error is not None:
            raise error
        self.sent.append(message)


class FakePush(Fake):
    async def send(self, push: Push) -> None:
        await self.take(push.endpoint, push)

    async def close(self) -> None:
        """Nothing to let go."""


class FakeMail(Fake):
    async def send(self, mail: Mail) -> None:
        await self.take(mail.recipient, mail)


def office_of(db: Database, clock: Any, push: FakePush | None = None, mail: FakeMail | None = None) -> Office:
    """A worker of its own name, telling at once."""
    return Office(
        db=db,
        clock=clock,
        push=push or FakePush(),
        mail=mail or FakeMail(),
        letter=lambda _, claimed: str(claimed.notice["body"]),
        url=URL,
        delay=0,
        name=secrets.token_hex(8),
    )


async def run_down(office: Office) -> None:
    """Compose and send until nothing is due."""
    while await compose_round(office) + await deliver_round(office, "push") + await deliver_round(office, "mail"):
        pass


DAYS = [day for n in range(21) if (day := date(2026, 11, 23) + timedelta(days=n)).weekday() in (0, 1, 3, 4)]


def booked(day: date, child: str = "Lina", state: str = "booked", reason: str = "") -> dict[str, Any]:
    """What the booking room says of one square."""
    return {
        "child": child, "activity": "Cantine", "day": day.isoformat(), "session": 1, "state": state, "reason": reason,
    }  # fmt: skip


async def told(db: Database, account: int, kind: str, payloads: Sequence[Mapping[str, Any]], now: datetime) -> None:
    """Events in the outbox, as one transaction of another room would leave them."""
    await db.write(tell_all, [Event(account, kind, kind, payload) for payload in payloads], now)


async def device(db: Database, town: Town, name: str, now: datetime, label: str = "telephone") -> str:
    """A phone of `name` that rings; its endpoint."""
    endpoint = f"https://fcm.googleapis.com/fcm/send/{name}-{label}"
    sign_in = await db.write(_sign_in, town.accounts[name], secrets.token_hex(8), now)
    await db.write(subscribe, town.accounts[name], sign_in, Subscription(endpoint, P256DH, AUTH, label), now)
    return endpoint


def _sign_in(account: int, hashed: str, now: datetime) -> Work[int]:
    rows = yield sql(
        "insert into sign_in (account_id, token_hash, device_label, address, created_at, last_seen_at, expires_at) "
        "values ($1, $2, 'test', '127.0.0.1', $3, $3, $4) returning id",
        account, hashed, now, now + timedelta(days=30),
    )  # fmt: skip
    return int(rows[0]["id"])


def select(text: str, *args: Any) -> Work[list[dict[str, Any]]]:
    """Whatever a test wants to see of the database."""
    rows = yield sql(text, *args)
    return [dict(row) for row in rows]


DELIVERIES = "select channel, status, tries, outcome, due_at from delivery order by id"
NOTICES = "select title, body, brief, url, tag, expires_at, read_at, account_id from notice order by id"
