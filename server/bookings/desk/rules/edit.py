"""The rules' editor: every activity in a few words, one of them as a form, its draft, its history."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from litestar import Response, get, post

from server.activities.queries import Activity
from server.bookings.commands.rules import Kept, Seen, drop_draft, save_draft
from server.bookings.desk.rules.dossier import PATH, draft_of, origin_of, row_of, said_of, version_of
from server.bookings.desk.rules.form import (
    Typed,
    changed_by,
    fields_by,
    fields_from,
    terms_of_activity,
    typed_from,
)
from server.bookings.desk.rules.shown import form_values
from server.bookings.desk.words import Values
from server.bookings.desk_queries.rules.dossier import Desk, Dossier, Draft, dossier_of, rules_desk
from server.bookings.desk_queries.rules.year import year_of
from server.french import day_long
from server.web import AnyRequest, agent, fragment, page, redirect, visitor_of
from server.web.params import number_of
from server.zone import town_day

LIST, PAGE, PANEL, SAID = (f"bookings/desk_rules{part}.html" for part in ("", "_edit", "_panel", "_said"))
GUARD = agent("settings")
EXAMPLES, AHEAD = 3, timedelta(days=45)  # the next sessions shown while one types
TOLD = {
    "publie": "La règle est publiée. Les familles la voient dès maintenant sur leur planning.",
    "abandonne": "Le brouillon est abandonné. La règle en vigueur n’a pas changé.",
}


@get(PATH, guards=[GUARD])
async def rules(request: AnyRequest) -> Response[str]:
    """All activities with their rules in plain French."""
    state = request.app.state
    desk: Desk = await state.db.read(rules_desk, visitor_of(request).catalogue_version)
    now = state.clock()
    rows = [row_of(desk, each, now) for each in desk.catalogue.activities.values()]
    return page(request, LIST, rows=rows)


@get(f"{PATH}/{{ref:str}}", guards=[GUARD])
async def edit(request: AnyRequest) -> Response[str]:
    """The form: the draft if there is one, else the rule in force, or a version one wants back."""
    dossier = await dossier_by(request)
    number = number_of(request.query_params.get("version"), -1)
    terms, note = _start(dossier, number, request.app.state.clock())
    told = note or TOLD.get(request.query_params.get("fait", ""), "")
    return await _answer(request, dossier, typed_from(fields_from(terms)), told=told)


@post(f"{PATH}/{{ref:str}}", guards=[GUARD], status_code=200)
async def change(request: AnyRequest) -> Response[Any]:
    """Keep the draft and go to its year, or show the form with another shape; nothing typed is lost."""
    fields = await fields_by(request)
    act = (fields.get("acte") or [""])[-1]
    dossier, seen = await dossier_by(request), _seen(fields)
    visitor, state = visitor_of(request), request.app.state
    address = f"{PATH}/{dossier.activity.ref}"
    if act == "abandonner":
        kept: Kept = await state.db.write(drop_draft, visitor, dossier.activity.id, seen, state.clock())
        if kept.outcome == "done":
            return redirect(f"{address}?fait=abandonne")
        return await _answer(request, dossier, typed_from(fields), conflict=kept.text, status=422)
    if act != "enregistrer":
        return await _answer(request, dossier, _untold(typed_from(changed_by(fields, act))), seen=seen)
    typed = typed_from(fields)
    if typed.faults:
        return await _answer(request, dossier, typed, status=422, seen=seen)
    kept = await state.db.write(save_draft, visitor, dossier.activity.id, typed.terms, seen, state.clock())
    if kept.outcome == "done":
        return redirect(f"{address}/simulation")
    return await _answer(request, await dossier_by(request), typed, conflict=kept.text, status=422)


@post(f"/f{PATH}/{{ref:str}}", guards=[GUARD], status_code=200)
async def change_form(request: AnyRequest) -> Response[str]:
    """The form again, for htmx: another shape, a line more or less, a model."""
    fields = await fields_by(request)
    dossier = await dossier_by(request)
    typed = _untold(typed_from(changed_by(fields, (fields.get("acte") or [""])[-1])))
    return fragment(request, PANEL, **await _form(request, dossier, typed, _seen(fields)))


@post(f"/f{PATH}/{{ref:str}}/phrase", guards=[GUARD], status_code=200)
async def sentence(request: AnyRequest) -> Response[str]:
    """What parents will read, as the form stands."""
    dossier, typed = await dossier_by(request), typed_from(await fields_by(request))
    return fragment(request, SAID, said=await _said(request, dossier, typed))


async def dossier_by(request: AnyRequest) -> Dossier:
    """The activity of the address. Raises NotFound."""
    ref, version = str(request.path_params["ref"]), visitor_of(request).catalogue_version
    found: Dossier = await request.app.state.db.read(dossier_of, ref, version)
    return found


def _seen(fields: Mapping[str, list[str]]) -> Seen:
    return Seen(*(number_of((fields.get(name) or [""])[-1]) for name in ("vu", "base")))


def _untold(typed: Typed) -> Typed:
    """A form whose shape was just changed is not yet to be judged."""
    return replace(typed, faults={})


def _start(dossier: Dossier, number: int, now: datetime) -> tuple[Mapping[str, Any], str]:
    """The terms the form begins with, and what to tell of them."""
    if number == 0:
        return terms_of_activity(
            dossier.activity
        ), "Voici la règle d’origine. Enregistrez-la comme brouillon pour y revenir."
    for each in dossier.history:
        if each.number == number:
            return each.terms, f"Voici la version {number}. Enregistrez-la comme brouillon pour y revenir."
    if dossier.draft:
        return dossier.draft.terms, ""
    return terms_of_activity(_newest(dossier, now)), ""


def _newest(dossier: Dossier, now: datetime) -> Activity:
    """The latest publication, whether its days have come or not."""
    published = dossier.catalogue.published.get(dossier.activity.id, ())
    return published[0][1] if published else dossier.activity


async def _answer(
    request: AnyRequest,
    dossier: Dossier,
    typed: Typed,
    told: str = "",
    conflict: str = "",
    status: int = 200,
    seen: Seen | None = None,
) -> Response[str]:
    values = await _form(request, dossier, typed, seen)
    history = [*(version_of(each, dossier) for each in dossier.history), origin_of(dossier)]
    return page(
        request, PAGE, status=status, told=told, conflict=conflict, history=history, draft=draft_of(dossier), **values
    )


async def _form(request: AnyRequest, dossier: Dossier, typed: Typed, seen: Seen | None = None) -> Values:
    """What desk_rules_form.html reads. `seen` stays what the agent's form said, until a conflict was told."""
    draft = dossier.draft
    seen = seen or Seen(draft.revision if draft else 0, dossier.latest)
    return {
        "rule": {
            **form_values(typed),
            "url": f"{PATH}/{dossier.activity.ref}",
            "frag": f"/f{PATH}/{dossier.activity.ref}",
            "name": dossier.activity.name,
            "seen": seen.revision,
            "base": seen.base,
        },
        "said": await _said(request, dossier, typed),
    }


async def _said(request: AnyRequest, dossier: Dossier, typed: Typed) -> Values:
    """The sentences of the form, with the next sessions worked out; nothing while something is wrong."""
    told = typed_from(typed.fields)
    if told.faults:
        return {"lines": [], "examples": [], "waits": True}
    now = request.app.state.clock()
    today = town_day(now)
    draft = Draft(dossier.activity.id, 0, 0, told.terms, "", now)
    year = await request.app.state.db.read(year_of, replace(dossier, draft=draft), today, now, today, AHEAD)
    open_ones = [each for each in year.plan if each.new.book.is_open(now)]
    return {
        "lines": said_of(told.terms),
        "examples": [
            {
                "day": day_long(each.session.day).capitalize(),
                "book": each.new.book.sentence,
                "cancel": each.new.cancel.sentence,
            }
            for each in open_ones[:EXAMPLES]
        ],
        "waits": False,
    }


ROUTES = [rules, edit, change, change_form, sentence]
