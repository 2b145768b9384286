"""How many requests may be under way at once: beyond that the door says « revenez » now instead of letting all wait.

Four lanes, so that one crowd does not shut the others out: sign-ins (each costs a core for 17 ms), taps (a phone
keeps what is refused here and brings it back), files (minutes each on a slow network) and everything else. What needs
no database always passes.
"""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass

import msgspec
from litestar.types import ASGIApp

from server.errors import ANSWERS
from server.web.assets import packed
from server.web.wire import Headers, Message, Receive, Scope, Send, send_whole

LANES = {
    "sign-in": 2_500,  # beyond 1,500 the door itself says so, with the name that was typed (accounts/passwords.py)
    "taps": 1_000,
    "files": 60,
    "pages": 400,
}  # in one process; pages leave at 200 to 800 a second
ALWAYS = ("/sw.js", "/healthz", "/hors-ligne", "/hors-ligne/envoi", "/manifest.webmanifest")
TAPS = ("/taps", "/planning/taps")
UPLOAD = 30.0  # seconds for a whole body of 64 kB; a phone that died half-way, or drips, must not keep its place
SLOWEST = 10_000  # bytes a second a phone at the edge of its network still sends: 8 MB may take a quarter of an hour
SILENCE = 30.0  # seconds without a byte of a file; that phone is gone
FILES_END = "/fichiers"  # every door that takes files, and no other, has an address that ends so
COME_BACK = (5, 15)  # seconds; drawn, so that those sent away together do not return together

Render = Callable[..., str]


@dataclass(frozen=True)
class Refusals:
    """The answers to those for whom there is no room, made once: a crowd must not pay for its own refusal."""

    page: str
    form: str
    fragment: str
    taps: bytes

    @classmethod
    def rendered(cls, render: Render) -> "Refusals":
        """`render(template, **context)` is the template engine's."""
        busy, form = ANSWERS["busy"], ANSWERS["busy_form"]
        common = {"visitor": None, "unread": 0, "path": "", "status": 503}
        return cls(
            page=render("errors/page.html", title=busy.title, text=busy.text, reloads=True, **common),
            form=render("errors/page.html", title=form.title, text=form.text, reloads=False, **common),
            fragment=render("errors/fragment.html", title=busy.title, text=busy.text),
            taps=msgspec.json.encode({"error": "busy", "text": busy.text}),
        )


class Admission:
    """ASGI wrapper that counts who is inside, lane by lane."""

    def __init__(self, app: ASGIApp, refusals: Refusals, lanes: dict[str, int] = LANES, upload: float = UPLOAD) -> None:
        self.app, self.refusals, self.lanes, self.upload = app, refusals, lanes, upload
        self.inside = dict.fromkeys(lanes, 0)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        lane = lane_of(scope)
        if lane is None:
            await self.app(scope, receive, send)
        elif self.inside[lane] >= self.lanes[lane]:
            await self._refuse(scope, send)
        else:
            self.inside[lane] += 1
            try:
                await asyncio.sleep(0)  # who asks at the same moment is counted before anybody is served
                await self.app(scope, receive if scope["method"] == "GET" else self._within(receive, scope), send)
            finally:
                self.inside[lane] -= 1

    def _within(self, receive: Receive, scope: Scope) -> Receive:
        """`receive`, for which a sender that is not done in time is one that has left.

        One limit for the whole body: with one for each piece, a few hundred senders of a byte now and then shut a lane.
        """
        loop, files = asyncio.get_running_loop(), takes_files(scope)
        over = loop.time() + self.upload + (body_length(scope) / SLOWEST if files else 0)

        async def received() -> Message:
            try:
                async with asyncio.timeout_at(min(over, loop.time() + SILENCE) if files else over):
                    return await receive()
            except TimeoutError:
                return {"type": "http.disconnect"}

        return received

    async def _refuse(self, scope: Scope, send: Send) -> None:
        seconds = str(random.randint(*COME_BACK)).encode()  # noqa: S311  (spreads a crowd, no secret)
        headers: Headers = [(b"retry-after", seconds), (b"cache-control", b"no-store")]
        if scope["path"] == "/taps":
            await send_whole(send, 503, [*headers, (b"content-type", b"application/json")], self.refusals.taps)
            return
        asked = dict(scope["headers"])
        headers.append((b"content-type", b"text/html; charset=utf-8"))
        if scope["path"].startswith("/f/") or asked.get(b"hx-request-type") == b"partial":
            html = self.refusals.fragment
        elif scope["method"] == "GET":
            html = self.refusals.page
            headers.append((b"refresh", seconds))
        else:
            html = self.refusals.form
        if b"br" in asked.get(b"accept-encoding", b""):
            await send_whole(send, 503, [*headers, (b"content-encoding", b"br")], packed(html))
        else:
            await send_whole(send, 503, headers, html.encode())


def lane_of(scope: Scope) -> str | None:
    """The lane a request stands in; None for what always passes."""
    path = scope["path"]
    if scope["type"] != "http" or path in ALWAYS:
        return None
    if path in TAPS:
        return "taps"
    if takes_files(scope):
        return "files"
    return "sign-in" if path == "/connexion" and scope["method"] == "POST" else "pages"


def takes_files(scope: Scope) -> bool:
    """Whether this request may carry files, and be long."""
    path: str = scope["path"]
    return bool(scope["method"] == "POST" and path.endswith(FILES_END))


def body_length(scope: Scope) -> int:
    """What the request says it will send; 0 when it does not say."""
    raw = dict(scope["headers"]).get(b"content-length", b"")
    return int(raw) if raw.isdigit() else 0
