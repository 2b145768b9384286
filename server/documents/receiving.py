"""What the three doors that take files do alike: read the form, put the document down, or say what is wrong with it."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from litestar import Response

from server.documents.archive import Archive, BadFile
from server.documents.commands.putting import New, NoSpace, Put
from server.documents.words import NO_SPACE, NOTHING_CHOSEN, refusal_of
from server.errors import Full
from server.fields import Field, Typed, read
from server.web import AnyRequest, redirect, visitor_of
from server.web.params import now_of, today_of
from server.web.uploads import TooMuch, received

LONGEST_ID = 64
FILES = "fichier"  # the field the files are in


@dataclass(frozen=True)
class Taken:
    """What became of a form with files: the document, or the fields with what stands beside them."""

    put: Put | None
    typed: Typed
    status: int = 422


async def take_in(
    request: AnyRequest,
    fields: Sequence[Field],
    new: Callable[[Typed, str], New],
    also: Callable[[Typed], Typed] = lambda typed: typed,
) -> Taken:
    """Read, judge, put down. `new` makes a document of what was typed and the form's own id; `also` judges more."""
    archive, typed = archive_of(request), Typed()
    if not await asyncio.to_thread(archive.safe.has_room):
        raise Full(retry_after=600)
    try:
        async with received(request, archive.safe.draft, archive.limits, visitor_of(request).account_id) as sent:
            typed = also(read(fields, sent.fields, today_of(request)))
            if not sent.files:
                typed = typed.but(**{FILES: NOTHING_CHOSEN})
            if not typed.good:
                return Taken(None, typed)
            key = sent.fields.get("envoi", "")[:LONGEST_ID] or secrets.token_urlsafe(12)
            return Taken(await archive.put(new(typed, key), sent.files, now_of(request)), typed)
    except (BadFile, TooMuch) as error:
        wrong = typed.but(**{FILES: refusal_of(error, archive.limits)})
        return Taken(None, wrong, 413 if isinstance(error, TooMuch) else 422)
    except NoSpace:
        return Taken(None, typed.but(**{FILES: NO_SPACE}))


async def answer(
    request: AnyRequest, taken: Taken, url: str, again: Callable[[Taken], Awaitable[Response[str]]]
) -> Response[Any]:
    """Where to go, or the form again; for the page's script, which still holds the form, the same in two words."""
    if not request.headers.get("accept", "").startswith("application/json"):
        return await again(taken) if taken.put is None else redirect(url)
    if taken.put is None:
        field, text = next(iter(taken.typed.errors.items()))
        return _json({"error": "refused", "field": field, "text": text}, taken.status)
    return _json({"url": url}, 200)


def new_form_id() -> str:
    """What makes a form sent twice one document."""
    return secrets.token_urlsafe(12)


def archive_of(request: AnyRequest) -> Archive:
    """The archive of this application."""
    archive: Archive = request.app.state.archive
    return archive


def _json(body: dict[str, str], status: int) -> Response[bytes]:
    headers = {"Cache-Control": "no-store"}
    return Response(msgspec.json.encode(body), status_code=status, media_type="application/json", headers=headers)
