"""Registrations at the agents' desk: who asks, who has not used their link yet; yes, or no with the reason."""

from typing import Any

from litestar import Response, get, post

from server.accounts.commands.deciding import accept, refuse
from server.accounts.desk_queries import Asked, Waiting, asked_by, registrations
from server.errors import NotFound
from server.fields import Field, Typed, read
from server.web import AnyRequest, agent, form_of, page, redirect, visitor_of
from server.web.params import ref_of
from server.zone import town_day

LIST = "/agent/comptes"
FILES = agent("dossiers")
REASON = (Field("motif", "Motif du refus", "lines", True, 500, "Il est envoyé tel quel au parent."),)
SAID = {
    "accepte": "La demande est acceptée\u00a0: le parent reçoit un lien pour terminer son inscription.",
    "refuse": "La demande est refusée\u00a0: le parent en reçoit le motif.",
    "deja": "Cette demande avait déjà reçu une réponse\u00a0: rien n’a changé.",
}


@get(LIST, guards=[FILES])
async def waiting(request: AnyRequest) -> Response[str]:
    """Who asks, and whose link waits."""
    state = request.app.state
    found: Waiting = await state.db.read(registrations, state.clock())
    said = next((text for word, text in SAID.items() if word in request.query_params), "")
    asks = "ask" in state.profile.accounts.ways_in
    return page(request, "accounts/desk/registrations.html", found=found, said=said, asks=asks)


@get(LIST + "/{ref:str}", guards=[FILES])
async def one(request: AnyRequest) -> Response[Any]:
    """One who asks: all that was said, and the answer."""
    return await _one(request, Typed())


@post(LIST + "/{ref:str}/acceptation", guards=[FILES], status_code=303)
async def say_yes(request: AnyRequest) -> Response[Any]:
    """Yes: the link to finish leaves."""
    state, visitor = request.app.state, visitor_of(request)
    hours = state.profile.accounts.activation_hours
    done = await state.db.write(accept, ref_of(request), visitor.account_id, hours, state.clock())
    return _answered(done, "accepte")


@post(LIST + "/{ref:str}/refus", guards=[FILES], status_code=303)
async def say_no(request: AnyRequest) -> Response[Any]:
    """No, with the reason."""
    state, visitor, now = request.app.state, visitor_of(request), request.app.state.clock()
    typed = read(REASON, await form_of(request), town_day(now))
    if not typed.good:
        return await _one(request, typed, 422)
    done = await state.db.write(refuse, ref_of(request), visitor.account_id, typed.value("motif"), now)
    return _answered(done, "refuse")


ROUTES = [waiting, one, say_yes, say_no]


def _answered(done: bool | None, word: str) -> Response[Any]:
    if done is None:
        raise NotFound
    return redirect(f"{LIST}?{word if done else 'deja'}")


async def _one(request: AnyRequest, typed: Typed, status: int = 200) -> Response[Any]:
    found: Asked | None = await request.app.state.db.read(asked_by, ref_of(request))
    if found is None:
        raise NotFound
    return page(request, "accounts/desk/registration.html", status, one=found, fields=REASON, typed=typed)
