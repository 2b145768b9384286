"""The family's doors to the calendar: its weeks, one day, what waits on the phone; as pages and as fragments."""

from datetime import date
from typing import Any

from litestar import Response, get

from server.bookings.queries.squares import Span, span_of
from server.bookings.screens import VIEWS, Asked, calendar_of, day_of, opening_day, worth_keeping
from server.bookings.screens.verdict import told_on
from server.errors import NotFound
from server.web import AnyRequest, Visitor, fragment, page, parent, redirect, visitor_of
from server.web.params import today_of
from server.zone import town_day


@get("/planning", guards=[parent])
async def planning(request: AnyRequest) -> Response[str]:
    """The calendar."""
    calendar, told = await _calendar(request), await told_on(request)
    warm = worth_keeping(today_of(request))
    return page(request, "bookings/calendar.html", shelf=not told, calendar=calendar, told=told, warm=warm)


@get("/f/planning", guards=[parent])
async def planning_fragment(request: AnyRequest) -> Response[str]:
    """The calendar's inside, for htmx and for the shelf."""
    return fragment(request, "bookings/calendar_panel.html", shelf=True, calendar=await _calendar(request), told="")


@get("/planning/jour", guards=[parent])
async def today_page(request: AnyRequest) -> Response[None]:
    """Today, for the home screen's shortcut."""
    return redirect(f"/planning/jour/{today_of(request)}")


@get("/planning/jour/{day:str}", guards=[parent])
async def day_page(request: AnyRequest) -> Response[str]:
    """One day, as a page."""
    day, told = await _day(request), await told_on(request)
    return page(request, "bookings/day.html", shelf=not told, day=day, told=told)


@get("/f/planning/jour/{day:str}", guards=[parent])
async def day_fragment(request: AnyRequest) -> Response[str]:
    """One day, for the sheet over the calendar."""
    return fragment(request, "bookings/day_panel.html", shelf=True, day=await _day(request), told="")


@get("/en-attente", guards=[parent])
async def tray_page(request: AnyRequest) -> Response[str]:
    """What waits on this phone: painted from the queue by the page's script."""
    return page(request, "bookings/waiting.html", shelf=True)


async def _calendar(request: AnyRequest) -> dict[str, Any]:
    state, visitor = request.app.state, visitor_of(request)
    now = state.clock()
    asked = asked_by(request.query_params.get, town_day(now))
    span = await _span(request, visitor, asked.first, asked.last, asked.child)
    return calendar_of(span, asked, visitor, now, state.small_squares)


async def _day(request: AnyRequest) -> dict[str, Any]:
    day = day_from(request.path_params["day"])
    if day is None:
        raise NotFound
    span = await _span(request, visitor_of(request), day, day, "")
    return day_of(span, day, request.app.state.clock())


async def _span(request: AnyRequest, visitor: Visitor, first: date, last: date, child: str) -> Span:
    span: Span = await request.app.state.db.glance(
        span_of, visitor.family_id or 0, first, last, visitor.catalogue_version, child,
        watch=request.app.state.gate.on(today_of(request)), reader=visitor.account_id,
    )  # fmt: skip
    if child and child not in {known.ref for known in span.children}:
        raise NotFound
    return span


def asked_by(get_param: Any, today: date) -> Asked:
    """What the address asks for; anything odd means this week of everybody, the next one at the weekend."""
    view = get_param("vue") if get_param("vue") in VIEWS else "semaine"
    return Asked(str(view), day_from(get_param("jour") or "") or opening_day(today), str(get_param("enfant") or ""))


def day_from(text: str) -> date | None:
    """The day of an ISO date within a century of ours, or None."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2100 else None


ROUTES = [planning, planning_fragment, today_page, day_page, day_fragment, tray_page]
