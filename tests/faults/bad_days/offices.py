"""A mail server and a push service on the loopback that work, refuse, hang, trickle or are not there, as they are told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.ports import free_port

MOMENT = 0.01  # seconds
TAKES = ("up", "slow", "mute")  # moods in which it takes what it is handed


@dataclass
class Service:
    """`mood`: up, away (nobody listens), hanging, slow, mute, or what it answers ("503", "451").

    A mute one takes what it is handed and never says so.
    A slow one takes what it is handed, and each thing it says comes `late` ticks of the test's later, in two pieces;
    with `late` 0 after a moment.
    """

    port: int = 0
    mood: str = "up"
    late: int = 0
    taken: list[str] = field(default_factory=list)  # topics or Message-IDs, in order
    calls: int = 0
    over: asyncio.Event = field(default_factory=asyncio.Event)  # nobody waits any more for an answer that hangs
    held: list[list[Any]] = field(default_factory=list)  # ticks to go and the event of each answer not given yet

    async def may_say_so(self) -> None:
        """A mute one never does."""
        if self.mood == "mute":
            await self.over.wait()

    async def takes_its_time(self) -> None:
        """What a slow service does before it says anything."""
        if self.mood != "slow":
            return
        if not self.late:
            await asyncio.sleep(MOMENT)
            return
        given = asyncio.Event()
        self.held.append([self.late, given])
        await given.wait()

    def tick(self) -> None:
        """Time passes: what was late long enough is said."""
        for answer in self.held:
            answer[0] -= 1
            if answer[0] <= 0:
                answer[1].set()
        self.held = [answer for answer in self.held if answer[0] > 0]

    def let_go(self) -> None:
        """All that was held is said now."""
        self.over.set()
        for _, given in self.held:
            given.set()
        self.held = []

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
        if self.service.mood not in TAKES:
            return f"{self.service.mood} not now"
        content = envelope.content
        assert isinstance(content, bytes)
        self.service.taken.append(content.decode("utf-8", "replace").split("Message-ID: <", 1)[1].split("@", 1)[0])
        await self.service.may_say_so()
        return "250 OK"


class Trickle(SMTP):
    """Says each thing in two pieces when its service is slow."""

    service: Service

    async def push(self, status: str | bytes) -> None:
        said = status.encode() if isinstance(status, str) else status
        if self.service.mood == "slow":
            await self.service.takes_its_time()
            self._writer.write(said[: len(said) // 2])
            await self._writer.drain()
            await asyncio.sleep(MOMENT)
            said = said[len(said) // 2 :]
        await super().push(said)


@asynccontextmanager
async def mail_server() -> AsyncIterator[Service]:
    service = Service(free_port())

    def conversation() -> Any:
        if service.mood == "away":
            raise ConnectionRefusedError
        made = Trickle(MailHandler(service), hostname="test", enable_SMTPUTF8=True)
        made.service = service
        return made

    server = await asyncio.get_running_loop().create_server(lambda: conversation(), "127.0.0.1", service.port)
    yield service
    service.let_go()
    server.close()


@asynccontextmanager
async def push_service() -> AsyncIterator[Service]:
    service = Service()

    async def handle(request: web.Request) -> web.StreamResponse:
        if service.sulks():
            await service.over.wait()
        if service.mood == "away":
            assert request.transport
            request.transport.abort()
        if service.mood in TAKES:
            service.taken.append(request.headers["Topic"])
            await service.may_say_so()
            return await thanks(request)
        if service.mood == "away":
            return web.Response(status=201)
        return web.Response(status=int(service.mood))

    async def thanks(request: web.Request) -> web.StreamResponse:
        await service.takes_its_time()
        answer = web.StreamResponse(status=201, headers={"Content-Length": "2"})
        await answer.prepare(request)
        await answer.write(b"o")
        await service.takes_its_time()
        await answer.write(b"k")
        return answer

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handle)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    service.port = runner.addresses[0][1]
    yield service
    service.let_go()
    await runner.cleanup()
