"""« Pour toutes les familles »: what the town offers to everybody, from a day to a day."""

from datetime import date
from typing import Any

from litestar import Response, get, post

from server.documents.commands.judging import take_away
from server.documents.commands.putting import New
from server.documents.queries.office import file_of, put_for_all
from server.documents.queries.values import Document
from server.documents.receiving import Taken, answer, archive_of, new_form_id, take_in
from server.documents.rules.kinds import OTHER
from server.documents.words import day_of, download_name, file_values, limits_words
from server.errors import NotFound
from server.fields import Field, Typed
from server.web import AnyRequest, agent, page, redirect, visitor_of
from server.web.downloads import file_answer
from server.web.params import now_of, ref_of, today_of

GUARD = agent("content")
URL = "/agent/documents/pour-toutes"
FIELDS = (
    Field("titre", "Nom du document", required=True, longest=120, hint="Les familles le verront.", autocomplete="off"),
    Field("du", "Premier jour", "date", hint="Vide\u00a0: dès aujourd’hui."),
    Field("au", "Dernier jour", "date", hint="Vide\u00a0: jusqu’à ce que vous le retiriez."),
)
SAID = {"mis": "Le document est proposé aux familles.", "retire": "Le document est retiré."}


@get("/agent/documents/pour-toutes", guards=[GUARD])
async def town(request: AnyRequest) -> Response[str]:
    """What is offered now, will be, has been."""
    return await _shown(request)


@post("/agent/documents/pour-toutes/fichiers", guards=[GUARD], request_max_body_size=None)
async def put(request: AnyRequest) -> Response[Any]:
    """Offer a document to all families."""
    visitor, today = visitor_of(request), today_of(request)

    def new(typed: Typed, key: str) -> New:
        first = typed.day("du") or today
        return New("town", OTHER, typed.value("titre"), visitor.account_id, key, (), None, None, first, typed.day("au"))

    def also(typed: Typed) -> Typed:
        last = typed.day("au") if typed.good else None
        if last and last < (typed.day("du") or today):
            return typed.but(au="Le dernier jour vient avant le premier.")
        return typed

    taken = await take_in(request, FIELDS, new, also)
    return await answer(request, taken, f"{URL}?dit=mis", lambda taken: _shown(request, taken))


@post("/agent/documents/pour-toutes/{ref:str}/retrait", guards=[GUARD], status_code=303)
async def remove(request: AnyRequest) -> Response[None]:
    """Take it away."""
    names = await request.app.state.db.write(take_away, visitor_of(request), ref_of(request), "town", now_of(request))
    await archive_of(request).throw_away(names)
    return redirect(f"{URL}?dit=retire")


@get("/agent/documents/pour-toutes/{ref:str}/{position:int}", guards=[GUARD])
async def download(request: AnyRequest) -> Response[Any]:
    """One file, as families will have it."""
    position = int(request.path_params["position"])
    found = await request.app.state.db.read(file_of, ref_of(request), position)
    if found is None or found[0].shelf != "town":
        raise NotFound
    document, file = found
    return file_answer(archive_of(request).safe.read(file.name), file.media, file.size, download_name(document, file))


ROUTES = [town, put, remove, download]


async def _shown(request: AnyRequest, taken: Taken | None = None) -> Response[str]:
    limits, today = archive_of(request).limits, today_of(request)
    found = await request.app.state.db.read(put_for_all)
    return page(
        request,
        "documents/desk_town.html",
        taken.status if taken else 200,
        lines=[_line(each, today) for each in found],
        fields=FIELDS,
        typed=taken.typed if taken else Typed(),
        form_id=new_form_id(),
        limits=limits,
        limits_words=limits_words(limits),
        said=SAID.get(request.query_params.get("dit", "")),
    )


def _line(document: Document, today: date) -> dict[str, Any]:
    first, last = document.shown_from or today, document.shown_until
    if document.state != "clean":
        badge, word = "wait", "à l’antivirus"
    elif first > today:
        badge, word = "info", "à venir"
    elif last and last < today:
        badge, word = "info", "terminé"
    else:
        badge, word = "ok", "proposé"
    return {
        **file_values(document, URL),
        "from": day_of(first, today),
        "until": day_of(last, today) if last else "",
        "by": document.by,
        "badge": badge,
        "word": word,
        "remove": f"{URL}/{document.ref}/retrait",
    }
