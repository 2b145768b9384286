"""PAI: what it is, the steps to take, asking for one and taking the request back."""

from typing import Any

from litestar import Response, get, post

from server.errors import NotFound
from server.fields import Typed, read
from server.health.commands.parents import ask_for_plan, withdraw_plan
from server.health.commands.reading import File
from server.health.opening import file_of, gate_of
from server.health.queries.gate import all_standings
from server.health.rules.plans import ASKING, open_request
from server.health.screens import file_values
from server.web import AnyRequest, form_of, page, parent, redirect, visitor_of
from server.web.params import ref_of, today_of


@get("/sante/{ref:str}/pai", guards=[parent])
async def plan_page(request: AnyRequest) -> Response[str]:
    """Where the PAI stands."""
    file = await _opened(request)
    waiting = open_request(file.record.all_plans)
    return await _page(request, file, Typed({"pai_objet": waiting.object} if waiting else {}))


@post("/sante/{ref:str}/pai", guards=[parent])
async def ask(request: AnyRequest) -> Response[Any]:
    """Ask for one, or say again why."""
    form, state = await form_of(request), request.app.state
    file, typed = await _opened(request), read(ASKING, form, today_of(request))
    if not typed.good:
        return await _page(request, file, typed)
    ref, vault = file.child.ref, gate_of(request).vault
    await state.db.write(ask_for_plan, vault, visitor_of(request), ref, typed.value("pai_objet"), state.clock())
    return redirect(f"/sante/{ref}?dit=pai")


@post("/sante/{ref:str}/pai/retrait", guards=[parent])
async def withdraw(request: AnyRequest) -> Response[Any]:
    """Take the request back, unless it was answered meanwhile."""
    state, ref, vault = request.app.state, ref_of(request), gate_of(request).vault
    done = await state.db.write(withdraw_plan, vault, visitor_of(request), ref, state.clock())
    return redirect(f"/sante/{ref}?dit={'retrait' if done else 'deja'}")


async def _opened(request: AnyRequest) -> File:
    if "plan" not in gate_of(request).choices.asks:
        raise NotFound
    return await file_of(request, "pai")


async def _page(request: AnyRequest, file: File, typed: Typed) -> Response[str]:
    gate, today = gate_of(request), today_of(request)
    standings = await request.app.state.db.read(all_standings, gate, [file.child.id], today)
    values = file_values(file, standings[file.child.id], gate.choices, today)
    status = 422 if typed.errors else 200
    return page(request, "health/plan.html", status=status, file=values, fields=ASKING, typed=typed)


ROUTES = [plan_page, ask, withdraw]
