"""The bell: every notice, and what a notice is about."""

from litestar import Response, get, post

from server.errors import NotFound
from server.notices.commands.choosing import mark_all_read, mark_read
from server.notices.queries import bell
from server.notices.routes.asked import page_number, said_by
from server.web import AnyRequest, page, redirect, signed_in, visitor_of
from server.web.params import ref_of


@get("/avis", guards=[signed_in])
async def bell_page(request: AnyRequest) -> Response[str]:
    """The bell: every notice, newest first."""
    shown = await request.app.state.db.read(bell, visitor_of(request).account_id, page_number(request))
    if shown.page > 1 and not shown.notices:
        raise NotFound
    return page(request, "notices/bell.html", bell=shown, said=said_by(request))


@post("/avis/lus", guards=[signed_in], status_code=303)
async def read_all(request: AnyRequest) -> Response[None]:
    """Everything is read."""
    state = request.app.state
    await state.db.write(mark_all_read, visitor_of(request).account_id, state.clock())
    return redirect("/avis?dit=lus")


@get("/avis/{ref:str}", guards=[signed_in])
async def open_notice(request: AnyRequest) -> Response[None]:
    """One notice: it is read, and what it is about opens."""
    state = request.app.state
    url = await state.db.write(mark_read, visitor_of(request).account_id, ref_of(request), state.clock())
    if url is None:
        raise NotFound
    return redirect(url)


ROUTES = [bell_page, read_all, open_notice]
