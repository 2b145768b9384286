"""The outer wall: what every answer carries and every request must satisfy, errors and 404s included.

Litestar's own hooks miss error answers, so this wraps the whole application: assets, security headers,
the same-origin rule for writes, HEAD, the size of bodies, and how many requests may be inside at once.
"""

from typing import Any

from litestar.types import ASGIApp

from server.web.admission import Admission, Refusals, takes_files
from server.web.assets import Asset, Assets
from server.web.packing import length_of, packing
from server.web.wire import Headers, Message, Receive, Scope, Send, send_whole

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = [
    (b"content-security-policy", CSP.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(self), microphone=(), geolocation=(), payment=(), usb=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
]
HSTS = (b"strict-transport-security", b"max-age=63072000; includeSubDomains")
SAFE = ("GET", "HEAD", "OPTIONS")
BODY_LIMIT = 64 * 1024  # bytes, but for the doors that take files: they measure themselves (server/web/uploads.py)


class Wall:
    """ASGI wrapper around the application."""

    def __init__(self, app: ASGIApp, assets: Assets, origin: str, refusals: Refusals) -> None:
        self.app, self.assets, self.origin = app, assets, origin
        self.admission = Admission(app, refusals)
        self.headers = [*HEADERS, HSTS] if origin.startswith("https://") else HEADERS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        guarded = self._sender(scope, send)
        headers = dict(scope["headers"])
        if scope["path"].startswith("/a/"):
            await _send_asset(self.assets, scope, headers, guarded)
        elif scope["method"] not in SAFE and not self._same_origin(headers):
            await _plain(guarded, 403, "Demande refusée : elle vient d’un autre site.")
        elif int(headers.get(b"content-length", b"0") or b"0") > BODY_LIMIT and not takes_files(scope):
            await _json(
                guarded, 413, b'{"error":"too_large","text":"Envoi trop volumineux. Rien n\'a ete enregistre."}'
            )
        else:
            inner: Any = {**scope, "method": "GET"} if scope["method"] == "HEAD" else scope
            await self.admission(inner, receive, packing(guarded, headers.get(b"accept-encoding", b"")))

    def _same_origin(self, headers: dict[bytes, bytes]) -> bool:
        """A browser says where a write comes from; one that says nothing must at least name our origin."""
        site = headers.get(b"sec-fetch-site")
        if site is not None:
            return site in (b"same-origin", b"none")
        origin = headers.get(b"origin", b"").decode("latin-1")
        return (
            origin == ""
            or origin == self.origin
            or origin.split("://")[-1] == headers.get(b"host", b"").decode("latin-1")
        )

    def _sender(self, scope: Scope, send: Send) -> Send:
        head = scope["method"] == "HEAD"

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = message.get("headers", [])
                said = {name for name, _ in own}  # a file to download has a policy of its own
                message["headers"] = [*own, *(each for each in self.headers if each[0] not in said)]
            elif head and message["type"] == "http.response.body":
                message = {"type": "http.response.body", "body": b"", "more_body": False}
            await send(message)

        return guarded


async def _send_asset(assets: Assets, scope: Scope, headers: dict[bytes, bytes], send: Send) -> None:
    _, _, build, name = (*scope["path"].split("/", 3), "")[:4]
    asset = assets.files.get(name)
    if asset is None:
        await _plain(send, 404, "Fichier introuvable")
        return
    # An old page may ask for a file of its own build: it gets today's, but must not keep it under that name.
    cache = b"public, max-age=31536000, immutable" if build == assets.build else b"no-cache"
    packed = asset.brotli is not None and b"br" in headers.get(b"accept-encoding", b"")
    await send_whole(
        send, 200, _asset_headers(asset, cache, packed), asset.brotli if packed and asset.brotli else asset.body
    )


def _asset_headers(asset: Asset, cache: bytes, packed: bool) -> Headers:
    headers = [(b"content-type", asset.type.encode()), (b"cache-control", cache), (b"vary", b"accept-encoding")]
    headers.append(length_of(asset.body))
    return [*headers, (b"content-encoding", b"br")] if packed else headers


async def _plain(send: Send, status: int, text: str) -> None:
    await send_whole(send, status, [(b"content-type", b"text/plain; charset=utf-8")], text.encode())


async def _json(send: Send, status: int, body: bytes) -> None:
    await send_whole(send, status, [(b"content-type", b"application/json")], body)
