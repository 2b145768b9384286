"""A list of families at the agents' desk: the file, what it would do line by line, then « Importer »."""

import asyncio
from collections import Counter
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get, post

from server.errors import Full, NotFound
from server.families.commands.importing.checked import give_up
from server.families.desk_queries.imports import Tried, lately_tried, tried
from server.families.importing import LIMITS, MOST_BYTES, Importer, Unread
from server.families.rules.columns import COLUMNS, EXAMPLES, MEANINGS, REQUIRED
from server.families.rules.reports import WORDS, Line, word_of
from server.web import AnyRequest, agent, page, redirect, visitor_of
from server.web.pagination import Leaf
from server.web.params import now_of, number_of, ref_of, today_of
from server.web.sheets import csv_answer
from server.web.uploads import TooMuch, received

GUARD = agent("dossiers")
URL = "/agent/imports"
PAGE = 100  # lines at once
MEGABYTES = MOST_BYTES // (1024 * 1024)
NOTHING = "Choisissez un fichier CSV."
TOO_BIG = f"Ce fichier dépasse {MEGABYTES} Mo. Coupez-le en plusieurs, sans séparer les lignes d’un dossier."
VIEWS = {
    "": ("Toutes les lignes", tuple(WORDS)),
    "refus": ("Refusées", ("refused",)),
    "changements": ("Ce qui change", ("created", "changed", "linked")),
    "inchanges": ("Inchangées", ("same",)),
}
BADGES = {"created": "ok", "changed": "info", "linked": "info", "same": "", "refused": "no"}
SAID: dict[str, tuple[str, str, str]] = {
    "done": ("ok", "La liste est importée.", "Le rapport ci-dessous dit ce qui a été fait."),
    "changed": (
        "wait",
        "Rien n’a été importé\u00a0: le portail a changé depuis l’essai.",
        "Le rapport est refait avec les données d’aujourd’hui. Relisez-le, puis importez.",
    ),
    "over": ("wait", "Cette liste n’est plus à importer.", "Quelqu’un l’a importée ou un rapport la refuse."),
    "lost": ("no", "Rien n’a été importé\u00a0: le fichier gardé n’est plus lisible.", "Déposez-le à nouveau."),
}


@get(URL, guards=[GUARD])
async def imports(request: AnyRequest) -> Response[str]:
    """The form, and the last lists."""
    return await _form(request)


@get(URL + "/modele.csv", guards=[GUARD])
async def template(request: AnyRequest) -> Response[bytes]:
    """The columns, and a family to overwrite."""
    return csv_answer("modele-familles", list(COLUMNS), [[line.get(name, "") for name in COLUMNS] for line in EXAMPLES])


@post(URL + "/fichiers", guards=[GUARD], request_max_body_size=None)
async def check(request: AnyRequest) -> Response[Any]:
    """Try a list out: nothing is written but the list itself, sealed."""
    importer = _importer(request)
    if not await asyncio.to_thread(importer.safe.has_room):
        raise Full(retry_after=600)
    visitor = visitor_of(request)
    try:
        async with received(request, importer.safe.draft, LIMITS, visitor.account_id) as sent:
            if not sent.files:
                return await _form(request, NOTHING, 422)
            ref = await importer.check(visitor, sent.files[0], today_of(request), now_of(request))
    except TooMuch as error:
        return await _form(request, NOTHING if error.reason == "files" else TOO_BIG, 413)
    except Unread as unread:
        return await _form(request, unread.why, 422)
    return redirect(f"{URL}/{ref}")


@get(URL + "/{ref:str}", guards=[GUARD])
async def one(request: AnyRequest) -> Response[str]:
    """What a list does, line by line."""
    found = await _found(request)
    view = request.query_params.get("voir", "")
    view = view if view in VIEWS else ""
    lines = [line for line in found.report.lines if line.done in VIEWS[view][1]]
    leaf = Leaf(number_of(request.query_params.get("page"), 1), PAGE, len(lines))
    said = request.query_params.get("dit", "")
    return page(
        request,
        "families/desk/import.html",
        found=found,
        said=SAID.get(said) if said != "done" or found.state == "done" else None,
        counts=_counts(found),
        views=_views(found, view),
        lines=[_shown(line, found.state == "done") for line in lines[leaf.offset : leaf.offset + PAGE]],
        leaf=leaf,
        previous=_url(found.ref, view, leaf.number - 1) if leaf.number > 1 else "",
        following=_url(found.ref, view, leaf.number + 1) if leaf.number < leaf.last else "",
    )


@get(URL + "/{ref:str}/rapport.csv", guards=[GUARD])
async def report(request: AnyRequest) -> Response[bytes]:
    """The same as a table."""
    found = await _found(request)
    written = found.state == "done"
    rows = [(line.line, line.who, word_of(line.done, written), line.text) for line in found.report.lines]
    return csv_answer("rapport-import", ("Ligne", "Personne", "Résultat", "Précision"), rows)


@post(URL + "/{ref:str}", guards=[GUARD], status_code=303)
async def carry(request: AnyRequest) -> Response[None]:
    """Import it, when it still does what was read."""
    found = await _found(request)
    went = await _importer(request).run(visitor_of(request), found, today_of(request), now_of(request))
    return redirect(f"{URL}/{found.ref}?dit={went}")


@post(URL + "/{ref:str}/abandon", guards=[GUARD], status_code=303)
async def abandon(request: AnyRequest) -> Response[None]:
    """Forget it."""
    name = await request.app.state.db.write(give_up, ref_of(request))
    await asyncio.to_thread(_importer(request).safe.throw_away, name)
    return redirect(f"{URL}?dit=abandonne")


ROUTES = [imports, template, check, one, report, carry, abandon]


def _importer(request: AnyRequest) -> Importer:
    state = request.app.state
    return Importer(state.db, state.archive.safe, state.profile.accounts.activation_hours)


async def _found(request: AnyRequest) -> Tried:
    found: Tried | None = await request.app.state.db.read(tried, ref_of(request))
    if found is None:
        raise NotFound("Cette liste n’est plus là\u00a0: une liste essayée est oubliée après 7 jours.")
    return found


async def _form(request: AnyRequest, error: str = "", status: int = 200) -> Response[str]:
    return page(
        request,
        "families/desk/imports.html",
        status,
        error=error,
        most=MEGABYTES,
        columns=[{"name": name, "needed": name in REQUIRED, "meaning": MEANINGS[name]} for name in COLUMNS],
        lately=await request.app.state.db.read(lately_tried),
        gone=request.query_params.get("dit") == "abandonne",
    )


def _counts(found: Tried) -> list[tuple[int, str]]:
    """« 12 dossiers créés », or « à créer » while nothing is written: what the report comes to, its zeros left out."""
    report, done, written = found.report, Counter(line.done for line in found.report.lines), found.state == "done"

    def some(one: str, many: str, past: str, ahead: str) -> tuple[str, str]:
        return (f"{one} {past}", f"{many} {past}s") if written else (f"{one} à {ahead}", f"{many} à {ahead}")

    said = [
        (report.families, *some("dossier", "dossiers", "créé", "créer")),
        (done["created"], *some("personne", "personnes", "créée", "créer")),
        (done["changed"], *some("personne", "personnes", "modifiée", "modifier")),
        (done["linked"], *some("enfant", "enfants", "relié", "relier")),
        (done["same"], "personne inchangée", "personnes inchangées"),
        (report.accounts, *some("compte", "comptes", "ouvert", "ouvrir")),
        (done["refused"], "ligne refusée", "lignes refusées"),
    ]
    return [(n, one if n == 1 else many) for n, one, many in said if n]


def _views(found: Tried, current: str) -> list[dict[str, Any]]:
    counts = Counter(line.done for line in found.report.lines)
    return [
        {
            "label": f"{label} ({sum(counts[done] for done in dones)})",
            "url": _url(found.ref, name),
            "current": name == current,
        }
        for name, (label, dones) in VIEWS.items()
    ]


def _url(ref: str, view: str, number: int = 1) -> str:
    said = {name: value for name, value in {"voir": view, "page": number if number > 1 else ""}.items() if value}
    return f"{URL}/{ref}" + (f"?{urlencode(said)}" if said else "")


def _shown(line: Line, written: bool) -> dict[str, Any]:
    return {
        "line": line.line,
        "who": line.who,
        "badge": BADGES[line.done],
        "word": word_of(line.done, written),
        "text": line.text,
    }
