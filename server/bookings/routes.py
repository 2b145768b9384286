"""The family's doors to the calendar: pages, fragments, and the one resource that changes it, taps."""

import uuid
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from litestar import Response, get, post

from server.bookings.commands.taps import TapRequest
from server.bookings.gather import TapGatherer
from server.bookings.pacing import SLOWER, SLOWER_FORM, TapPacing
from server.bookings.queries import Span, day_of_session, span_of
from server.bookings.rules.taps import MOST_TAPS, UUID, BadTap, Tap, tap_from
from server.bookings.screens import VIEWS, Asked, calendar_of, day_of, ms, worth_keeping
from server.bookings.verdicts import told_on
from server.errors import BadInput, Newer, NotFound, OtherAccount, TooLarge, TooMany
from server.web import AnyRequest, Visitor, form_of, fragment, page, parent, redirect, visitor_of

PARIS = ZoneInfo("Europe/Paris")
VERSION = 1  # of the tap protocol; a batch that names none speaks 1


@get("/planning", guards=[parent])
async def planning(request: AnyRequest) -> Response[str]:
    """The calendar."""
    calendar, told = await _calendar(request), await told_on(request)
    warm = worth_keeping(request.app.state.clock().astimezone(PARIS).date())
    return page(request, "bookings/calendar.html", shelf=not told, calendar=calendar, told=told, warm=warm)


@get("/f/planning", guards=[parent])
async def planning_fragment(request: AnyRequest) -> Response[str]:
    """The calendar's inside, for htmx and for the shelf."""
    return fragment(request, "bookings/calendar_panel.html", shelf=True, calendar=await _calendar(request), told="")


@get("/planning/jour", guards=[parent])
async def today_page(request: AnyRequest) -> Response[None]:
    """Today, for the home screen's shortcut."""
    return redirect(f"/planning/jour/{request.app.state.clock().astimezone(PARIS).date()}")


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


@post("/taps", status_code=200)
async def taps(request: AnyRequest) -> Response[bytes]:
    """The courier's door: taps in, one verdict per tap out (docs/protocol.md)."""
    visitor = visitor_of(request)
    device, wanted = _batch(await request.body(), visitor)
    now: datetime = request.app.state.clock()
    checked = [_checked(device, raw) for raw in wanted]
    _pass(request, visitor, device, len(checked), now, SLOWER)
    told = await _gatherer(request).submit([TapRequest(visitor, tap, now) for tap in checked])
    body = msgspec.json.encode({"now": ms(now), "verdicts": told})
    return Response(body, media_type="application/json", headers={"Cache-Control": "no-store"})


@post("/planning/taps", guards=[parent], status_code=303)
async def tap_by_form(request: AnyRequest) -> Response[None]:
    """The same tap without JavaScript: a form, and the verdict in words on the page it came from."""
    visitor, form = visitor_of(request), await form_of(request)
    back = _local(request.headers.get("referer", ""))
    square, _, rest = form.get("tap", "").partition("~")
    want, _, seen = rest.partition("~")
    if want == "none":
        return redirect(await _where(request, square))
    now: datetime = request.app.state.clock()
    raw: dict[str, object] = {
        "id": str(uuid.uuid4()),
        "square": square,
        "want": want,
        "seq": ms(now),
        "seen": _int(seen),
        "at": ms(now),
    }
    tap = _checked(str(uuid.uuid5(uuid.NAMESPACE_URL, f"form:{visitor.sign_in_id}")), raw)
    _pass(request, visitor, tap.device, 1, now, SLOWER_FORM)
    told = (await _gatherer(request).submit([TapRequest(visitor, tap, now)]))[0]
    return redirect(f"{back}{'&' if '?' in back else '?'}verdict={told.id}")


def _batch(body: bytes, visitor: Visitor) -> tuple[str, list[dict[str, object]]]:
    """The device and the raw taps of a batch. Raises for a body our page could not send."""
    try:
        batch: Any = msgspec.json.decode(body)
        if batch.get("v", VERSION) > VERSION:
            raise Newer(retry_after=300)
        account, device, wanted = batch["account"], batch["device"], batch["taps"]
    except (msgspec.DecodeError, KeyError, TypeError, AttributeError) as error:
        raise BadInput("Le corps n’est pas un envoi de réservations.") from error
    if account != visitor.ref:
        raise OtherAccount
    if not isinstance(device, str) or not UUID.fullmatch(device) or not isinstance(wanted, list):
        raise BadInput("Le corps n’est pas un envoi de réservations.")
    if len(wanted) > MOST_TAPS:
        raise TooLarge(f"Au plus {MOST_TAPS} changements par envoi.")
    if not all(isinstance(raw, dict) for raw in wanted):
        raise BadInput("Chaque changement doit être un objet.")
    return device.lower(), wanted


def _checked(device: str, raw: dict[str, object]) -> Tap:
    try:
        return tap_from(device, raw)
    except BadTap as bad:
        raise BadInput(f"Le champ « {bad} » n’est pas valable.") from bad


def _pass(request: AnyRequest, visitor: Visitor, device: str, taps: int, now: datetime, words: str) -> None:
    """Raises TooMany, with the seconds to wait, for an account or a phone that sends without end."""
    pacing: TapPacing = request.app.state.pacing
    if waiting := pacing.wait(visitor.account_id, device, taps, now):
        raise TooMany(words, retry_after=waiting)


def _gatherer(request: AnyRequest) -> TapGatherer:
    gatherer: TapGatherer = request.app.state.taps
    return gatherer


async def _calendar(request: AnyRequest) -> dict[str, Any]:
    visitor, now = visitor_of(request), request.app.state.clock()
    asked = asked_by(request.query_params.get, now.astimezone(PARIS).date())
    span = await _span(request, visitor, asked.first, asked.last, asked.child)
    return calendar_of(span, asked, visitor, now)


async def _day(request: AnyRequest) -> dict[str, Any]:
    day = day_from(request.path_params["day"])
    if day is None:
        raise NotFound
    span = await _span(request, visitor_of(request), day, day, "")
    return day_of(span, day, request.app.state.clock())


async def _span(request: AnyRequest, visitor: Visitor, first: date, last: date, child: str) -> Span:
    span: Span = await request.app.state.db.read(
        span_of, visitor.family_id or 0, first, last, visitor.catalogue_version, child
    )
    if child and child not in {known.ref for known in span.children}:
        raise NotFound
    return span


def asked_by(get_param: Any, today: date) -> Asked:
    """What the address asks for; anything odd means this week of everybody."""
    view = get_param("vue") if get_param("vue") in VIEWS else "semaine"
    return Asked(str(view), day_from(get_param("jour") or "") or today, str(get_param("enfant") or ""))


def day_from(text: str) -> date | None:
    """The day of an ISO date within a century of ours, or None."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2100 else None


async def _where(request: AnyRequest, square: str) -> str:
    """The day page of a square that cannot be tapped: it says why."""
    session = square.rpartition(".")[2]
    day = await request.app.state.db.read(day_of_session, _int(session))
    return f"/planning/jour/{day}" if day else "/planning"


def _int(text: str) -> int:
    return int(text) if text.isdigit() and len(text) < 10 else 0


def _local(url: str) -> str:
    """Where the form was, without an old verdict; only ever a page of ours."""
    path, _, query = url.partition("://")[2].partition("/")[2].partition("?")
    kept = "&".join(part for part in query.split("&") if part and not part.startswith("verdict="))
    back = f"/{path}{'?' if kept else ''}{kept}"
    return back if back == "/" or back.startswith("/planning") else "/planning"


ROUTES = [planning, planning_fragment, today_page, day_page, day_fragment, tray_page, taps, tap_by_form]
