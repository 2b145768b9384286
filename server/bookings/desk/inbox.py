"""The inbox's doors: the list, and verdicts on one row or many. The same answer as a page, a panel or one row."""

from typing import Any

from litestar import Response, get, post

from server.bookings.commands.decisions import MOST_DECISIONS, Outcome, decide_requests
from server.bookings.desk.asking import Sent, asked_by, sent_by
from server.bookings.desk.words import inbox_values, row_values, told_of
from server.bookings.desk_queries.inbox import inbox_of, request_of
from server.bookings.rules.decisions import VERDICTS, reason_fault
from server.errors import BadInput, NotFound
from server.web import AnyRequest, agent, fragment, page, visitor_of

PAGE, PANEL, ROW = "bookings/desk_inbox.html", "bookings/desk_inbox_panel.html", "bookings/desk_inbox_row.html"
NOTHING_PICKED = "Cochez au moins une demande."


@get("/agent/demandes", guards=[agent("bookings")])
async def inbox(request: AnyRequest) -> Response[str]:
    """What waits for a verdict."""
    return page(request, PAGE, inbox=await _values(request, Sent()), told=None)


@post("/agent/demandes", guards=[agent("bookings")], status_code=200)
async def decide(request: AnyRequest) -> Response[str]:
    """A verdict by form: on the ticked rows, or on the one row whose form it is."""
    sent, told = await _decided(request)
    values = await _values(request, sent)
    return page(request, PAGE, status=422 if sent.error else 200, inbox=values, told=told)


@post("/f/agent/demandes", guards=[agent("bookings")], status_code=200)
async def decide_panel(request: AnyRequest) -> Response[str]:
    """The same for htmx. A refusal of the form is an ordinary answer: it is swapped in."""
    sent, told = await _decided(request)
    return fragment(request, PANEL, inbox=await _values(request, sent), told=told)


@post("/f/agent/demandes/ligne", guards=[agent("bookings")], status_code=200)
async def decide_row(request: AnyRequest) -> Response[str]:
    """One row after its verdict, in the place of the row."""
    sent, told = await _decided(request)
    visitor, state = visitor_of(request), request.app.state
    if len(sent.picks) != 1:
        raise BadInput
    row = await state.db.read(request_of, sent.picks[0][0], visitor.catalogue_version)
    if row is None:
        raise NotFound
    values = row_values(row, sent, state.clock(), "Europe/Paris", told)
    return fragment(request, ROW, row=values, row_frag="/f/agent/demandes/ligne", url="/agent/demandes")


async def _values(request: AnyRequest, sent: Sent) -> dict[str, Any]:
    asked, state = asked_by(request.query_params), request.app.state
    found = await state.db.read(inbox_of, asked, visitor_of(request).catalogue_version)
    return inbox_values(found, asked, sent, state.clock())


async def _decided(request: AnyRequest) -> tuple[Sent, dict[str, Any] | None]:
    """The form with its fault, or with nothing left to correct and the outcome to tell."""
    sent = await sent_by(request)
    if sent.verdict in ("all", "none"):
        return sent, None
    if sent.verdict not in VERDICTS or len(sent.picks) > MOST_DECISIONS:
        raise BadInput
    fault = reason_fault(sent.reason, required=sent.verdict == "refuse") if sent.picks else NOTHING_PICKED
    if fault:
        return Sent(sent.picks, sent.verdict, sent.reason, sent.alone, fault), None
    state = request.app.state
    outcome: Outcome = await state.db.write(
        decide_requests, visitor_of(request), sent.picks, sent.verdict, sent.reason, state.clock()
    )
    return Sent(sent.picks if sent.alone else (), alone=sent.alone), told_of(outcome)


ROUTES = [inbox, decide, decide_panel, decide_row]
