"""Agents write the menus, a whole week at once."""

from typing import Any

from litestar import Response, get, post

from server.database import Duplicate
from server.fields import Typed
from server.messages.asking import around, week_of
from server.messages.commands.pages import keep_menus
from server.messages.desk.pages import GUARD, LATE, said_in
from server.messages.queries.pages import menus_of
from server.messages.rules.menus import COURSES, DayMenu, read_week
from server.web import AnyRequest, form_of, page, redirect, visitor_of
from server.web.params import today_of


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
        said=said_in(request),
    )


ROUTES = [menus, write_menus]
