"""Documents and photos beside a message: the form read with its files, each put down before the message names it.

They go the documents' way (re-encoded, sealed, looked at by the antivirus), a document a file, and belong to the
message by the name its form carries: a form sent twice is one message with one of each.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import PurePath

from server.documents.archive import Archive, BadFile
from server.documents.commands.putting import New, NoSpace
from server.documents.words import NO_SPACE, limits_words, refusal_of
from server.errors import Full
from server.messages.asking import envelope
from server.web import AnyRequest, form_of, visitor_of
from server.web.folding import clean
from server.web.uploads import TooMuch, Upload, received

FILES = "fichier"  # the field


@dataclass(frozen=True)
class Posted:
    """A message's form: its fields, its files, and what is wrong with these."""

    fields: dict[str, str]
    files: Sequence[Upload] = ()
    error: str = ""
    envelope: str = ""


@asynccontextmanager
async def posted(request: AnyRequest) -> AsyncIterator[Posted]:
    """The form, with or without files; what was typed is there even when a file is too heavy."""
    if not request.headers.get("content-type", "").startswith("multipart/"):
        fields = await form_of(request)
        yield Posted(fields, envelope=envelope(fields))
        return
    archive = archive_of(request)
    if not await asyncio.to_thread(archive.safe.has_room):
        raise Full(retry_after=600)
    async with AsyncExitStack() as stack:
        refused: TooMuch | None = None
        try:
            account = visitor_of(request).account_id
            reading = received(request, archive.safe.draft, archive.limits, account, early=False)
            sent = await stack.enter_async_context(reading)
        except TooMuch as error:
            refused = error
        if refused:
            yield Posted(refused.fields, error=refusal_of(refused, archive.limits), envelope=envelope({}))
        else:
            yield Posted(sent.fields, sent.files, envelope=envelope(sent.fields))


async def attach(request: AnyRequest, form: Posted, family_id: int | None) -> str:
    """Put each file down for this message; why one is not taken, or nothing. Town's or family's, by who sends."""
    visitor, archive = visitor_of(request), archive_of(request)
    for upload in form.files:
        new = New(
            shelf="family" if visitor.is_agent else "sent",
            kind="other",
            title=clean(PurePath(upload.name).stem, 120) or "Pièce jointe",
            sent_by=visitor.account_id,
            sent_key=form.envelope,
            files=(),
            family_id=family_id,
            message_ref=form.envelope,
        )
        try:
            await archive.put(new, [upload], request.app.state.clock())
        except BadFile as error:
            return refusal_of(error, archive.limits)
        except NoSpace:
            return NO_SPACE
    return ""


def archive_of(request: AnyRequest) -> Archive:
    """The archive of this application."""
    archive: Archive = request.app.state.archive
    return archive


def files_hint(request: AnyRequest) -> str:
    """What may be attached."""
    return limits_words(archive_of(request).limits)
