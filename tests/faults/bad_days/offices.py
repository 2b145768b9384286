"""A mail server and a push service on the loopback that work, refuse, hang or are not there, as they are told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.ports import free_port


@dataclass
class Service:
    """`mood`: up, away (nobody listens), hanging, or what it answers ("503", "451")."""

    port: int = 0
    mood: str = "up"
    taken: list[str] = field(default_factory=list)  # topics or Message-IDs, in order
    calls: int = 0
    over: asyncio.Event = field(default_factory=asyncio.Event)  # nobody waits any more for an answer that hangs

    def sulks(self) -> bool:
        """Counts a call; whether it must be left without an answer."""
        self.calls += 1
        return self.mood == "hanging"


class MailHandler:
    """Takes mails, or answers as the mood is."""

    def __init__(self, service: Service) -> None:
        self.service = service

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.service.sulks():
            await self.service.over.wait()
        if self.service.mood != "up":
            return f"{self.service.mood} not now"
        content = envelope.content
        assert isinstance(content, bytes)
        self.service.taken.append(content.decode("utf-8", "replace").split("Message-ID: <", 1)[1].split("@", 1)[0])
        return "250 OK"


@asynccontextmanager
async def mail_server() -> AsyncIterator[Service]:
    service = Service(free_port())

    def conversation() -> Any:
        if service.mood == "away":
            raise ConnectionRefusedError
        return SMTP(MailHandler(service), hostname="test", enable_SMTPUTF8=True)

    server = await asyncio.get_running_loop().create_server(lambda: conversation(), "127.0.0.1", service.port)
    yield service
    service.over.set()
    server.close()


@asynccontextmanager
async def push_service() -> AsyncIterator[Service]:
    service = Service()

    async def handle(request: web.Request) -> web.Response:
        if service.sulks():
            await service.over.wait()
        if service.mood == "away":
            assert request.transport
            request.transport.abort()
        if service.mood in ("up", "away"):
            if service.mood == "up":
                service.taken.append(request.headers["Topic"])
            return web.Response(status=201)
        return web.Response(status=int(service.mood))

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handle)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    service.port = runner.addresses[0][1]
    yield service
    service.over.set()
    await runner.cleanup()
