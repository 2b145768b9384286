"""What families sent: to look at, accepted, refused, still with the antivirus."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get

from server.documents.queries.office import FILTERS, Filed, Pile, pile_of
from server.documents.rules.kinds import ANYTHING, KINDS, OTHER, TABLE
from server.documents.words import state_words
from server.french import instant
from server.web import AnyRequest, agent, page
from server.web.params import number_of, today_of

WHICH = {
    "a-verifier": "À vérifier",
    "acceptees": "Acceptés",
    "refusees": "Refusés",
    "en-controle": "À l’antivirus",
}
SIZE = 50
Values = dict[str, Any]


@get("/agent/documents", guards=[agent("dossiers")])
async def pile(request: AnyRequest) -> Response[str]:
    """?liste=a-verifier&type=home_proof&page=2."""
    params = request.query_params
    which = params.get("liste", "a-verifier")
    which = which if which in FILTERS else "a-verifier"
    kind = params.get("type", "")
    kind = kind if kind in KINDS or kind == OTHER else ""
    found: Pile = await request.app.state.db.read(pile_of, which, kind, number_of(params.get("page"), 1), SIZE)
    today = today_of(request)
    return page(
        request,
        "documents/desk_pile.html",
        lists=[{"name": name, "url": _url(key, kind), "current": key == which} for key, name in _lists(found)],
        which=which,
        kind=kind,
        kinds=[*TABLE, ANYTHING],
        lines=[_line(each, today) for each in found.lines],
        leaf=found.leaf,
        previous=_url(which, kind, found.leaf.number - 1) if found.leaf.number > 1 else "",
        following=_url(which, kind, found.leaf.number + 1) if found.leaf.number < found.leaf.last else "",
    )


def _lists(found: Pile) -> list[tuple[str, str]]:
    count = f" ({found.waiting})" if found.waiting else ""
    return [(key, name + count if key == "a-verifier" else name) for key, name in WHICH.items()]


def _url(which: str, kind: str, number: int = 1) -> str:
    said = {"liste": which, "type": kind, "page": str(number) if number > 1 else ""}
    return f"/agent/documents?{urlencode({name: value for name, value in said.items() if value})}"


def _line(filed: Filed, today: date) -> Values:
    document = filed.document
    badge, word = state_words(document)
    return {
        "url": f"/agent/documents/{document.ref}",
        "label": document.label,
        "child": document.child,
        "family": filed.family,
        "number": filed.number,
        "family_url": f"/agent/familles/{filed.family_ref}/documents" if filed.family_ref else "",
        "request": filed.request,
        "at": instant(document.created_at, near=today),
        "files": len(document.files),
        "badge": badge,
        "word": word,
    }


ROUTES = [pile]
