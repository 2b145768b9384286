"""The photo of a family's adult for the agents who hold files; a page of the desk shows it."""

from typing import Any

from litestar import Response, get

from server.accounts.queries.photos import photo_for_agent
from server.web import AnyRequest, agent
from server.web.downloads import photo_answer
from server.web.params import ref_of


@get("/agent/photos/{ref:str}", guards=[agent("dossiers")])
async def adult_photo(request: AnyRequest) -> Response[Any]:
    """The image, under a name only the family's page tells."""
    return photo_answer(await request.app.state.db.read(photo_for_agent, ref_of(request)))


ROUTES = [adult_photo]
