"""Agents write news, practical pages and the week's menus; two who write the same page do not overwrite each other."""

from typing import Any

from litestar import Response, get, post

from server.database import Duplicate
from server.errors import NotFound
from server.fields import Typed, read
from server.messages.asking import around, ref_of, today_of, week_of
from server.messages.commands.pages import Page, Piece, drop_info, drop_news, keep_info, keep_menus, keep_news
from server.messages.queries.pages import InfoPage, News, all_news, infos, menus_of, one_info, one_news
from server.messages.rules.menus import COURSES, DayMenu, read_week
from server.messages.rules.pages import INFO, NEWS, checked
from server.web import AnyRequest, agent, form_of, page, redirect, visitor_of

GUARD = agent("content")
LATE = (
    "Une autre personne a changé cette page entre-temps. Votre texte est toujours là\u00a0: "
    "relisez le sien, puis enregistrez de nouveau pour garder le vôtre."
)


@get("/agent/actualites", guards=[GUARD])
async def news(request: AnyRequest) -> Response[str]:
    """All of it, and what families see of it today."""
    found = await request.app.state.db.read(all_news)
    today = today_of(request)
    shown = [piece.ref for piece in found if piece.shown_on(today)]
    return page(request, "messages/desk_news.html", news=found, shown=shown, today=today, said=_said(request))


@get("/agent/actualites/nouvelle", guards=[GUARD])
async def new_news(request: AnyRequest) -> Response[str]:
    """An empty piece, visible from today."""
    return _news_form(request, "", Typed({"du": today_of(request).isoformat()}), 0)


@get("/agent/actualites/{ref:str}", guards=[GUARD])
async def edit_news(request: AnyRequest) -> Response[str]:
    """A piece as it is."""
    found = await request.app.state.db.read(one_news, ref_of(request))
    if found is None:
        raise NotFound
    return _news_form(request, found.ref, _typed_news(found), found.version)


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
    typed, seen = checked(read(NEWS, form, today)), _seen(form)
    first = typed.day("du") if typed.good else None
    if first is None:
        return _news_form(request, ref, typed, seen)
    piece = Piece(
        typed.value("titre"), typed.value("texte"), first, typed.day("au"), typed.ticked("epingle"),
        typed.ticked("prevenir"), seen,
    )  # fmt: skip
    if not await state.db.write(keep_news, visitor_of(request), ref, piece, today, state.clock()):
        now: News | None = await state.db.read(one_news, ref)
        return _news_form(request, ref, typed.but(texte=LATE), now.version if now else 0)
    return redirect("/agent/actualites?dit=garde")


def _typed_news(piece: News) -> Typed:
    last = piece.last_day.isoformat() if piece.last_day else ""
    ticks = {"epingle": "oui" if piece.pinned else "", "prevenir": "oui" if piece.tell else ""}
    return Typed({"titre": piece.title, "texte": piece.body, "du": piece.first_day.isoformat(), "au": last, **ticks})


def _news_form(request: AnyRequest, ref: str, typed: Typed, version: int) -> Response[str]:
    status = 422 if typed.errors else 200
    return page(
        request, "messages/desk_page.html", status, kind="news", ref=ref, fields=NEWS, typed=typed, version=version
    )


@get("/agent/infos", guards=[GUARD])
async def info_pages(request: AnyRequest) -> Response[str]:
    """The practical pages in their order."""
    found = await request.app.state.db.read(infos, False)
    return page(request, "messages/desk_infos.html", infos=found, said=_said(request))


@get("/agent/infos/nouvelle", guards=[GUARD])
async def new_info(request: AnyRequest) -> Response[str]:
    """An empty page."""
    return _info_form(request, "", Typed({"rang": "10", "visible": "oui"}), 0)


@get("/agent/infos/{ref:str}", guards=[GUARD])
async def edit_info(request: AnyRequest) -> Response[str]:
    """A page as it is."""
    found: InfoPage | None = await request.app.state.db.read(one_info, ref_of(request))
    if found is None:
        raise NotFound
    values = {"titre": found.title, "texte": found.body, "rang": str(found.position)}
    return _info_form(request, found.ref, Typed({**values, "visible": "oui" if found.shown else ""}), found.version)


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
    typed, seen = read(INFO, form, today_of(request)), _seen(form)
    if not typed.good:
        return _info_form(request, ref, typed, seen)
    rank = int(typed.value("rang") or 0)
    wanted = Page(typed.value("titre"), typed.value("texte"), rank, typed.ticked("visible"), seen)
    if not await state.db.write(keep_info, visitor_of(request), ref, wanted, state.clock()):
        now: InfoPage | None = await state.db.read(one_info, ref)
        return _info_form(request, ref, typed.but(texte=LATE), now.version if now else 0)
    return redirect("/agent/infos?dit=garde")


def _info_form(request: AnyRequest, ref: str, typed: Typed, version: int) -> Response[str]:
    status = 422 if typed.errors else 200
    return page(
        request, "messages/desk_page.html", status, kind="infos", ref=ref, fields=INFO, typed=typed, version=version
    )


@get("/agent/menus", guards=[GUARD])
async def menus(request: AnyRequest) -> Response[str]:
    """A week's menus, to be written."""
    monday = week_of(request, today_of(request))
    found = await request.app.state.db.read(menus_of, monday)
    return _week(request, found, Typed(_values(found)))


@post("/agent/menus", guards=[GUARD])
async def write_menus(request: AnyRequest) -> Response[Any]:
    """The whole week at once."""
    form, state = await form_of(request), request.app.state
    monday = week_of(request, today_of(request))
    wanted, typed = read_week(form, monday)
    if not typed.good:
        return _week(request, wanted, typed)
    try:
        late = await state.db.write(keep_menus, visitor_of(request), wanted, state.clock())
    except Duplicate:  # both wrote a day nobody had: the other was first
        late = tuple(menu.day for menu in wanted)
    if late:
        now: tuple[DayMenu, ...] = await state.db.read(menus_of, monday)
        return _week(request, now, typed.but(**{f"note-{day}": LATE for day in late}))
    return redirect(f"/agent/menus?semaine={monday}&dit=garde")


def _values(menus: tuple[DayMenu, ...]) -> dict[str, str]:
    dishes = {f"{name}-{menu.day}": text for menu in menus for name, text in menu.dishes.items()}
    return {**dishes, **{f"note-{menu.day}": menu.note for menu in menus}}


def _week(request: AnyRequest, menus: tuple[DayMenu, ...], typed: Typed) -> Response[str]:
    return page(
        request,
        "messages/desk_menus.html",
        422 if typed.errors else 200,
        week=around(menus[0].day),
        menus=menus,
        courses=COURSES,
        typed=typed,
        said=_said(request),
    )


def _seen(form: dict[str, str]) -> int:
    seen = form.get("version", "")
    return int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 7 else 0


def _said(request: AnyRequest) -> str:
    return {"garde": "C’est enregistré.", "retire": "C’est retiré."}.get(request.query_params.get("dit", ""), "")


ROUTES = [
    news, new_news, edit_news, add_news, change_news, remove_news,
    info_pages, new_info, edit_info, add_info, change_info, remove_info,
    menus, write_menus,
]  # fmt: skip
