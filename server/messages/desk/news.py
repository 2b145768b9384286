"""Agents write news: what families see today, pinned or not, told or not."""

from typing import Any

from litestar import Response, get, post

from server.errors import NotFound
from server.fields import Typed, read
from server.messages.commands.pages import Piece, drop_news, keep_news
from server.messages.desk.pages import GUARD, LATE, page_form, said_in
from server.messages.queries.pages import News, all_news, one_news
from server.messages.rules.pages import NEWS, checked
from server.web import AnyRequest, form_of, page, redirect, visitor_of
from server.web.params import number_of, ref_of, today_of


@get("/agent/actualites", guards=[GUARD])
async def news(request: AnyRequest) -> Response[str]:
    """All of it, and what families see of it today."""
    found = await request.app.state.db.read(all_news)
    today = today_of(request)
    shown = [piece.ref for piece in found if piece.shown_on(today)]
    return page(request, "messages/desk_news.html", news=found, shown=shown, today=today, said=said_in(request))


@get("/agent/actualites/nouvelle", guards=[GUARD])
async def new_news(request: AnyRequest) -> Response[str]:
    """An empty piece, visible from today."""
    return page_form(request, "news", "", NEWS, Typed({"du": today_of(request).isoformat()}), 0)


@get("/agent/actualites/{ref:str}", guards=[GUARD])
async def edit_news(request: AnyRequest) -> Response[str]:
    """A piece as it is."""
    found = await request.app.state.db.read(one_news, ref_of(request))
    if found is None:
        raise NotFound
    return page_form(request, "news", found.ref, NEWS, _typed_news(found), found.version)


@post("/agent/actualites", guards=[GUARD])
async def add_news(request: AnyRequest) -> Response[Any]:
    """A new piece."""
    return await _keep_news(request, "")


@post("/agent/actualites/{ref:str}", guards=[GUARD])
async def change_news(request: AnyRequest) -> Response[Any]:
    """The piece changed."""
    return await _keep_news(request, ref_of(request))


@post("/agent/actualites/{ref:str}/retrait", guards=[GUARD])
async def remove_news(request: AnyRequest) -> Response[None]:
    """Taken away."""
    state = request.app.state
    await state.db.write(drop_news, visitor_of(request), ref_of(request), state.clock())
    return redirect("/agent/actualites?dit=retire")


async def _keep_news(request: AnyRequest, ref: str) -> Response[Any]:
    form, state, today = await form_of(request), request.app.state, today_of(request)
    typed, seen = checked(read(NEWS, form, today)), number_of(form.get("version"))
    first = typed.day("du") if typed.good else None
    if first is None:
        return page_form(request, "news", ref, NEWS, typed, seen)
    piece = Piece(
        typed.value("titre"), typed.value("texte"), first, typed.day("au"), typed.ticked("epingle"),
        typed.ticked("prevenir"), seen,
    )  # fmt: skip
    if not await state.db.write(keep_news, visitor_of(request), ref, piece, today, state.clock()):
        now: News | None = await state.db.read(one_news, ref)
        return page_form(request, "news", ref, NEWS, typed.but(texte=LATE), now.version if now else 0)
    return redirect("/agent/actualites?dit=garde")


def _typed_news(piece: News) -> Typed:
    last = piece.last_day.isoformat() if piece.last_day else ""
    ticks = {"epingle": "oui" if piece.pinned else "", "prevenir": "oui" if piece.tell else ""}
    return Typed({"titre": piece.title, "texte": piece.body, "du": piece.first_day.isoformat(), "au": last, **ticks})


ROUTES = [news, new_news, edit_news, add_news, change_news, remove_news]
