"""The first page of those who have no account yet: the ways in that are open, and what was begun before."""

from datetime import datetime
from typing import Any

from litestar import Response, get

from server.accounts.commands.drafts import drafts_of
from server.accounts.routes.wizard.browser import browser_of
from server.accounts.routes.wizard.flows import OFFERS, flow_called, open_flows
from server.accounts.rules.wizard import first_missing
from server.errors import NotFound
from server.web import AnyRequest, page, redirect


@get("/inscription")
async def ways(request: AnyRequest) -> Response[Any]:
    """The ways in. With one only and nothing begun, its first page."""
    state = request.app.state
    now: datetime = state.clock()
    flows = open_flows(state)
    drafts = await state.db.read(drafts_of, browser_of(request).hash, now)
    begun = {slug: flow for slug, flow in flows.items() if slug in drafts and drafts[slug].begun}
    cancelled = "annule" in request.query_params
    if len(flows) == 1 and not begun and not cancelled:
        (flow,) = flows.values()
        return redirect(f"/inscription/{flow.slug}/{flow.steps[0].slug}")
    resume = {slug: first_missing(flow, drafts[slug].answers) for slug, flow in begun.items()}
    return page(
        request,
        "accounts/wizard/ways.html",
        flows=list(flows.values()),
        offers=OFFERS,
        resume=resume,
        cancelled=cancelled,
        by_town="by_town" in state.profile.accounts.ways_in,
    )


@get("/inscription/{way:str}")
async def way(request: AnyRequest) -> Response[Any]:
    """A wizard without a step: where it was left."""
    state = request.app.state
    flow = flow_called(state, str(request.path_params["way"]))
    if flow is None:
        raise NotFound
    now: datetime = state.clock()
    drafts = await state.db.read(drafts_of, browser_of(request).hash, now)
    draft = drafts.get(flow.slug)
    step = first_missing(flow, draft.answers) if draft and draft.begun else flow.steps[0]
    return redirect(f"/inscription/{flow.slug}/{step.slug}")


ROUTES = [ways, way]
