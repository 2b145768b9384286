"""What each adult is to each child of a household, edited by agents."""

from typing import Any

from litestar import Response, get, post

from server.families.commands.readings import open_family
from server.families.commands.relating import Relations, relate, relations_of
from server.families.rules.relations import WHY, judged_ties, tie_fields, ties_from, typed_of
from server.fields import Field, Typed, read
from server.web import AnyRequest, agent, form_of, page, redirect, visitor_of
from server.web.params import ref_of
from server.zone import town_day

URL = "/agent/familles/{ref:str}/liens"
FILES = agent("dossiers")
STALE = "Ce dossier a changé entre-temps\u00a0: relisez, puis recommencez. Rien n’a été enregistré."
SAID = {
    "fait": ("ok", "Les liens sont à jour.", "La famille en est avertie."),
    "pareil": ("ok", "Rien n’a changé.", ""),
}


@get(URL, guards=[FILES])
async def ties(request: AnyRequest) -> Response[str]:
    """The ties as they stand; the reading of the file is noted."""
    file = await _file(request)
    return _page(request, file, typed_of(file.ties))


@post(URL, guards=[FILES], status_code=303)
async def change(request: AnyRequest) -> Response[Any]:
    """Write what differs."""
    file, form, state = await _file(request), await form_of(request), request.app.state
    children, adults = [one.id for one in file.children], [one.id for one in file.adults]
    fields = tuple(field for _, asked in _fields(file) for field in asked)
    now = state.clock()
    typed = judged_ties(read((*fields, WHY), form, town_day(now)), children, adults)
    if not typed.good:
        return _page(request, file, typed, 422)
    wanted, seen = ties_from(typed, children, adults), form.get("vu", "")[:64]
    done = await state.db.write(relate, visitor_of(request), file.ref, seen, wanted, typed.value(WHY.name), now)
    if done == "stale":
        return _page(request, await _file(request), typed, 409, STALE)
    return redirect(f"/agent/familles/{file.ref}/liens?{'fait' if done == 'done' else 'pareil'}")


async def _file(request: AnyRequest) -> Relations:
    state = request.app.state
    file: Relations = await state.db.read(relations_of, ref_of(request))
    await state.db.write(open_family, visitor_of(request), file.ref, state.clock())
    return file


def _fields(file: Relations) -> list[tuple[str, tuple[Field, ...]]]:
    adults = [(one.id, one.name) for one in file.adults]
    return [(one.name, tie_fields(one.id, adults)) for one in file.children]


def _page(request: AnyRequest, file: Relations, typed: Typed, status: int = 200, refusal: str = "") -> Response[str]:
    said = next((words for key, words in SAID.items() if key in request.query_params), None)
    groups = _fields(file)
    return page(
        request, "families/desk/ties.html", status, file=file, groups=groups, typed=typed, why=WHY, refusal=refusal,
        fields=[*(field for _, asked in groups for field in asked), WHY], said=said,
    )  # fmt: skip


ROUTES = [ties, change]
