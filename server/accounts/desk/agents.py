"""Agents' accounts: the list, inviting one, changing rights, closing and opening again."""

from typing import Any

from litestar import Request, Response, get, post

from server.accounts.commands.agents import NewAgent, change_agent, forget_phone, invite_again, invite_agent
from server.accounts.desk_queries import agent_of, agents
from server.accounts.rules.agents import NEW, RIGHTS, rights_of
from server.database import Duplicate
from server.errors import NotFound
from server.fields import Typed, read
from server.web import AnyRequest, agent, form_of, page, redirect, visitor_of
from server.web.params import ref_of, today_of

GUARD = agent("settings")
SAID = {
    "invite": ("L’invitation est partie.", "Le lien sert une fois, pendant 72 heures."),
    "telephone": ("Le téléphone est oublié.", "Cet agent en installera un autre à sa prochaine connexion."),
    "change": ("C’est enregistré.", "Le changement vaut dès la prochaine page que cet agent ouvre."),
}


@get("/agent/comptes-agents", guards=[GUARD])
async def list_agents(request: AnyRequest) -> Response[str]:
    """Who works here."""
    found = await request.app.state.db.read(agents)
    said = SAID.get(request.query_params.get("dit", ""))
    return page(request, "accounts/desk_agents.html", agents=found, rights=RIGHTS, said=said)


@get("/agent/comptes-agents/nouveau", guards=[GUARD])
async def new_agent(request: AnyRequest) -> Response[str]:
    """An empty invitation."""
    return _new(request, Typed(), ())


@post("/agent/comptes-agents", guards=[GUARD])
async def invite(request: AnyRequest) -> Response[Any]:
    """Invite somebody."""
    form, state = await form_of(request), request.app.state
    ticked = rights_of(await _ticked(request))
    typed = read(NEW, form, today_of(request))
    if not typed.good:
        return _new(request, typed, ticked)
    new = NewAgent(
        typed.value("prenom"), typed.value("nom"), typed.value("email"), ticked, state.settings.env == "demo"
    )
    try:
        done = await state.db.write(invite_agent, visitor_of(request), new, state.clock())
    except Duplicate:  # invited by somebody else in the same instant
        done = False
    if not done:
        return _new(request, typed.but(email="Cette adresse a déjà un compte."), ticked)
    return redirect("/agent/comptes-agents?dit=invite")


@get("/agent/comptes-agents/{ref:str}", guards=[GUARD])
async def one_agent(request: AnyRequest) -> Response[str]:
    """One agent's rights."""
    return await _one(request)


@post("/agent/comptes-agents/{ref:str}", guards=[GUARD])
async def change(request: AnyRequest) -> Response[Any]:
    """Rights and closing, at once."""
    form, state = await form_of(request), request.app.state
    ticked, closed = rights_of(await _ticked(request)), form.get("ferme") == "oui"
    fault = await state.db.write(change_agent, visitor_of(request), ref_of(request), ticked, closed, state.clock())
    if fault:
        return await _one(request, fault, ticked, closed)
    return redirect("/agent/comptes-agents?dit=change")


@post("/agent/comptes-agents/{ref:str}/invitation", guards=[GUARD])
async def invite_once_more(request: AnyRequest) -> Response[None]:
    """A fresh link by mail: for a new agent, or one who lost the way in."""
    state = request.app.state
    await state.db.write(invite_again, visitor_of(request), ref_of(request), state.clock())
    return redirect("/agent/comptes-agents?dit=invite")


@post("/agent/comptes-agents/{ref:str}/telephone", guards=[GUARD])
async def lost_phone(request: AnyRequest) -> Response[None]:
    """An agent's phone is lost: the one-time codes it gave are worth nothing any more."""
    state = request.app.state
    if not await state.db.write(forget_phone, visitor_of(request), ref_of(request), state.tell_account, state.clock()):
        raise NotFound
    return redirect("/agent/comptes-agents?dit=telephone")


async def _ticked(request: Request[Any, Any, Any]) -> list[str]:
    form = await request.form()
    return [str(value) for name, value in form.multi_items() if name == "droit"]


def _new(request: AnyRequest, typed: Typed, ticked: tuple[str, ...]) -> Response[str]:
    status = 422 if typed.errors else 200
    return page(request, "accounts/desk_agent_new.html", status, fields=NEW, typed=typed, rights=RIGHTS, ticked=ticked)


async def _one(
    request: AnyRequest, fault: str = "", ticked: tuple[str, ...] | None = None, closed: bool | None = None
) -> Response[str]:
    found = await request.app.state.db.read(agent_of, ref_of(request))
    if found is None:
        raise NotFound
    return page(
        request,
        "accounts/desk_agent.html",
        422 if fault else 200,
        one=found,
        rights=RIGHTS,
        fault=fault,
        ticked=found.rights if ticked is None else ticked,
        closed=found.disabled if closed is None else closed,
    )


ROUTES = [list_agents, new_agent, invite, one_agent, change, invite_once_more, lost_phone]
