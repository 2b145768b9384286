"""The agents' home page, the search for a family, and a family's calendar as agents see and change it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get, post

from server.bookings.commands.overriding import Overridden, override
from server.bookings.desk.asking import day_or_none
from server.bookings.desk.words import age_of
from server.bookings.desk_queries.counts import tally_of
from server.bookings.queries.squares import Span, day_of_session, span_of
from server.bookings.rules.decisions import MOST_REASON, OVERRIDES, reason_fault
from server.bookings.screens import monday_of
from server.desk.duplicates.routes import ROUTES as DUPLICATES
from server.desk.journal.routes import ROUTES as JOURNAL
from server.desk.queries import MOST_OFFERED, MOST_SHOWN, FamilyFile, family_file, search_families, square_file
from server.desk.screens import Values, case_values, family_values, week_values
from server.documents.queries.office import waiting_of
from server.errors import BadInput, NotFound
from server.families.commands.readings import open_family
from server.families.desk_queries.inbox import to_treat
from server.health.queries.desk import plans_waiting
from server.notices.queries import unwritten
from server.web import AnyRequest, agent, form_of, fragment, page, redirect, visitor_of
from server.web.folding import clean
from server.web.params import number_of, ref_of
from server.zone import town_day

FILES = agent("dossiers", "bookings")


@get("/agent", guards=[agent()])
async def home(request: AnyRequest) -> Response[str]:
    """What waits, and who comes today: only what this agent's rights cover."""
    visitor, state = visitor_of(request), request.app.state
    now = state.clock()
    tally = await state.db.read(tally_of, town_day(now), visitor.catalogue_version)
    oldest = age_of(tally.oldest, now) if tally.oldest else ""
    lost = await state.db.read(unwritten) if visitor.holds(["settings"]) else 0
    asked = await state.db.read(to_treat, visitor) if visitor.holds(["dossiers"]) else 0
    papers = await state.db.read(waiting_of) if visitor.holds(["dossiers"]) else 0
    kept = visitor.holds(["dossiers"]) and state.gate.choices.sheet != "none"
    plans = await state.db.read(plans_waiting, state.gate, town_day(now)) if kept else 0
    rights, today = sorted(visitor.rights), town_day(now)
    return page(
        request,
        "desk/home.html",
        tally=tally,
        oldest=oldest,
        rights=rights,
        today=today,
        unwritten=lost,
        papers=papers,
        asked=asked,
        plans=plans,
        health=kept,
    )


@get("/agent/familles", guards=[FILES])
async def families(request: AnyRequest) -> Response[str]:
    """Find a family."""
    return page(request, "desk/families.html", **await _search(request))


@get("/f/agent/familles", guards=[FILES])
async def families_panel(request: AnyRequest) -> Response[str]:
    """The results alone, while the agent types."""
    return fragment(request, "desk/families_panel.html", **await _search(request))


@get("/f/agent/trouver", guards=[FILES])
async def finder(request: AnyRequest) -> Response[str]:
    """The best few, under the field in the head of every page."""
    return fragment(request, "desk/finder.html", **await _search(request, MOST_OFFERED))


async def _search(request: AnyRequest, most: int = MOST_SHOWN) -> Values:
    text = clean(request.query_params.get("q", ""), 80)
    return {"text": text, "found": await request.app.state.db.read(search_families, text, most)}


@dataclass(frozen=True)
class Tried:
    """What the agent asked of a square, and the answer when it was no."""

    state: str = ""
    reason: str = ""
    error: str = ""  # beside the reason
    refusal: str = ""  # above the form
    done: bool = False


@get("/agent/familles/{ref:str}", guards=[FILES])
async def family(request: AnyRequest) -> Response[str]:
    """A family's week, and one square of it when the address names one."""
    params = request.query_params
    tried = Tried(done=bool(params.get("fait")))
    return page(request, "desk/family.html", **await _family(request, params.get("case", ""), tried))


@get("/f/agent/familles/{ref:str}/cases/{key:str}", guards=[FILES])
async def case_panel(request: AnyRequest) -> Response[str]:
    """The week again, with one square beside it."""
    return fragment(request, "desk/family_panel.html", **await _family(request, request.path_params["key"], Tried()))


@post("/agent/familles/{ref:str}/cases/{key:str}", guards=[agent("bookings")])
async def change_case(request: AnyRequest) -> Response[Any]:
    """Book, cancel or mark absent for the family, with a reason it will read."""
    form, ref, key = await form_of(request), ref_of(request), request.path_params["key"]
    wish = Tried(form.get("etat", ""), clean(form.get("motif", ""), MOST_REASON + 1))
    error = reason_fault(wish.reason)
    if wish.state and wish.state not in OVERRIDES:
        raise BadInput
    if error or not wish.state:
        refusal = "" if wish.state else "Choisissez ce que la case doit devenir."
        return await _again(request, key, Tried(wish.state, wish.reason, error, refusal))
    done = await _override(request, ref, key, wish, number_of(form.get("version")))
    if done.outcome != "done":
        return await _again(request, key, Tried(wish.state, wish.reason, refusal=done.text))
    return redirect(f"/agent/familles/{ref}?{urlencode({'case': key, 'fait': 1})}")


async def _override(request: AnyRequest, ref: str, key: str, wish: Tried, version: int) -> Overridden:
    visitor, state = visitor_of(request), request.app.state
    child, _, session = key.rpartition(".")
    if not child.isprintable():
        raise NotFound
    family_id = await state.db.write(open_family, visitor, ref, state.clock())
    done: Overridden = await state.db.write(
        override, visitor, family_id, child, number_of(session), wish.state, wish.reason, version, state.clock(),
        state.gate.on(town_day(state.clock())),
    )  # fmt: skip
    return done


async def _again(request: AnyRequest, key: str, tried: Tried) -> Response[str]:
    return page(request, "desk/family.html", status=422, **await _family(request, key, tried))


async def _family(request: AnyRequest, key: str, tried: Tried) -> Values:
    """Everything the family's page shows. The reading is noted first, so nothing is shown beyond the cap."""
    visitor, state = visitor_of(request), request.app.state
    now, session = state.clock(), number_of(key.rpartition(".")[2])
    family_id = await state.db.write(open_family, visitor, ref_of(request), now)
    file: FamilyFile = await state.db.read(family_file, family_id)
    day = day_or_none(request.query_params.get("semaine"))
    if session and day is None:
        day = await state.db.read(day_of_session, session)
    span = await _week(request, family_id, monday_of(day or town_day(now)))
    return {
        "family": family_values(file),
        "week": week_values(span, file, key, now, town_day(now)),
        "case": await _case(request, span, file, key),
        "key": key,
        "tried": tried,
    }


async def _week(request: AnyRequest, family_id: int, monday: date) -> Span:
    version = visitor_of(request).catalogue_version
    sunday = monday + timedelta(days=6)
    state = request.app.state
    watch = state.gate.on(town_day(state.clock()))
    found: Span = await state.db.read(span_of, family_id, monday, sunday, version, whole=True, watch=watch)
    return found


async def _case(request: AnyRequest, span: Span, file: FamilyFile, key: str) -> Values | None:
    """The square `key` of this family's week, or None when it has no such square."""
    slot = next((slot for slot in span.slots if slot.key == key), None)
    if slot is None:
        if request.url.path.startswith("/f/") or request.method == "POST":
            raise NotFound
        return None
    child, _, session = key.rpartition(".")
    square = await request.app.state.db.read(square_file, child, int(session))
    return case_values(slot, file, square, visitor_of(request), span.catalogue.zone)


ROUTES = [*JOURNAL, *DUPLICATES, home, families, families_panel, finder, family, case_panel, change_case]
