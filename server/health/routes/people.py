"""Persons to call and who may collect the child: the household's own list."""

from typing import Any

from litestar import Response, get, post

from server.errors import NotFound
from server.fields import Typed
from server.health.commands.people import save_people
from server.health.commands.reading import File
from server.health.opening import came_between, file_of, form_page, gate_of
from server.health.queries.people import people_of
from server.health.queries.records import holding
from server.health.rules.people import NOBODY_ELSE, Person, read_people, row_of, shown, stamp_of, typed_from
from server.health.rules.sheet_form import Group
from server.web import AnyRequest, form_of, parent, redirect, visitor_of
from server.web.params import today_of

INTRO = (
    "Dix personnes au plus, en plus des responsables. L’autre foyer d’un enfant ne voit pas cette liste ; "
    "les équipes qui l’accueillent la voient."
)


@get("/sante/{ref:str}/personnes", guards=[parent])
async def people_page(request: AnyRequest) -> Response[str]:
    """The list as it stands."""
    file, people = await _opened(request)
    nobody = holding(file.consents).get("nobody_else")
    return _form(request, file, typed_from(people, bool(nobody and nobody.granted)), stamp_of(people))


@post("/sante/{ref:str}/personnes", guards=[parent])
async def send_people(request: AnyRequest) -> Response[Any]:
    """Put the list in place of the one seen."""
    form, state = await form_of(request), request.app.state
    file, people = await _opened(request)
    typed, seen = read_people(form, today_of(request)), form.get("vu", "")[:16]
    if not typed.good:
        return _form(request, file, typed, seen)
    saved = await state.db.write(save_people, visitor_of(request), file.child.ref, typed, seen, state.clock())
    if saved.outcome != "done":
        return _form(request, file, typed, stamp_of(people), conflict=came_between(""))
    return redirect(f"/sante/{file.child.ref}?dit=personnes")


async def _opened(request: AnyRequest) -> tuple[File, tuple[Person, ...]]:
    if not gate_of(request).choices.people:
        raise NotFound
    file = await file_of(request, "resume")
    people = await request.app.state.db.read(people_of, visitor_of(request).family_id or 0, file.child.id)
    return file, people


def _form(request: AnyRequest, file: File, typed: Typed, seen: str, **more: str) -> Response[str]:
    rows = tuple(Group(f"Personne {n}", row_of(n)) for n in range(1, shown(typed) + 1))
    groups = (*rows, Group("", (NOBODY_ELSE,)))
    title = "Personnes à contacter et à autoriser"
    return form_page(request, file, "personnes", groups, typed, seen, title=title, intro=INTRO, **more)


ROUTES = [people_page, send_people]
