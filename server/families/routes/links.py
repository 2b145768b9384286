"""An account was linked to one's file: who it is, since when, and « ce n'est pas normal »."""

from typing import Any

from litestar import Response, get, post

from server.errors import NotFound
from server.families.commands.contesting import contest_link
from server.families.queries.links import Linked, my_link
from server.fields import Field, Typed, read
from server.web import AnyRequest, form_of, page, parent, redirect, visitor_of
from server.web.params import ref_of
from server.zone import town_day

PATH = "/dossier/rattachements/{ref:str}"
WORDS = (Field("message", "Ce que la mairie doit savoir", "lines", longest=500),)


@get(PATH, guards=[parent])
async def link(request: AnyRequest) -> Response[str]:
    """The account that came."""
    return await _page(request, Typed())


@post(PATH, guards=[parent], status_code=303)
async def contest(request: AnyRequest) -> Response[Any]:
    """It has no place here: an agent will look."""
    state = request.app.state
    now = state.clock()
    typed = read(WORDS, await form_of(request), town_day(now))
    if not typed.good:
        return await _page(request, typed, 422)
    if not await state.db.write(contest_link, visitor_of(request), ref_of(request), typed.value("message"), now):
        raise NotFound
    return redirect(f"/dossier/rattachements/{ref_of(request)}")


ROUTES = [link, contest]


async def _page(request: AnyRequest, typed: Typed, status: int = 200) -> Response[str]:
    found: Linked | None = await request.app.state.db.read(my_link, visitor_of(request), ref_of(request))
    if found is None:
        raise NotFound
    return page(request, "families/link.html", status, link=found, fields=WORDS, typed=typed)
