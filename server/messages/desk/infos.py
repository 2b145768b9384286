"""Agents write the practical pages."""

from typing import Any

from litestar import Response, get, post

from server.errors import NotFound
from server.fields import Typed, read
from server.messages.commands.pages import Page, drop_info, keep_info
from server.messages.desk.pages import GUARD, LATE, page_form, said_in
from server.messages.queries.pages import InfoPage, infos, one_info
from server.messages.rules.pages import INFO
from server.web import AnyRequest, form_of, page, redirect, visitor_of
from server.web.params import number_of, ref_of, today_of


@get("/agent/infos", guards=[GUARD])
async def info_pages(request: AnyRequest) -> Response[str]:
    """The practical pages in their order."""
    found = await request.app.state.db.read(infos, False)
    return page(request, "messages/desk_infos.html", infos=found, said=said_in(request))


@get("/agent/infos/nouvelle", guards=[GUARD])
async def new_info(request: AnyRequest) -> Response[str]:
    """An empty page."""
    return page_form(request, "infos", "", INFO, Typed({"rang": "10", "visible": "oui"}), 0)


@get("/agent/infos/{ref:str}", guards=[GUARD])
async def edit_info(request: AnyRequest) -> Response[str]:
    """A page as it is."""
    found: InfoPage | None = await request.app.state.db.read(one_info, ref_of(request))
    if found is None:
        raise NotFound
    values = {"titre": found.title, "texte": found.body, "rang": str(found.position)}
    return page_form(
        request, "infos", found.ref, INFO, Typed({**values, "visible": "oui" if found.shown else ""}), found.version
    )


@post("/agent/infos", guards=[GUARD])
async def add_info(request: AnyRequest) -> Response[Any]:
    """A new page."""
    return await _keep_info(request, "")


@post("/agent/infos/{ref:str}", guards=[GUARD])
async def change_info(request: AnyRequest) -> Response[Any]:
    """The page changed."""
    return await _keep_info(request, ref_of(request))


@post("/agent/infos/{ref:str}/retrait", guards=[GUARD])
async def remove_info(request: AnyRequest) -> Response[None]:
    """Taken away."""
    state = request.app.state
    await state.db.write(drop_info, visitor_of(request), ref_of(request), state.clock())
    return redirect("/agent/infos?dit=retire")


async def _keep_info(request: AnyRequest, ref: str) -> Response[Any]:
    form, state = await form_of(request), request.app.state
    typed, seen = read(INFO, form, today_of(request)), number_of(form.get("version"))
    if not typed.good:
        return page_form(request, "infos", ref, INFO, typed, seen)
    rank = int(typed.value("rang") or 0)
    wanted = Page(typed.value("titre"), typed.value("texte"), rank, typed.ticked("visible"), seen)
    if not await state.db.write(keep_info, visitor_of(request), ref, wanted, state.clock()):
        now: InfoPage | None = await state.db.read(one_info, ref)
        return page_form(request, "infos", ref, INFO, typed.but(texte=LATE), now.version if now else 0)
    return redirect("/agent/infos?dit=garde")


ROUTES = [info_pages, new_info, edit_info, add_info, change_info, remove_info]
