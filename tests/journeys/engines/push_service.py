"""A push service of our own that Firefox subscribes to: its websocket protocol (JSON), and an endpoint that is posted to.

What is posted is carried to the browser unread: only Firefox holds the key. A subscription may be ended (410).
"""

import asyncio
import base64
import threading
import uuid
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web


@dataclass
class Posted:
    """One message as it came from the town hall."""

    channel: str
    headers: dict[str, str]
    body: bytes


@dataclass
class PushService:
    """Runs in a thread of its own until `stop`."""

    posted: list[Posted] = field(default_factory=list)
    acknowledged: list[tuple[str, int]] = field(default_factory=list)
    channels: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    port: int = 0

    def __post_init__(self) -> None:
        self._browser: web.WebSocketResponse | None = None
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self._ready.wait(10)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def preferences(self) -> dict[str, Any]:
        """What sends Firefox here instead of to Mozilla, and lets a page without https subscribe unasked."""
        return {
            "dom.push.serverURL": f"ws://{self.host}/",
            "dom.push.connection.enabled": True,  # Marionette turns it off
            "dom.push.testing.allowInsecureServerURL": True,
            "dom.push.testing.ignorePermission": True,
            "permissions.default.desktop-notification": 1,
            "alerts.useSystemBackend": False,  # no desktop here: Firefox shows its notifications itself
        }

    def end_all(self) -> None:
        """From now on every endpoint is gone."""
        self.ended += self.channels

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._start())
        self._ready.set()
        self._loop.run_forever()

    async def _start(self) -> None:
        app = web.Application()
        app.router.add_get("/", self._talk)
        app.router.add_post("/push/{channel}", self._receive)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.port = runner.addresses[0][1]

    async def _talk(self, request: web.Request) -> web.WebSocketResponse:
        self._browser = web.WebSocketResponse(protocols=("push-notification",))
        await self._browser.prepare(request)
        async for message in self._browser:
            if message.type is WSMsgType.TEXT and (answer := self._answer(message.json())):
                await self._browser.send_json(answer)
        return self._browser

    def _answer(self, said: dict[str, Any]) -> dict[str, Any] | None:
        kind, channel = said.get("messageType", "ping"), said.get("channelID", "")
        if kind == "hello":
            return {
                "messageType": "hello",
                "uaid": said.get("uaid") or uuid.uuid4().hex,
                "status": 200,
                "use_webpush": True,
            }
        if kind == "register":
            self.channels.append(channel)
            endpoint = f"http://{self.host}/push/{channel}"
            return {"messageType": kind, "channelID": channel, "status": 200, "pushEndpoint": endpoint}
        if kind == "unregister":
            self.channels.remove(channel)
            return {"messageType": kind, "channelID": channel, "status": 200}
        if kind == "ack":
            self.acknowledged += [(update["channelID"], update["code"]) for update in said["updates"]]
        return {} if kind == "ping" else None

    async def _receive(self, request: web.Request) -> web.Response:
        channel = request.match_info["channel"]
        if channel in self.ended or channel not in self.channels:
            return web.Response(status=410)
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.posted.append(Posted(channel, headers, await request.read()))
        assert self._browser, "no browser is connected"
        data = base64.urlsafe_b64encode(self.posted[-1].body).rstrip(b"=").decode()
        await self._browser.send_json({
            "messageType": "notification", "channelID": channel, "version": uuid.uuid4().hex, "data": data,
            "headers": {"encoding": headers["content-encoding"]},
        })  # fmt: skip
        return web.Response(status=201)
