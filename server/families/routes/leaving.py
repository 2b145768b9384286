"""A parent asks that an adult or a child leaves the household's file: what it would end is read first."""

from typing import Any, cast

from litestar import Response, get, post

from server.errors import NotFound
from server.families.commands.leaving import Leaving, What
from server.families.commands.removing import ask_to_remove, leaving_of
from server.fields import Field, Typed, read
from server.web import AnyRequest, form_of, page, parent, redirect, visitor_of
from server.web.params import ref_of
from server.zone import town_day

SECTIONS: dict[str, What] = {"adultes": "adulte", "enfants": "enfant"}
WHY = (Field("motif", "Pourquoi\u00a0?", "lines", True, 500, "La mairie le lit, les autres adultes du dossier aussi."),)
URL = "/dossier/famille/{section:str}/{ref:str}/retrait"


@get(URL, guards=[parent])
async def removal(request: AnyRequest) -> Response[str]:
    """What would end, and the form."""
    return _page(request, await _found(request), Typed())


@post(URL, guards=[parent], status_code=303)
async def ask(request: AnyRequest) -> Response[Any]:
    """File the request."""
    found, state = await _found(request), request.app.state
    now = state.clock()
    typed = read(WHY, await form_of(request), town_day(now))
    if found.fault or not typed.good:
        return _page(request, found, typed, 422)
    filed = await state.db.write(ask_to_remove, visitor_of(request), found, typed.value("motif"), state.service, now)
    return redirect(f"/dossier/demarches/{filed.ref}?deposee")


async def _found(request: AnyRequest) -> Leaving:
    what, state = SECTIONS.get(str(request.path_params["section"])), request.app.state
    if what is None:
        raise NotFound
    found = await state.db.read(leaving_of, visitor_of(request), what, ref_of(request), state.endings, state.clock())
    return cast("Leaving", found)


def _page(request: AnyRequest, found: Leaving, typed: Typed, status: int = 200) -> Response[str]:
    return page(request, "families/leaving.html", status, found=found, fields=WHY, typed=typed)


ROUTES = [removal, ask]
