"""A family's documents as agents see them: what is asked and missing, what it sent, what is put for it."""

from collections.abc import Sequence
from typing import Any

from litestar import Response, get, post

from server.documents.commands.judging import ask_for, give_up_asking, take_away
from server.documents.commands.putting import New
from server.documents.queries.family import sent_by_family, standing_of
from server.documents.queries.office import asks_of, one_of, put_for
from server.documents.receiving import Taken, answer, archive_of, new_form_id, take_in
from server.documents.rules.kinds import ANYTHING, KINDS, OTHER, TABLE, kind_of
from server.documents.words import file_values, item_values, limits_words, sent_values
from server.errors import NotFound
from server.families.commands.readings import open_family
from server.families.queries import Child, children_of, household_of
from server.fields import Field, Typed, read
from server.french import instant
from server.web import AnyRequest, agent, form_of, page, redirect, visitor_of
from server.web.params import now_of, ref_of, today_of

GUARD = agent("dossiers")
PAGE = "documents/desk_family.html"
TITLE = Field("titre", "Nom du document", required=True, longest=120, hint="La famille le verra.", autocomplete="off")
NOTE = Field("note", "Ce qu’il faut envoyer", longest=300, hint="La famille le lira.", autocomplete="off")
SAID = {
    "mis": "Le document est dans l’espace de la famille, qui est prévenue.",
    "demande": "La demande est faite, la famille est prévenue.",
    "plus-demande": "La pièce n’est plus demandée.",
    "retire": "Le document est retiré.",
}


@get("/agent/familles/{ref:str}/documents", guards=[GUARD])
async def family(request: AnyRequest) -> Response[str]:
    """Everything about one family's documents."""
    return await _shown(request)


@post("/agent/familles/{ref:str}/documents/fichiers", guards=[GUARD], request_max_body_size=None)
async def put(request: AnyRequest) -> Response[Any]:
    """Put a document for this family, which is told of it."""
    ref, visitor = ref_of(request), visitor_of(request)
    family_id = await request.app.state.db.write(open_family, visitor, ref, now_of(request))

    def new(typed: Typed, key: str) -> New:
        return New("family", OTHER, typed.value("titre"), visitor.account_id, key, (), family_id)

    taken = await take_in(request, (TITLE,), new)
    return await answer(
        request, taken, f"/agent/familles/{ref}/documents?dit=mis", lambda taken: _shown(request, taken)
    )


@post("/agent/familles/{ref:str}/documents/demande", guards=[GUARD])
async def ask(request: AnyRequest) -> Response[Any]:
    """Ask this family for one more document."""
    db, ref = request.app.state.db, ref_of(request)
    family_id = await db.write(open_family, visitor_of(request), ref, now_of(request))
    children = await db.read(children_of, family_id)
    typed = _judged(read((_what(children), NOTE), await form_of(request), today_of(request)))
    if not typed.good:
        return await _shown(request, asked=typed, status=422)
    kind, _, child_ref = typed.value("piece").partition(" ")
    child = next((each.id for each in children if each.ref == child_ref), None)
    await db.write(ask_for, visitor_of(request), ref, kind, child, typed.value("note"), now_of(request))
    return redirect(f"/agent/familles/{ref}/documents?dit=demande")


@post("/agent/familles/{ref:str}/documents/demande/{ask_ref:str}/abandon", guards=[GUARD], status_code=303)
async def give_up(request: AnyRequest) -> Response[None]:
    """Ask for it no longer."""
    ref = ref_of(request)
    await request.app.state.db.write(
        give_up_asking, visitor_of(request), ref, ref_of(request, "ask_ref"), now_of(request)
    )
    return redirect(f"/agent/familles/{ref}/documents?dit=plus-demande")


@post("/agent/documents/{ref:str}/retrait", guards=[GUARD], status_code=303)
async def remove(request: AnyRequest) -> Response[None]:
    """Take away what was put for a family."""
    db, ref = request.app.state.db, ref_of(request)
    filed = await db.read(one_of, ref)
    if filed is None:
        raise NotFound
    names = await db.write(take_away, visitor_of(request), ref, "family", now_of(request))
    await archive_of(request).throw_away(names)
    return redirect(f"/agent/familles/{filed.family_ref}/documents?dit=retire")


ROUTES = [family, put, ask, give_up, remove]


def _what(children: Sequence[Child]) -> Field:
    """Each kind, once for the home or once for each child: « vaccination kidlina »."""
    options = [(kind.name, kind.label) for kind in (*TABLE, ANYTHING) if not kind.per_child]
    options += [
        (f"{kind.name} {child.ref}", f"{kind.label}, {child.first_name}")
        for kind in TABLE
        if kind.per_child
        for child in children
    ]
    return Field("piece", "Pièce", "choice", required=True, options=tuple(options))


def _judged(typed: Typed) -> Typed:
    if typed.good and typed.value("piece") not in KINDS and typed.value("piece") == OTHER and not typed.value("note"):
        return typed.but(note="Dites ce qu’il faut envoyer.")
    return typed


async def _shown(
    request: AnyRequest, taken: Taken | None = None, asked: Typed | None = None, status: int = 200
) -> Response[str]:
    """The page; the reading of the family's file is noted first."""
    db, today = request.app.state.db, today_of(request)
    archive = archive_of(request)
    family_id = await db.write(open_family, visitor_of(request), ref_of(request), now_of(request))
    standing = await db.read(standing_of, family_id, archive.asked, today)
    sent = await db.read(sent_by_family, family_id)
    return page(
        request,
        PAGE,
        taken.status if taken else status,
        family=await db.read(household_of, family_id),
        url=f"/agent/familles/{ref_of(request)}",
        items=[item_values(item, standing.child_of(item), archive.asked, today) for item in standing.items],
        asks=[{"each": each, "label": kind_of(each.kind).label} for each in await db.read(asks_of, family_id)],
        sent=[sent_values(each, today) for each in sent],
        own=[
            file_values(each, "/agent/documents") | {"at": instant(each.created_at, near=today), "by": each.by}
            for each in await db.read(put_for, family_id)
        ],
        fields={"title": TITLE, "what": _what(standing.children), "note": NOTE},
        typed=taken.typed if taken else Typed(),
        asked=asked or Typed(),
        form_id=new_form_id(),
        limits=archive.limits,
        limits_words=limits_words(archive.limits),
        said=SAID.get(request.query_params.get("dit", "")),
    )
