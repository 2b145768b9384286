"""Compresses what is written for one visitor: pages, fragments, verdicts. What is sent to many is packed beforehand.

Every answer tells its length unpacked: Firefox takes a packed one that was cut on its way for a complete one.

Ours and not the framework's, which feeds a stream: an answer here is in one piece, and packing it in one go is cheaper.
"""

import zlib

import brotli

from server.web.wire import Headers, Message, Send

SMALLEST = 500  # bytes; below, packing gains nothing
QUALITY = 4  # of brotli: half the time of 5 for a tenth more bytes (docs/benchmarks.md)
TEXTS = (b"text/html", b"application/json", b"text/csv")


def packing(send: Send, accepted: bytes) -> Send:
    """`send`, packing every answer that is text and in one piece for a browser that accepts it."""
    way = b"br" if b"br" in accepted else b"gzip" if b"gzip" in accepted else b""
    start: Message = None

    async def packed(message: Message) -> None:
        nonlocal start
        if message["type"] == "http.response.start" and _is_plain_text(message["headers"]):
            start = message
            return
        if start is not None and message["type"] == "http.response.body":
            first, start = start, None
            if not message.get("more_body"):
                message["body"], first["headers"] = _made_ready(message.get("body", b""), first["headers"], way)
            await send(first)
        await send(message)

    return packed


def _made_ready(body: bytes, headers: Headers, way: bytes) -> tuple[bytes, Headers]:
    headers = [*headers, length_of(body)]
    if not way or len(body) < SMALLEST:
        return body, headers
    shrunk = _shrunk(body, way)
    return shrunk, _told(headers, way, len(shrunk))


def length_of(unpacked: bytes) -> tuple[bytes, bytes]:
    """The header that lets the service worker know a whole answer (service_worker/shelf.js)."""
    return b"x-marelle-length", str(len(unpacked)).encode()


def _is_plain_text(headers: Headers) -> bool:
    fields = dict(headers)
    return b"content-encoding" not in fields and fields.get(b"content-type", b"").startswith(TEXTS)


def _shrunk(body: bytes, way: bytes) -> bytes:
    if way == b"br":
        return brotli.compress(body, mode=brotli.MODE_TEXT, quality=QUALITY, lgwin=18)  # type: ignore[no-any-return]
    maker = zlib.compressobj(6, zlib.DEFLATED, 31)
    return maker.compress(body) + maker.flush()


def _told(headers: Headers, way: bytes, length: int) -> Headers:
    others = [(name, value) for name, value in headers if name != b"content-length"]
    return [
        *others,
        (b"content-length", str(length).encode()),
        (b"content-encoding", way),
        (b"vary", b"accept-encoding"),
    ]
