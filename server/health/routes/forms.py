"""Vaccinations with their dates, and consents: two forms saved at once."""

from typing import Any

from litestar import Response, get, post

from server.errors import NotFound
from server.fields import Typed
from server.health.commands.parents import answer_permissions, save_vaccines
from server.health.commands.reading import File
from server.health.opening import came_between, file_of, form_page, gate_of
from server.health.queries.records import holding
from server.health.rules import permissions, vaccines
from server.health.rules.sheet_form import Group
from server.health.screens import history_lines
from server.web import AnyRequest, form_of, parent, redirect, visitor_of
from server.web.params import number_of, ref_of, today_of

DATES = (
    "La date de la dernière injection, telle qu’elle est dans le carnet de santé. S’il manque une vaccination "
    "obligatoire, enregistrez ce que vous avez : l’enfant est admis trois mois, le temps de la faire."
)
CONSENTS = "Chaque responsable peut changer ces réponses à tout moment. La date et le nom sont gardés avec chacune."


@get("/sante/{ref:str}/vaccinations", guards=[parent])
async def vaccines_page(request: AnyRequest) -> Response[str]:
    """The dates as they stand."""
    _asked(gate_of(request).choices.vaccinations)
    file = await file_of(request, "vaccinations")
    kept = file.record.vaccines
    dates = {key: day.isoformat() for key, day in kept.value.dates.items()} if kept else {}
    return _vaccines(request, file, Typed(dates), kept.version if kept else 0)


@post("/sante/{ref:str}/vaccinations", guards=[parent])
async def send_vaccines(request: AnyRequest) -> Response[Any]:
    """Save the dates."""
    gate, form, today = gate_of(request), await form_of(request), today_of(request)
    _asked(gate.choices.vaccinations)
    file, seen = await file_of(request, "vaccinations"), number_of(form.get("vu"), -1)
    typed = vaccines.read_dates(file.child.birth_date, form, today)
    if not typed.good:
        return _vaccines(request, file, typed, seen)
    state = request.app.state
    saved = await state.db.write(
        save_vaccines, gate.vault, visitor_of(request), file.child.ref, typed, seen, today, state.clock()
    )
    if saved.outcome != "done":
        return _vaccines(request, file, typed, saved.version, conflict=came_between(saved.by))
    return redirect(f"/sante/{file.child.ref}?dit=vaccinations")


def _vaccines(request: AnyRequest, file: File, typed: Typed, seen: int, **more: str) -> Response[str]:
    born = file.child.birth_date
    must = tuple(one for one in vaccines.fields_of(born) if vaccines.duty_of(vaccines.BY_KEY[one.name], born))
    other = tuple(one for one in vaccines.fields_of(born) if one not in must)
    groups = (Group("Obligatoires pour cet enfant", must), Group("Si votre enfant les a reçues", other))
    title = "Vaccinations et injections"
    return form_page(request, file, "vaccinations", groups, typed, seen, title=title, intro=DATES, **more)


@get("/sante/{ref:str}/autorisations", guards=[parent])
async def permissions_page(request: AnyRequest) -> Response[str]:
    """The answers that hold, and their history."""
    _asked(bool(gate_of(request).choices.permissions))
    file = await file_of(request, "resume")
    held = {kind: "oui" if one.granted else "non" for kind, one in holding(file.consents).items()}
    return _permissions(request, file, Typed(held))


@post("/sante/{ref:str}/autorisations", guards=[parent])
async def send_permissions(request: AnyRequest) -> Response[Any]:
    """Keep what changed."""
    gate, form, ref = gate_of(request), await form_of(request), ref_of(request)
    kinds = gate.choices.permissions
    _asked(bool(kinds))
    typed = permissions.read_answers(kinds, form, today_of(request))
    if not typed.good:
        return _permissions(request, await file_of(request, "resume"), typed)
    state = request.app.state
    await state.db.write(answer_permissions, visitor_of(request), ref, typed, kinds, state.clock())
    return redirect(f"/sante/{ref}?dit=autorisations")


def _permissions(request: AnyRequest, file: File, typed: Typed) -> Response[str]:
    groups = (Group("", permissions.fields_of(gate_of(request).choices.permissions)),)
    words: dict[str, Any] = {"title": "Autorisations", "intro": CONSENTS, "history": history_lines(file.consents)}
    return form_page(request, file, "autorisations", groups, typed, "", **words)


def _asked(wanted: bool) -> None:
    """Raises NotFound for a page this town does not have."""
    if not wanted:
        raise NotFound


ROUTES = [vaccines_page, send_vaccines, permissions_page, send_permissions]
