"""The inbox's doors: the list, verdicts on one row, many or all, and taken back. As a page, a panel or one row."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from litestar import Response, get, post

from server.bookings.commands.bulk import Undone, decide_filtered, undo_decisions
from server.bookings.commands.decisions import MOST_DECISIONS, Outcome, decide_requests
from server.bookings.desk.asking import Sent, asked_by, moment_or_none, sent_by, url_of
from server.bookings.desk.outcomes import told_of, undone_of
from server.bookings.desk.words import ROW as ROW_URL
from server.bookings.desk.words import Values, inbox_values, row_values
from server.bookings.desk_queries.inbox import inbox_of, request_of
from server.bookings.rules.decisions import VERDICTS, reason_fault
from server.errors import BadInput, NotFound
from server.web import AnyRequest, agent, form_of, fragment, page, visitor_of
from server.zone import TIME_ZONE

PAGE, PANEL, ROW = "bookings/desk_inbox.html", "bookings/desk_inbox_panel.html", "bookings/desk_inbox_row.html"
NOTHING_PICKED = "Cochez au moins une demande."
CHOOSING = ("all", "none", "filter")  # these only tick


@get("/agent/demandes", guards=[agent("bookings")])
async def inbox(request: AnyRequest) -> Response[str]:
    """What waits for a verdict."""
    return page(request, PAGE, inbox=await _values(request, Sent()), told=None)


@get("/f/agent/demandes", guards=[agent("bookings")])
async def inbox_panel(request: AnyRequest) -> Response[str]:
    """The same for htmx: another page of the list, another filter."""
    return fragment(request, PANEL, inbox=await _values(request, Sent()), told=None)


@post("/agent/demandes", guards=[agent("bookings")], status_code=200)
async def decide(request: AnyRequest) -> Response[str]:
    """A verdict by form: on the ticked rows, on all of the filter, or on the one row whose form it is."""
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
    """One row after its verdict, in the place of the row, with what is left in each tab."""
    sent, told = await _decided(request)
    visitor, state, asked = visitor_of(request), request.app.state, asked_by(request.query_params)
    if len(sent.picks) != 1:
        raise BadInput
    row, counts = await state.db.read(request_of, sent.picks[0][0], asked, visitor.catalogue_version)
    if row is None:
        raise NotFound
    values = row_values(row, sent, state.clock(), TIME_ZONE, told)
    left = {"toutes": counts.of_kind(""), "demandes": counts.requests, "annulations": counts.cancellations}
    urls: Values = {"row_frag": url_of(asked, ROW_URL), "url": url_of(asked), "undo_url": url_of(asked, UNDO)}
    return fragment(request, ROW, row=values, left=left, whole=False, **urls)


UNDO = "/agent/demandes/reprise"


@post(UNDO, guards=[agent("bookings")], status_code=200)
async def undo(request: AnyRequest) -> Response[str]:
    """Take back a verdict just given."""
    told = await _undone(request)
    return page(request, PAGE, inbox=await _values(request, Sent()), told=told)


@post("/f" + UNDO, guards=[agent("bookings")], status_code=200)
async def undo_panel(request: AnyRequest) -> Response[str]:
    """The same for htmx."""
    told = await _undone(request)
    return fragment(request, PANEL, inbox=await _values(request, Sent()), told=told)


async def _undone(request: AnyRequest) -> Values:
    state, moment = request.app.state, moment_or_none((await form_of(request)).get("quand"))
    if moment is None:
        raise BadInput
    done: Undone = await state.db.write(undo_decisions, visitor_of(request), moment, state.clock())
    return undone_of(done)


async def _values(request: AnyRequest, sent: Sent) -> dict[str, Any]:
    asked, state = asked_by(request.query_params), request.app.state
    found = await state.db.read(inbox_of, asked, visitor_of(request).catalogue_version)
    return inbox_values(found, asked, sent, state.clock())


async def _decided(request: AnyRequest) -> tuple[Sent, Values | None]:
    """The form with its fault, or with nothing left to correct and the outcome to tell."""
    sent = await sent_by(request)
    if sent.verdict in CHOOSING:
        return sent, None
    if sent.verdict not in VERDICTS or len(sent.picks) > MOST_DECISIONS:
        raise BadInput
    chosen = sent.picks or sent.seen_at
    if fault := reason_fault(sent.reason, required=sent.verdict == "refuse") if chosen else NOTHING_PICKED:
        return replace(sent, error=fault), None
    now = request.app.state.clock()
    outcome = await _outcome(request, sent, now)
    return Sent(sent.picks if sent.alone else (), alone=sent.alone), told_of(outcome, now)


async def _outcome(request: AnyRequest, sent: Sent, now: datetime) -> Outcome:
    db, visitor = request.app.state.db, visitor_of(request)
    outcome: Outcome
    if sent.seen_at:
        asked = asked_by(request.query_params)
        outcome = await db.write(decide_filtered, visitor, asked, sent.seen_at, sent.verdict, sent.reason, now)
    else:
        outcome = await db.write(decide_requests, visitor, sent.picks, sent.verdict, sent.reason, now)
    return outcome


ROUTES = [inbox, inbox_panel, decide, decide_panel, decide_row, undo, undo_panel]
