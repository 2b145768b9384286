"""« Suivi de mes démarches »: the list, one request with its history and exchange, its receipt, giving it up."""

from datetime import datetime
from typing import Any

from litestar import Response, get, post

from server.errors import NotFound
from server.families.commands.requests import Moved, cancel_request, read_messages, write_to_service
from server.families.commands.telling import receipt_lines
from server.families.queries.requests import RequestFile, my_request, my_requests
from server.families.rules.requests import MOST_WORDS, OPEN, STATUSES, moves_from
from server.fields import Field, Typed, read
from server.web import AnyRequest, form_of, page, parent, redirect, visitor_of
from server.web.params import number_of, ref_of
from server.zone import town_day

LIST = "/dossier/demarches"
MESSAGE = (Field("message", "Votre message", "lines", required=True, longest=MOST_WORDS),)
BADGES = dict.fromkeys(STATUSES, "info") | {
    "accepted": "ok", "refused": "no", "to_complete": "wait", "waiting_list": "wait",
}  # fmt: skip


@get(LIST, guards=[parent])
async def requests(request: AnyRequest) -> Response[str]:
    """All the family has asked for, the latest first."""
    number = number_of(request.query_params.get("page"), 1)
    rows, leaf = await request.app.state.db.read(my_requests, visitor_of(request), number)
    return page(request, "families/requests.html", rows=rows, leaf=leaf, badges=BADGES)


@get(LIST + "/{ref:str}", guards=[parent])
async def one(request: AnyRequest) -> Response[str]:
    """One request; what the service wrote is read by opening it."""
    found = await _mine(request)
    if any(m.by_agent and m.read_at is None for m in found.messages):
        await request.app.state.db.write(read_messages, found.id, "family", request.app.state.clock())
    return await _page(request, found)


@get(LIST + "/{ref:str}/accuse", guards=[parent])
async def receipt(request: AnyRequest) -> Response[str]:
    """The acknowledgement of receipt, as it was given; to be printed or kept."""
    found = await _mine(request)
    return page(request, "families/receipt.html", asked=found, lines=receipt_lines(found.receipt))


@post(LIST + "/{ref:str}/messages", guards=[parent], status_code=303)
async def write(request: AnyRequest) -> Response[Any]:
    """A message to the service."""
    found, state = await _mine(request), request.app.state
    now: datetime = state.clock()
    typed = read(MESSAGE, await form_of(request), town_day(now))
    if not typed.good:
        return await _page(request, found, typed, status=422)
    await state.db.write(write_to_service, visitor_of(request), found.ref, typed.value("message"), now)
    return redirect(f"{LIST}/{found.ref}?ecrit#echanges")


@post(LIST + "/{ref:str}/annulation", guards=[parent], status_code=303)
async def cancel(request: AnyRequest) -> Response[Any]:
    """Give up what has not been decided."""
    state = request.app.state
    moved: Moved = await state.db.write(cancel_request, visitor_of(request), ref_of(request), state.clock())
    if moved.done:
        return redirect(f"{LIST}/{ref_of(request)}?annulee")
    return await _page(request, await _mine(request), status=409, refusal=moved.text)


async def _mine(request: AnyRequest) -> RequestFile:
    found: RequestFile | None = await request.app.state.db.read(my_request, visitor_of(request), ref_of(request))
    if found is None:
        raise NotFound
    return found


async def _page(
    request: AnyRequest, found: RequestFile, typed: Typed | None = None, status: int = 200, refusal: str = ""
) -> Response[str]:
    said = next((key for key in ("deposee", "mixte", "ecrit", "annulee", "joint") if key in request.query_params), "")
    return page(
        request, "families/request.html", status, asked=found, badges=BADGES, said=said, refusal=refusal,
        field=MESSAGE[0], typed=typed or Typed(),
        papers=await request.app.state.db.read(request.app.state.sent_with, found.id), open=found.status in OPEN,
        may_cancel="cancelled" in moves_from("family", found.status, found.kind),
    )  # fmt: skip


ROUTES = [requests, one, receipt, write, cancel]
