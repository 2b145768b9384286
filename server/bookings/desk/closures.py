"""Closures: what is closed, a look at what closing would cancel, then the closing itself; and reopening."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get, post

from server.activities.queries import Catalogue
from server.bookings.commands.closures import Shutting, close_days, reopen
from server.bookings.desk.stretch import Stretch, refs_of
from server.bookings.desk.words import Values
from server.bookings.desk_queries.counts import Closure, Preview, closures_from, preview_of
from server.bookings.rules.decisions import MOST_REASON, REASONS, reason_fault
from server.french import day_long, plural
from server.web import AnyRequest, agent, form_of, page, redirect, visitor_of
from server.web.folding import clean
from server.web.params import number_of
from server.zone import town_day

PAGE = "bookings/desk_closures.html"
GUARD = agent("settings", "bookings")
PAST = "Ce jour est passé : on ne ferme qu’à partir d’aujourd’hui."


@dataclass(frozen=True)
class Typed:
    """The closing form as it was filled in, and what is wrong with it, field by field."""

    activity: str = ""
    first: str = ""
    last: str = ""
    reason: str = ""

    def faults(self, today: date, catalogue: Catalogue) -> dict[str, str]:
        """The sentence to show beside each field; empty when the form is right."""
        faults = {
            "activite": "" if self.activity == "" or self.activity in refs_of(catalogue) else "Activité inconnue.",
            **Stretch(self.first, self.last).faults(today, PAST),
            "motif": reason_fault(self.reason),
        }
        return {field: text for field, text in faults.items() if text}

    def shutting(self, catalogue: Catalogue) -> Shutting:
        """The closing it asks for, once it has no fault."""
        first, last = Stretch(self.first, self.last).days
        return Shutting(refs_of(catalogue).get(self.activity), first, last, self.reason)


def _typed(fields: Any) -> Typed:
    return Typed(
        str(fields.get("activite") or "")[:40],
        str(fields.get("du") or "")[:10],
        str(fields.get("au") or "")[:10],
        clean(str(fields.get("motif") or ""), MOST_REASON + 1),
    )


@get("/agent/fermetures", guards=[GUARD])
async def closures(request: AnyRequest) -> Response[str]:
    """The list, the form, and once it is filled in, what it would do."""
    params = request.query_params
    if params.get("apercu"):
        return await _answer(request, _typed(params), preview=True)
    return await _answer(request, Typed(first=params.get("du", "")[:10]), told=_told(params))


@post("/agent/fermetures", guards=[GUARD])
async def close(request: AnyRequest) -> Response[Any]:
    """Close, after the preview."""
    typed, state = _typed(await form_of(request)), request.app.state
    _, catalogue = await _list(request)
    if typed.faults(town_day(state.clock()), catalogue):
        return await _answer(request, typed, preview=True, status=422)
    done = await state.db.write(close_days, visitor_of(request), typed.shutting(catalogue), state.clock())
    said = {"fait": 1, "seances": done.sessions, "cases": done.squares, "familles": done.families}
    return redirect(f"/agent/fermetures?{urlencode(said)}")


@post("/agent/fermetures/{closure_id:int}/reouverture", guards=[GUARD])
async def open_again(request: AnyRequest) -> Response[None]:
    """End a closure."""
    state, closure_id = request.app.state, min(int(request.path_params["closure_id"]), 2_000_000_000)
    now = state.clock()
    freed = await state.db.write(reopen, visitor_of(request), closure_id, town_day(now), now)
    return redirect(f"/agent/fermetures?{urlencode({'rouvert': 1, 'seances': freed})}")


async def _list(request: AnyRequest) -> tuple[tuple[Closure, ...], Catalogue]:
    state = request.app.state
    found: tuple[tuple[Closure, ...], Catalogue] = await state.db.read(
        closures_from, town_day(state.clock()), visitor_of(request).catalogue_version
    )
    return found


async def _answer(
    request: AnyRequest, typed: Typed, preview: bool = False, told: Values | None = None, status: int = 200
) -> Response[str]:
    now = request.app.state.clock()
    today, (found, catalogue) = town_day(now), await _list(request)
    faults = typed.faults(today, catalogue) if preview else {}
    shown = None
    if preview and not faults:
        wish = typed.shutting(catalogue)
        seen = await request.app.state.db.read(preview_of, wish.activity_id, wish.first, wish.last, now)
        shown = _preview(seen, wish, catalogue)
    values = {
        "typed": typed,
        "faults": faults,
        "preview": shown,
        "told": told,
        "today": today.isoformat(),
        "reasons": REASONS["closure"],
        "activities": [{"ref": a.ref, "name": a.name} for a in catalogue.activities.values()],
        "list": [_closure(each, today) for each in found],
    }
    return page(request, PAGE, status=422 if faults and status == 200 else status, closures=values)


def _preview(seen: Preview, wish: Shutting, catalogue: Catalogue) -> Values:
    what = catalogue.activities[wish.activity_id].name if wish.activity_id is not None else "Toute la ville"
    opened = seen.sessions - seen.already
    return {
        "title": f"{what}, {_span(wish.first, wish.last)}",
        "sessions": plural(opened, "séance fermée", "séances fermées"),
        "squares": plural(seen.squares, "réservation annulée", "réservations annulées"),
        "families": plural(seen.families, "famille prévenue", "familles prévenues"),
        "already": plural(seen.already, "séance l’est déjà", "séances le sont déjà") if seen.already else "",
        "none": seen.sessions == 0,
    }


def _closure(each: Closure, today: date) -> Values:
    return {
        "id": each.id,
        "what": each.activity or "Toute la ville",
        "town": not each.activity,
        "when": _span(each.first, each.last),
        "reason": each.reason,
        "by": each.by,
        "under_way": each.first <= today,
    }


def _span(first: date, last: date) -> str:
    """« jeudi 12 mars », « du jeudi 12 au vendredi 13 mars »."""
    if first == last:
        return f"{day_long(first)} {first.year}"
    return f"du {day_long(first)} au {day_long(last)} {last.year}"


def _told(params: Any) -> Values | None:
    sessions = number_of(params.get("seances"))
    if params.get("fait"):
        squares, families = number_of(params.get("cases")), number_of(params.get("familles"))
        title = plural(sessions, "séance fermée", "séances fermées")
        cancelled = plural(squares, "réservation annulée", "réservations annulées")
        return {"title": title, "text": f"{cancelled}, {plural(families, 'famille prévenue', 'familles prévenues')}."}
    if params.get("rouvert"):
        title = plural(sessions, "séance rouverte", "séances rouvertes")
        return {
            "title": title,
            "text": "Les réservations annulées ne reviennent pas : les familles réservent de nouveau.",
        }
    return None


ROUTES = [closures, close, open_again]
