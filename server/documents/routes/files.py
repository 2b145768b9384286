"""A file to download, looked up anew each time among what this family may see; and an envoi taken back."""

from typing import Any

from litestar import Response, get, post

from server.documents.commands.judging import take_back
from server.documents.queries.family import file_for
from server.documents.receiving import archive_of
from server.documents.words import download_name
from server.errors import NotFound
from server.web import AnyRequest, parent, redirect, visitor_of
from server.web.downloads import file_answer
from server.web.params import now_of, ref_of, today_of


@get("/documents/{ref:str}/{position:int}", guards=[parent])
async def download(request: AnyRequest) -> Response[Any]:
    """One file of one's own, or of the town's."""
    visitor, position = visitor_of(request), int(request.path_params["position"])
    found = await request.app.state.db.read(file_for, visitor, ref_of(request), position, today_of(request))
    if found is None:
        raise NotFound
    document, file = found
    return file_answer(archive_of(request).safe.read(file.name), file.media, file.size, download_name(document, file))


@post("/documents/{ref:str}/retrait", guards=[parent], status_code=303)
async def withdraw(request: AnyRequest) -> Response[None]:
    """Take an envoi back before anybody has judged it."""
    names = await request.app.state.db.write(take_back, visitor_of(request), ref_of(request), now_of(request))
    if names is None:
        return redirect("/documents/envois?dit=trop-tard")
    await archive_of(request).throw_away(names)
    return redirect("/documents/envois?dit=retire")


ROUTES = [download, withdraw]
