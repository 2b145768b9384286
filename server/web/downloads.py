"""A file to download: its own sandbox, never guessed at nor kept by the browser, of no use to another site."""

import logging
from collections.abc import Iterator
from urllib.parse import quote

from litestar.response import Stream

from server.adapters.safe import Damaged
from server.errors import NotFound

log = logging.getLogger("marelle")
HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'; form-action 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def file_answer(pieces: Iterator[bytes], media: str, size: int, name: str, inline: bool = False) -> Stream:
    """The bytes under a name people recognise. `inline` is for images a page of ours shows. Raises NotFound."""
    try:
        first = next(pieces)
    except (Damaged, StopIteration) as damaged:
        log.error("a document's file cannot be read: %s", damaged)
        raise NotFound("Ce fichier ne peut plus être lu. Prévenez la mairie.") from damaged
    way = "inline" if inline else "attachment"
    plain = "".join(c if c.isascii() and (c.isalnum() or c in " .-") else "_" for c in name)
    headers = {
        **HEADERS,
        "Content-Length": str(size),
        "Content-Disposition": f"{way}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
    }
    return Stream(_whole(first, pieces), media_type=media, headers=headers)


def photo_answer(image: bytes | None) -> Stream:
    """A small JPEG kept in the database, for a page of ours. Raises NotFound when there is none."""
    if image is None:
        raise NotFound
    return file_answer(iter((image,)), "image/jpeg", len(image), "photo.jpg", inline=True)


def _whole(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest
