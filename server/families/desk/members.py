"""The members of a household at the agents' desk, and taking one out: read what ends, say why, for good."""

from typing import Any, cast

from litestar import Response, get, post

from server.errors import NotFound
from server.families.commands.leaving import Leaving, What, look_at_leaving, take_out
from server.families.commands.readings import open_family
from server.families.commands.relating import Relations, relations_of
from server.fields import Field, Typed, read
from server.web import AnyRequest, agent, form_of, page, redirect, visitor_of
from server.web.params import ref_of
from server.zone import town_day

FILES = agent("dossiers")
SECTIONS: dict[str, What] = {"adultes": "adulte", "enfants": "enfant"}
WHY = (Field("motif", "Motif", "lines", True, 300, "Noté au journal."),)
LIST = "/agent/familles/{ref:str}/membres"
ONE = LIST + "/{section:str}/{member:str}"


@get(LIST, guards=[FILES])
async def members(request: AnyRequest) -> Response[str]:
    """Who is in the file."""
    state = request.app.state
    file: Relations = await state.db.read(relations_of, ref_of(request))
    await state.db.write(open_family, visitor_of(request), file.ref, state.clock())
    return page(request, "families/desk/members.html", file=file, done="fait" in request.query_params)


@get(ONE, guards=[FILES])
async def member(request: AnyRequest) -> Response[str]:
    """One member: what ends if they leave."""
    return _page(request, await _found(request), Typed())


@post(ONE, guards=[FILES], status_code=303)
async def remove(request: AnyRequest) -> Response[Any]:
    """Take them out."""
    found, state = await _found(request), request.app.state
    now = state.clock()
    typed = read(WHY, await form_of(request), town_day(now))
    if not typed.good:
        return _page(request, found, typed, 422)
    fault: str = await state.db.write(
        take_out, visitor_of(request), found.file.ref, found.what, found.member.ref, typed.value("motif"),
        state.endings, now,
    )  # fmt: skip
    if fault:
        return _page(request, await _found(request), typed, 409)
    return redirect(f"/agent/familles/{found.file.ref}/membres?fait")


async def _found(request: AnyRequest) -> Leaving:
    what, state, visitor = SECTIONS.get(str(request.path_params["section"])), request.app.state, visitor_of(request)
    if what is None:
        raise NotFound
    ref, now = ref_of(request), state.clock()
    found = await state.db.read(look_at_leaving, ref, what, ref_of(request, "member"), state.endings, visitor, now)
    await state.db.write(open_family, visitor, ref, now)
    return cast("Leaving", found)


def _page(request: AnyRequest, found: Leaving, typed: Typed, status: int = 200) -> Response[str]:
    return page(request, "families/desk/member.html", status, found=found, fields=WHY, typed=typed)


ROUTES = [members, member, remove]
