"""One page of a wizard: shown, judged, kept; the last one sends it all."""

from dataclasses import replace
from typing import Any

from litestar import Response, get, post

from server.accounts.commands.drafts import Draft, draft_of, drop_draft, keep_step
from server.accounts.routes.wizard.browser import browser_of, known
from server.accounts.routes.wizard.ending import end
from server.accounts.routes.wizard.flows import flow_called
from server.accounts.routes.wizard.judging import Judged, judge_step
from server.accounts.routes.wizard.shown import Here, draw, here_of
from server.accounts.rules.ways import KEY
from server.accounts.rules.wizard import asked, first_missing, kept, may_open
from server.errors import NotFound
from server.fields import Typed
from server.web import AnyRequest, form_of, page, redirect
from server.web.params import now_of

SENT = "envoyee"  # the page after the last


@get("/inscription/{way:str}/{slug:str}")
async def show_step(request: AnyRequest) -> Response[Any]:
    """A step with what was said before; a later one than the first missing leads there."""
    if request.path_params["slug"] == SENT:
        return await _sent(request)
    here = await here_of(request)
    if not may_open(here.flow, here.step, here.draft.answers):
        return redirect(f"{here.path(first_missing(here.flow, here.draft.answers))}?avant")
    return draw(request, here, Typed(here.draft.answers))


@post("/inscription/{way:str}/{slug:str}", status_code=200)
async def send_step(request: AnyRequest) -> Response[Any]:
    """A step filled in: on to the next, back to the one before, or everything given up."""
    return await take_step(request, await here_of(request), await form_of(request))


async def take_step(
    request: AnyRequest, here: Here, posted: dict[str, str], wrong_photo: str = "", status: int = 422
) -> Response[Any]:
    """What was sent from the page of a step; `wrong_photo` is said beside the photo, with this status."""
    state, now = request.app.state, now_of(request)
    go = posted.get("aller", "")
    if go == "annuler":
        await state.db.write(drop_draft, here.browser.hash, here.flow.slug)
        return redirect("/inscription?annule")
    judged = await judge_step(request, here.step, here.draft, here.browser, posted)
    if wrong_photo:
        judged = replace(judged, typed=judged.typed.but(photo=wrong_photo), status=max(judged.status, status))
    if go == "precedent":
        return await _back(request, here, judged)
    if not judged.good:
        return draw(request, here, judged.typed, judged.status, judged.said, posted, judged.puzzle)
    if here.flow.is_last(here.step):
        return await end(request, here, judged, posted)
    said = kept(here.step, judged.typed.values)
    draft = await state.db.write(keep_step, here.browser.hash, here.flow.slug, said, judged.password_hash, now)
    following = here.flow.after(here.step) or here.step
    missing = first_missing(here.flow, draft.answers)
    lost = here.flow.number(missing) < here.flow.number(following)  # the steps before were in another browser
    onwards = f"{here.path(missing)}?avant" if lost else here.path(following)
    return known(request, here.browser, redirect(onwards))


ROUTES = [show_step, send_step]


async def _back(request: AnyRequest, here: Here, judged: Judged) -> Response[Any]:
    """« Précédent »: what is good of this page is kept, nothing is said of the rest."""
    before = here.flow.before(here.step) or here.step
    typed, fields = judged.typed, asked(here.step, False)
    kept_names = [f.name for f in fields if not f.like and f.kind != "secret" and f.name != KEY]
    good = {name: typed.value(name) for name in kept_names if not typed.error(name)}
    await request.app.state.db.write(keep_step, here.browser.hash, here.flow.slug, good, "", now_of(request))
    return known(request, here.browser, redirect(here.path(before)))


async def _sent(request: AnyRequest) -> Response[Any]:
    """The confirmation page: where the letter went, for how long, what to do when it does not come."""
    state = request.app.state
    flow = flow_called(state, str(request.path_params["way"]))
    if flow is None:
        raise NotFound
    draft: Draft = await state.db.read(draft_of, browser_of(request).hash, flow.slug, now_of(request))
    if not draft.sent:
        return redirect(f"/inscription/{flow.slug}")
    hours = state.profile.accounts.activation_hours
    return page(
        request, f"accounts/wizard/{flow.sent}.html", flow=flow, email=draft.answers.get("email", ""), hours=hours
    )
