"""The last button of a wizard: a registration is sent, or, for one the town said yes to, the account is made."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from litestar import Response

from server.accounts.commands.activating import Activated, finish
from server.accounts.commands.registering import Sending, register
from server.accounts.routes.entering import enter, house_of
from server.accounts.routes.halfway import texts_asked
from server.accounts.routes.links import dead_link, forget_token
from server.accounts.routes.wizard.browser import known
from server.accounts.routes.wizard.judging import Judged
from server.accounts.routes.wizard.shown import Here, draw, here_of
from server.accounts.rules.ways import KEY, KEY_DIGEST, TAKEN
from server.accounts.rules.wizard import Flow, Step, first_missing, kept
from server.database import write_beside_twins
from server.fields import Typed
from server.web import AnyRequest, address_of, redirect
from server.web.params import now_of

SAID = {
    "changed": "Une autre page de cette inscription a changé entre-temps\u00a0: relisez avant de valider.",
    "wait": "Trop de messages ont déjà été demandés pour cette adresse ou depuis cette connexion. Rien n’est "
    "perdu\u00a0: réessayez dans une heure.",
    "known": "Cette adresse e-mail a déjà un compte\u00a0: connectez-vous, ou demandez un nouveau mot de passe.",
}


def _said(request: AnyRequest, said: dict[str, str]) -> dict[str, str]:
    """A clé enfance opens a file: only its digest is written down."""
    key = said.pop(KEY, "")
    state = request.app.state
    return {**said, KEY_DIGEST: state.files.key_digest(state.secret, key)} if key else said


async def end(request: AnyRequest, here: Here, judged: Judged, posted: Mapping[str, str]) -> Response[Any]:
    """Send it; a refusal shows the page again."""
    state, now = request.app.state, now_of(request)
    sending = Sending(
        token_hash=here.browser.hash,
        flow=here.flow,
        said=_said(request, kept(here.step, judged.typed.values)),
        password_hash=judged.password_hash,
        seen=posted.get("vu", ""),
        hours=state.profile.accounts.activation_hours,
        address=address_of(request),
        texts=_texts(request, here),
    )
    if here.flow.slug == "suite":
        outcome: Activated | str = await write_beside_twins(state.db, finish, house_of(request), sending, now)
    else:
        outcome = await state.db.write(register, sending, now)
    if isinstance(outcome, Activated):
        return forget_token(request, await enter(request, outcome.account_id, outcome.sign_in_name, "/"))
    if outcome in ("sent", "already"):
        return known(request, here.browser, redirect(f"/inscription/{here.flow.slug}/envoyee"))
    if outcome == "dead":
        return dead_link(request, "activation")
    again = await here_of(request)
    if outcome == "missing":
        return redirect(f"{again.path(first_missing(again.flow, again.draft.answers))}?avant")
    if outcome == "name" and (named := _step_of("identifiant", again.flow)):
        return draw(request, replace(again, step=named), _taken(again, judged), 409)
    return draw(request, again, judged.typed, 429 if outcome == "wait" else 409, SAID[outcome], posted)


def _step_of(field: str, flow: Flow) -> Step | None:
    """The step that asks it."""
    return next((step for step in flow.steps if any(one.name == field for one in step.fields)), None)


def _taken(here: Here, judged: Judged) -> Typed:
    """All that was said, and beside the user name that it is not free."""
    return Typed({**here.draft.answers, **judged.typed.values}).but(identifiant=TAKEN)


def _texts(request: AnyRequest, here: Here) -> str:
    """The texts this wizard has shown: what is only told stands beside the terms."""
    fields = {field.name for step in here.flow.steps for field in step.fields}
    seen = {"terms": "cgu" in fields, "privacy": "confidentialite" in fields}
    return " ".join(
        text.name
        for text in texts_asked(request.app.state)
        if seen[text.kind] or (text.how == "told" and seen["terms"])
    )
