"""An agent at a child's custody: the same pattern with both homes named, edited directly; and a request compared."""

from datetime import date
from typing import Any

from litestar import Response, get, post

from server.errors import NotFound
from server.families.commands.custody import Asked, Outcome, edit_custody
from server.families.commands.readings import open_family
from server.families.custody_page import compared, family_names, form_values, pattern_values, supposed
from server.families.custody_words import span
from server.families.queries import Household
from server.families.queries.custody import Around, Holidays, SharedChild, losing, shared_child, wished_in
from server.families.queries.households import household_by_ref
from server.families.queries.requests import RequestFile
from server.families.rules.custody import Custody, seen_from_the_other
from server.families.rules.custody_form import custody_of, read_custody, typed_from
from server.fields import Typed
from server.web import AnyRequest, agent, form_of, page, redirect, visitor_of
from server.web.params import ref_of, today_of

FILES = agent("dossiers")
URL = "/agent/familles/{family:str}/garde"
STALE = "Un collègue a changé cette répartition, ou une demande est arrivée, pendant que vous remplissiez cette page."
MOST_LOST = 20
PHRASES = (
    "Le jugement fourni dit une autre répartition.",
    "Il manque l’accord écrit de l’autre parent.",
    "Le calendrier de garde signé des deux parents ne nous est pas parvenu.",
)


@get(URL, guards=[FILES])
async def shared(request: AnyRequest) -> Response[str]:
    """The children of this family who live in two homes; what an agent may change is a click away."""
    home = await _family(request)
    found = []
    for child in home.children:
        one: SharedChild | None = await request.app.state.db.read(shared_child, home.id, child.ref)
        if one is not None:
            names = family_names(one.mine, one.others)
            found.append((one, pattern_values(one.mine.custody, names, today_of(request))))
    return page(request, "families/desk/shared.html", home=home, found=found, said="fait" in request.query_params)


@get(URL + "/{ref:str}", guards=[FILES])
async def edit(request: AnyRequest) -> Response[str]:
    """One child's custody, in a form."""
    home, child = await _child(request)
    return await _page(request, home, child, typed_from(child.mine.custody, today_of(request)), seen=child.stamp)


@post(URL + "/{ref:str}", guards=[FILES], status_code=303)
async def write(request: AnyRequest) -> Response[Any]:
    """Show what it would change, or write it; both homes are told."""
    home, child = await _child(request)
    form, state, today = await form_of(request), request.app.state, today_of(request)
    typed, seen = read_custody(form, today), form.get("vu", "")[:16]
    if not typed.good:
        return await _page(request, home, child, typed, 422, seen)
    if form.get("bouton") == "voir":
        return await _page(request, home, child, typed, seen=seen, shown=True)
    asked = Asked(custody_of(typed), typed.day("depuis") or today, seen)
    around, then, now = state.around_custody, state.after_custody, state.clock()
    done: Outcome = await state.db.write(
        edit_custody, visitor_of(request), home.id, child.ref, asked, around, then, now
    )
    if done.stale:
        home, child = await _child(request)
        return await _page(request, home, child, typed, 409, child.stamp, told=STALE)
    return redirect(f"/agent/familles/{home.ref}/garde?fait")


async def _family(request: AnyRequest) -> Household:
    state = request.app.state
    home: Household | None = await state.db.read(household_by_ref, ref_of(request, "family"))
    if home is None:
        raise NotFound
    await state.db.write(open_family, visitor_of(request), home.ref, state.clock())  # noted, and capped
    return home


async def _child(request: AnyRequest) -> tuple[Household, SharedChild]:
    home = await _family(request)
    found: SharedChild | None = await request.app.state.db.read(shared_child, home.id, ref_of(request))
    if found is None or not found.in_two:
        raise NotFound
    return home, found


async def _page(
    request: AnyRequest,
    home: Household,
    child: SharedChild,
    typed: Typed,
    status: int = 200,
    seen: str = "",
    shown: bool = False,
    told: str = "",
) -> Response[str]:
    names, today = family_names(child.mine, child.others), today_of(request)
    since = typed.day("depuis") if shown else None
    return page(
        request, "families/desk/custody.html", status, home=home, child=child, typed=typed, seen=seen, told=told,
        now=pattern_values(child.mine.custody, names, today), form_values=form_values(typed), names=names,
        shown=await _compared(request, child, custody_of(typed), since) if since else None,
    )  # fmt: skip


async def custody_asked(request: AnyRequest, found: RequestFile) -> dict[str, Any] | None:
    """A request about custody, old and new side by side; None for any other request, and when the homes changed."""
    if found.kind.name != "custody_changed":
        return None
    child: SharedChild | None = await request.app.state.db.read(
        shared_child, found.family_id, found.content.data.get("ref", "")
    )
    if child is None or not child.in_two:
        return None
    custody, since = wished_in(found.content.data)
    other = next((w for w in child.wishes if w.family_id != found.family_id), None)
    return {
        **await _compared(request, child, custody, since),
        "child": child,
        "names": family_names(child.mine, child.others),
        "other": other,
        "url": f"/agent/familles/{child.mine.ref}/garde/{child.ref}",
    }


async def _compared(request: AnyRequest, child: SharedChild, custody: Custody, since: date) -> dict[str, Any]:
    """Both patterns, the days that change homes, and what is booked on them."""
    around: Around = request.app.state.around_custody
    db, today, names = request.app.state.db, today_of(request), family_names(child.mine, child.others)
    known: Holidays = await db.read(around.holidays)
    first = max(since, today)
    custodies = {
        child.mine.family_id: supposed(child.mine, custody, since, known, today),
        child.others[0].family_id: supposed(child.others[0], seen_from_the_other(custody), since, known, today),
    }
    lost = losing(await db.read(around.held, child.id, first), custodies)
    called = {child.mine.family_id: names.here, child.others[0].family_id: names.away}
    return {
        **compared(child, custody, since, known, names, today),
        "lost": [(span(one.day, one.day), one.activity, called[one.family_id]) for one in lost[:MOST_LOST]],
        "lost_count": len(lost),
    }


ROUTES = [shared, edit, write]
