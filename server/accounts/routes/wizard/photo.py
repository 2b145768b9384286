"""The step of a wizard that may carry a photo: sent as a form with a file, which needs no script; the photo shown."""

from dataclasses import replace
from typing import Any

from litestar import Response, get, post

from server.accounts.commands.photos import drop_from_draft, keep_with_draft
from server.accounts.queries.photos import photo_of_draft
from server.accounts.routes.photos import DROP, photo_posted
from server.accounts.routes.wizard.shown import here_of
from server.accounts.routes.wizard.steps import take_step
from server.accounts.rules import network
from server.accounts.rules.wizard import first_missing, may_open
from server.errors import NotFound
from server.web import AnyRequest, address_of, redirect
from server.web.downloads import photo_answer
from server.web.params import now_of


@post("/inscription/{way:str}/{slug:str}/fichiers", status_code=200, request_max_body_size=None)
async def send_with_photo(request: AnyRequest) -> Response[Any]:
    """The step and its photo; a good photo is kept whatever else is wrong, since no page can show it chosen again.

    Nothing is read of who has not come here step by step: those steps hold the limits on strangers.
    """
    here, state, now = await here_of(request), request.app.state, now_of(request)
    if not here.step.photo:
        raise NotFound
    if not here.draft.begun or not may_open(here.flow, here.step, here.draft.answers):
        return redirect(f"{here.path(first_missing(here.flow, here.draft.answers))}?avant")
    posted = await photo_posted(request, network(address_of(request)))
    mine = here.browser.hash, here.flow.slug
    if posted.image:
        here = replace(here, photo=await state.db.write(keep_with_draft, *mine, posted.image, now))
    elif posted.fields.get(DROP) == "oui":
        await state.db.write(drop_from_draft, *mine)
        here = replace(here, photo=False)
    return await take_step(request, here, posted.fields, posted.error, posted.status)


@get("/inscription/{way:str}/{slug:str}/photo")
async def draft_photo(request: AnyRequest) -> Response[Any]:
    """The photo of this browser's own draft."""
    here = await here_of(request)
    return photo_answer(
        await request.app.state.db.read(photo_of_draft, here.browser.hash, here.flow.slug, now_of(request))
    )


ROUTES = [send_with_photo, draft_photo]
