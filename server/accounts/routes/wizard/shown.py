"""Where a browser stands in a wizard, and the page of that step."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from litestar import Response

from server.accounts.commands.drafts import EMPTY, Draft, draft_of
from server.accounts.queries.photos import photo_of_draft
from server.accounts.routes.photos import PHOTO
from server.accounts.routes.wizard.browser import Browser, browser_of
from server.accounts.routes.wizard.flows import flow_called
from server.accounts.rules.wizard import Flow, Step, recap, seen_mark, without_secrets
from server.errors import NotFound
from server.fields import Typed
from server.web import AnyRequest, page
from server.web.params import now_of
from server.web.robots import stamp


@dataclass(frozen=True)
class Here:
    """Where a browser stands in a wizard."""

    flow: Flow
    step: Step
    browser: Browser
    draft: Draft
    photo: bool = False  # the draft has one, which this step shows

    def path(self, step: Step | None = None) -> str:
        """The address of a step, this one by default."""
        return f"/inscription/{self.flow.slug}/{(step or self.step).slug}"


def draw(
    request: AnyRequest,
    here: Here,
    typed: Typed,
    status: int = 200,
    said: str = "",
    posted: Mapping[str, str] | None = None,
    puzzle: int = 0,
) -> Response[Any]:
    """The page of a step."""
    state, flow, step = request.app.state, here.flow, here.step
    fields = without_secrets(step.fields, bool(here.draft.password_hash))
    return page(
        request,
        f"accounts/wizard/{step.template or 'plain.html'}",
        status,
        flow=flow,
        step=step,
        number=flow.number(step),
        before=flow.before(step),
        fields=fields,
        noted=(*fields, PHOTO) if step.photo else fields,
        photo=here.photo,
        typed=typed,
        said=said,
        lacking="avant" in request.query_params and not posted,
        sections=recap(flow, here.draft.answers) if step.recap else (),
        seen=seen_mark(here.draft.answers),
        stamped=stamp(state.secret, now_of(request)),
        puzzle=puzzle,
        profile=state.profile.accounts,
        begun=here.draft.begun,
    )


async def here_of(request: AnyRequest) -> Here:
    """The wizard, the step and the draft of this request. Raises NotFound."""
    state = request.app.state
    flow = flow_called(state, str(request.path_params["way"]))
    step = flow.step(str(request.path_params["slug"])) if flow else None
    if flow is None or step is None:
        raise NotFound
    browser = browser_of(request)
    draft: Draft = await state.db.read(draft_of, browser.hash, flow.slug, now_of(request))
    if draft.sent:
        draft = EMPTY
    if flow.slug == "suite" and not draft.subject:
        raise NotFound
    photo = step.photo and await state.db.read(photo_of_draft, browser.hash, flow.slug, now_of(request)) is not None
    return Here(flow, step, browser, draft, photo)
