"""Push services that answer badly, late, elsewhere or not at all; and what we put on the wire."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from server.adapters.keys import push_key_file
from server.adapters.push import LARGEST, Push, WebPush
from server.adapters.undelivered import Down, Gone, Refused, Undelivered
from server.notices.rules.sending import retry_after_seconds
from tests.commands.notices.office import AUTH, P256DH
from tests.conftest import FrozenClock


@dataclass
class Service:
    """A push service on the loopback; answers the planned statuses in turn, then 201."""

    port: int = 0
    plan: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    seen: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    hangs: bool = False
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, request: web.Request) -> web.Response:
        self.seen.append((request.path, {k.lower(): v for k, v in request.headers.items()}, await request.read()))
        if self.hangs:
            await self.over.wait()
        status, headers = self.plan.pop(0) if self.plan else (201, {})
        return web.Response(status=status, headers=headers)

    def claims(self, n: int) -> dict[str, Any]:
        token = self.seen[n][1]["authorization"].split("t=")[1].split(",")[0].split(".")[1]
        claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(token + "=="))
        return claims


async def serve(service: Service) -> web.AppRunner:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", service.handle)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    service.port = runner.addresses[0][1]
    return runner


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    made = Service()
    runner = await serve(made)
    yield made
    made.over.set()
    await runner.cleanup()


@pytest.fixture
async def sender(tmp_path: Path, clock: FrozenClock) -> AsyncIterator[WebPush]:
    """The real adapter, in a hurry."""
    made = WebPush(
        push_key_file(str(tmp_path)),
        "mailto:dsi@exemple.fr",
        may_call=lambda endpoint: "127.0.0.1" in endpoint,
        seconds_until=lambda header: retry_after_seconds(header, clock()),
        seconds=0.5,
        answer=0.5,
    )
    yield made
    await made.close()


def push_to(service: Service, payload: bytes = b"{}") -> Push:
    return Push(f"http://127.0.0.1:{service.port}/send/abc", P256DH, AUTH, payload, 3600, "high", "rTopic")


async def test_lifetime_urgency_and_topic_travel(service: Service, sender: WebPush) -> None:
    await sender.send(push_to(service))
    path, headers, body = service.seen[0]
    assert path == "/send/abc"
    assert (headers["ttl"], headers["urgency"], headers["topic"]) == ("3600", "high", "rTopic")
    assert headers["content-encoding"] == "aes128gcm"
    assert b"{}" not in body


async def test_each_service_gets_claims_of_its_own(service: Service, sender: WebPush) -> None:
    other = Service()
    runner = await serve(other)
    await sender.send(push_to(service))
    await sender.send(push_to(other))
    await runner.cleanup()
    assert service.claims(0)["aud"] == f"http://127.0.0.1:{service.port}"
    assert other.claims(0)["aud"] == f"http://127.0.0.1:{other.port}"
    assert other.claims(0)["sub"] == "mailto:dsi@exemple.fr"


async def test_the_largest_payload_is_one_record_and_more_is_refused(service: Service, sender: WebPush) -> None:
    await sender.send(push_to(service, b"x" * LARGEST))
    assert len(service.seen[0][2]) <= 4096
    with pytest.raises(Refused):
        await sender.send(push_to(service, b"x" * (LARGEST + 1)))
    assert len(service.seen) == 1


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (404, Gone),
        (410, Gone),
        (413, Refused),
        (400, Undelivered),
        (403, Undelivered),
        (500, Down),
        (429, Down),
    ],
)
async def test_statuses_mean_what_the_protocol_says(
    service: Service, sender: WebPush, status: int, kind: type[Undelivered]
) -> None:
    service.plan = [(status, {})]
    with pytest.raises(Undelivered) as caught:
        await sender.send(push_to(service))
    assert type(caught.value) is kind
    assert caught.value.retry_after is None


@pytest.mark.parametrize("header", ["120", "Mon, 16 Nov 2026 08:02:00 GMT"])
@pytest.mark.parametrize("status", [429, 503])
async def test_retry_after_is_read(service: Service, sender: WebPush, status: int, header: str) -> None:
    service.plan = [(status, {"Retry-After": header})]
    with pytest.raises(Undelivered) as caught:
        await sender.send(push_to(service))
    assert caught.value.retry_after == 120


async def test_a_service_that_hangs_is_left(service: Service, sender: WebPush) -> None:
    service.hangs = True
    with pytest.raises(Undelivered, match="no answer"):
        await sender.send(push_to(service))


async def test_a_service_that_is_down_is_tried_later(service: Service, sender: WebPush) -> None:
    nowhere = replace(push_to(service), endpoint="http://127.0.0.1:9/x")
    with pytest.raises(Undelivered) as caught:
        await sender.send(nowhere)
    assert type(caught.value) is Down


async def test_redirects_are_not_followed(service: Service, sender: WebPush) -> None:
    service.plan = [(307, {"Location": f"http://127.0.0.1:{service.port}/inside"})]
    with pytest.raises(Undelivered):
        await sender.send(push_to(service))
    assert [path for path, _, _ in service.seen] == ["/send/abc"]


async def test_the_list_of_services_is_checked_again_when_sending(service: Service, sender: WebPush) -> None:
    with pytest.raises(Refused):
        await sender.send(replace(push_to(service), endpoint=f"http://localhost:{service.port}/x"))
    assert service.seen == []


async def test_keys_that_cannot_encrypt_are_refused(service: Service, sender: WebPush) -> None:
    with pytest.raises(Exception):  # noqa: B017  (the worker puts off whatever it does not know)
        await sender.send(replace(push_to(service), p256dh="AAAA"))
    assert service.seen == []
