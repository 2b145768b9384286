"""The bytes of a document for an agent, each reading noted: an image inside the page, anything as a download."""

from typing import Any

from litestar import Response, get

from server.documents.commands.judging import note_read
from server.documents.queries.office import file_of
from server.documents.queries.values import Document, File
from server.documents.receiving import archive_of
from server.documents.words import download_name
from server.errors import NotFound
from server.web import AnyRequest, agent, visitor_of
from server.web.downloads import file_answer
from server.web.params import now_of, ref_of

GUARD = agent("dossiers")


@get("/agent/documents/{ref:str}/{position:int}", guards=[GUARD])
async def download(request: AnyRequest) -> Response[Any]:
    """One file to download."""
    return _answer(request, *(await _noted(request)))


@get("/agent/documents/{ref:str}/{position:int}/image", guards=[GUARD])
async def image(request: AnyRequest) -> Response[Any]:
    """One photo for the page that shows it; nothing but an image is ever shown in a page."""
    document, file = await _noted(request)
    if not file.image:
        raise NotFound
    return _answer(request, document, file, inline=True)


ROUTES = [download, image]


async def _noted(request: AnyRequest) -> tuple[Document, File]:
    db, ref, position = request.app.state.db, ref_of(request), int(request.path_params["position"])
    found: tuple[Document, File] | None = await db.read(file_of, ref, position)
    if found is None:
        raise NotFound
    await db.write(note_read, visitor_of(request), ref, position, now_of(request))
    return found


def _answer(request: AnyRequest, document: Document, file: File, inline: bool = False) -> Response[Any]:
    pieces = archive_of(request).safe.read(file.name)
    return file_answer(pieces, file.media, file.size, download_name(document, file), inline)
