"""The health sheet: saved at once (G4), or in two steps, « Ma demande » then « Le récapitulatif » (G2)."""

from typing import Any

from litestar import Response, get, post

from server.fields import Typed
from server.french import of_name
from server.health.commands.parents import Asked, save_sheet
from server.health.commands.reading import File
from server.health.opening import came_between, file_of, form_page, gate_of
from server.health.rules.sheet import Sheet
from server.health.rules.sheet_form import fields_of, groups_of, read_sheet, sheet_from, typed_from
from server.health.screens import facts_of
from server.web import AnyRequest, form_of, page, parent, redirect, visitor_of
from server.web.params import number_of, ref_of, today_of

STEPS = ("Ma demande", "Le récapitulatif")
INTRO = (
    "Dites ce qu’il faut savoir et faire, simplement. Les responsables de l’enfant et les agents qui suivent son "
    "dossier peuvent lire cette fiche ; chaque lecture est notée et vous la voyez."
)


@get("/sante/{ref:str}/fiche", guards=[parent])
async def sheet_page(request: AnyRequest) -> Response[str]:
    """The form as it stands."""
    file = await file_of(request, "fiche")
    kept = file.record.sheet
    return _form(request, file, typed_from(kept.value if kept else Sheet()), kept.version if kept else 0)


@post("/sante/{ref:str}/fiche", guards=[parent])
async def send_sheet(request: AnyRequest) -> Response[Any]:
    """Save it, or show the recapitulation first."""
    gate, form, ref = gate_of(request), await form_of(request), ref_of(request)
    typed, seen = read_sheet(gate.choices.asks, form, today_of(request)), number_of(form.get("vu"), -1)
    step, filed = form.get("etape", ""), gate.choices.sheet == "filed"
    if not typed.good or step == "corriger":
        return _form(request, await file_of(request, "fiche"), typed, seen)
    if filed and step != "valider":
        return await _recap(request, typed, seen)
    state = request.app.state
    asked = Asked(gate.choices.asks, seen, state.service if filed else None)
    saved = await state.db.write(save_sheet, gate.vault, visitor_of(request), ref, typed, asked, state.clock())
    if saved.outcome != "done":
        file = await file_of(request, "fiche")
        return _form(request, file, typed, saved.version, conflict=came_between(saved.by))
    if saved.request:
        return redirect(f"/dossier/demarches/{saved.request}?deposee")
    return redirect(f"/sante/{ref}?dit=fiche")


def _form(request: AnyRequest, file: File, typed: Typed, seen: int, **more: str) -> Response[str]:
    choices = gate_of(request).choices
    filed = choices.sheet == "filed"
    words: dict[str, Any] = {
        "title": "Dossier santé" if filed else "Fiche sanitaire",
        "intro": INTRO,
        "steps": STEPS if filed else (),
        "button": "Aller à l’étape 2" if filed else "Enregistrer",
    }
    return form_page(request, file, "fiche", groups_of(choices.asks), typed, seen, **words, **more)


async def _recap(request: AnyRequest, typed: Typed, seen: int) -> Response[str]:
    """Step 2: what will be filed, and the way back; what was typed travels in the form, nothing is kept."""
    file, choices = await file_of(request, "fiche"), gate_of(request).choices
    hidden = [(one.name, typed.value(one.name)) for one in fields_of(choices.asks) if typed.value(one.name)]
    return page(
        request,
        "health/recap.html",
        child=file.child,
        of_child=of_name(file.child.first_name),
        steps=STEPS,
        facts=facts_of(sheet_from(typed, Sheet(), choices.asks), choices),
        plan=typed.value("pai_objet") if typed.ticked("pai") else "",
        hidden=hidden,
        seen=seen,
    )


ROUTES = [sheet_page, send_sheet]
