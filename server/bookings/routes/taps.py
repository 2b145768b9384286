"""The doors of taps, the one resource that changes the calendar: the courier's batches, and the form without script."""

import uuid
from datetime import datetime
from typing import Any

import msgspec
from litestar import Response, post

from server.bookings.commands.judging import TapRequest
from server.bookings.queries.squares import day_of_session
from server.bookings.routes.gather import TapGatherer
from server.bookings.routes.pacing import SLOWER, SLOWER_FORM, TapPacing
from server.bookings.rules.taps import MOST_TAPS, UUID, BadTap, Tap, tap_from
from server.bookings.screens import ms
from server.errors import BadInput, Newer, OtherAccount, TooLarge, TooMany
from server.web import AnyRequest, Visitor, form_of, parent, redirect, visitor_of

VERSION = 1  # of the tap protocol; a batch that names none speaks 1


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
    tap = _checked(str(uuid.uuid5(uuid.NAMESPACE_URL, f"form:{visitor.ref}:{visitor.sign_in_id}")), raw)
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


async def _where(request: AnyRequest, square: str) -> str:
    """The day page of a square that cannot be tapped: it says why."""
    session = square.rpartition(".")[2]
    day = await request.app.state.db.read(day_of_session, _int(session))
    return f"/planning/jour/{day}" if day else "/planning"


def _int(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _local(url: str) -> str:
    """Where the form was, without an old verdict; only ever a page of ours."""
    path, _, query = url.partition("://")[2].partition("/")[2].partition("?")
    kept = "&".join(part for part in query.split("&") if part and not part.startswith("verdict="))
    back = f"/{path}{'?' if kept else ''}{kept}"
    return back if back == "/" or back.startswith("/planning") else "/planning"


ROUTES = [taps, tap_by_form]
