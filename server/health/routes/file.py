"""A child's health file at a glance, the household's children, and who read a file."""

from datetime import date

from litestar import Response, get

from server.database import Work
from server.families.queries import Child, children_of
from server.families.queries.authority import CLOSED
from server.french import of_name
from server.health.commands.reading import File
from server.health.opening import file_of, gate_of
from server.health.queries.gate import Gate, all_standings
from server.health.queries.people import people_of
from server.health.queries.reads import Readings, readings_of
from server.health.queries.records import child_of, children_held
from server.health.rules.gate import GOOD, Standing
from server.health.rules.people import Person
from server.health.screens import file_values, reading_lines
from server.web import AnyRequest, Visitor, page, parent, visitor_of
from server.web.params import number_of, ref_of, today_of

SAID = {
    "fiche": "La fiche sanitaire est enregistrée.",
    "vaccinations": "Les vaccinations sont enregistrées.",
    "autorisations": "Vos autorisations sont enregistrées.",
    "personnes": "La liste des personnes est enregistrée.",
    "pai": "Votre demande de PAI est transmise à la mairie.",
    "retrait": "Votre demande de PAI est retirée.",
    "deja": "La mairie a déjà répondu à cette demande : lisez sa réponse.",
}
LATEST = 3  # readings on the file's own page


@get("/sante", guards=[parent])
async def children(request: AnyRequest) -> Response[str]:
    """The household's children, and which of their files lack something."""
    gate, state = gate_of(request), request.app.state
    found, closed = await state.db.read(_children, gate, visitor_of(request), today_of(request))
    return page(request, "health/children.html", children=found, closed=CLOSED if closed else "")


def _children(gate: Gate, visitor: Visitor, today: date) -> Work[tuple[list[tuple[Child, bool]], bool]]:
    """Each child in the visitor's care with whether its file lacks something; and whether there are others."""
    ours = yield from children_held(visitor)
    standings = (yield from all_standings(gate, [child.id for child in ours], today)) if ours else {}
    all_ = yield from children_of(visitor.family_id or 0)
    lines = [(child, bool(standings.get(child.id, GOOD).lacking(today))) for child in ours]
    return lines, len(all_) > len(ours)


@get("/sante/{ref:str}", guards=[parent])
async def file_page(request: AnyRequest) -> Response[str]:
    """One child's file."""
    gate, state, today = gate_of(request), request.app.state, today_of(request)
    file = await file_of(request, "resume")
    standing, people, latest = await state.db.read(_around, gate, file, visitor_of(request).family_id or 0, today)
    return page(
        request,
        "health/file.html",
        file=file_values(file, standing, gate.choices, today),
        people=people,
        latest=reading_lines(latest.lines),
        said=SAID.get(request.query_params.get("dit", ""), ""),
    )


def _around(gate: Gate, file: File, family_id: int, today: date) -> Work[tuple[Standing, tuple[Person, ...], Readings]]:
    standings = yield from all_standings(gate, [file.child.id], today)
    people = yield from people_of(family_id, file.child.id)
    return standings[file.child.id], people, (yield from readings_of(file.child.id, 1, LATEST))


@get("/sante/{ref:str}/consultations", guards=[parent])
async def readings_page(request: AnyRequest) -> Response[str]:
    """Who read this file, when, on which screen."""
    gate_of(request)
    state, number = request.app.state, max(1, number_of(request.query_params.get("page"), 1))
    child, found = await state.db.read(_readings, visitor_of(request), ref_of(request), number)
    return page(
        request,
        "health/readings.html",
        child=child,
        of_child=of_name(child.first_name),
        lines=reading_lines(found.lines),
        readings=found,
    )


def _readings(visitor: Visitor, ref: str, number: int) -> Work[tuple[Child, Readings]]:
    child = yield from child_of(visitor, ref)
    return child, (yield from readings_of(child.id, number))


ROUTES = [children, file_page, readings_page]
