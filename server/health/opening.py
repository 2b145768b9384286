"""What every door of health begins with: is there a room at all, what day it is, whose child, who reads.

A file of its own, beside routes and desk: both halves begin alike.
"""

from typing import Any

from litestar import Response

from server.errors import NotFound
from server.fields import Field, Typed
from server.french import of_name
from server.health.commands.reading import File, open_file
from server.health.queries.gate import Gate
from server.health.rules.sheet_form import Group
from server.web import AnyRequest, page, visitor_of
from server.web.params import ref_of


def gate_of(request: AnyRequest) -> Gate:
    """What opens the files and what the town asks. Raises NotFound where the town keeps no health files."""
    gate: Gate = request.app.state.gate
    if gate.choices.sheet == "none":
        raise NotFound
    return gate


async def file_of(request: AnyRequest, screen: str) -> File:
    """The child's file, its reading noted. Raises NotFound for another household's child."""
    state, vault = request.app.state, gate_of(request).vault
    found: File = await state.db.write(open_file, vault, visitor_of(request), ref_of(request), screen, state.clock())
    return found


def form_page(
    request: AnyRequest,
    file: File,
    path: str,
    groups: tuple[Group, ...],
    typed: Typed,
    seen: object,
    **words: Any,
) -> Response[str]:
    """A form of a child's file; `words`: title, intro, button, and what came between."""
    fields: tuple[Field, ...] = tuple(one for group in groups for one in group.fields)
    values = {
        "child": file.child,
        "of_child": of_name(file.child.first_name),
        "back": f"/sante/{file.child.ref}",
        "action": f"/sante/{file.child.ref}/{path}",
        "groups": groups,
        "fields": fields,
        "typed": typed,
        "seen": seen,
    }
    status = 422 if typed.errors or words.get("conflict") else 200
    said = {"intro": "", "steps": (), "button": "Enregistrer", "conflict": "", "history": (), **words}
    return page(request, "health/form.html", status=status, form={**values, **said})


def came_between(by: str) -> str:
    """What the later of two is told."""
    return (
        f"{by or 'Une autre personne'} a enregistré cette page pendant que vous la remplissiez. Rien n’a été remplacé :"
        " vos réponses sont ci-dessous. Ouvrez la page enregistrée pour comparer, puis enregistrez les vôtres "
        "s’il le faut."
    )
