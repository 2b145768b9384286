"""« Garde »: whose days a child's are, in sentences and as a month; asking for others; what the other home asked."""

from typing import Any

from litestar import Response, get, post

from server.errors import NotFound
from server.families.commands.custody import NOT_YOURS, Asked, Outcome, ask_for_custody
from server.families.custody_page import compared, form_values, pattern_values, wish_values
from server.families.custody_words import YOURS
from server.families.queries.authority import children_in_care
from server.families.queries.custody import Holidays, SharedChild, shared_child
from server.families.routes.requests import LIST
from server.families.rules.changing import REASON
from server.families.rules.custody_form import custody_of, read_custody, typed_from
from server.fields import Typed, read
from server.web import AnyRequest, form_of, page, parent, redirect, visitor_of
from server.web.params import ref_of, today_of

URL = "/dossier/garde/{ref:str}"
STALE = "La répartition, ou une demande, a changé pendant que vous remplissiez cette page."
SAME = "C’est déjà la répartition enregistrée."


@get(URL, guards=[parent])
async def custody(request: AnyRequest) -> Response[str]:
    """Whose days are whose, and the form."""
    child = await _child(request)
    return await _page(request, child, typed_from(child.mine.custody, today_of(request)), seen=child.stamp)


@post(URL, guards=[parent], status_code=303)
async def ask(request: AnyRequest) -> Response[Any]:
    """Show what it would change, or ask for it."""
    child, form, today = await _child(request), await form_of(request), today_of(request)
    if not await _may_ask(request, child):
        raise NotFound(NOT_YOURS)
    typed, reason = read_custody(form, today), read((REASON,), form, today)
    typed = Typed({**typed.values, **reason.values}, {**typed.errors, **reason.errors})
    seen = form.get("vu", "")[:16]
    if not typed.good:
        return await _page(request, child, typed, 422, seen)
    wanted, since = custody_of(typed), typed.day("depuis") or today
    if form.get("bouton") == "voir":
        return await _page(request, child, typed, seen=seen, shown=True)
    state = request.app.state
    asked = Asked(wanted, since, seen, typed.value(REASON.name))
    done: Outcome = await state.db.write(
        ask_for_custody, visitor_of(request), child.ref, asked, state.service, state.clock()
    )
    if done.filed:
        return redirect(f"{LIST}/{done.filed.ref}?deposee")
    child = await _child(request)
    told = STALE if done.stale else SAME if done.same else ""
    return await _page(request, child, typed, 409, child.stamp, told=told)


async def _child(request: AnyRequest) -> SharedChild:
    """A child of this household who lives elsewhere too. Raises NotFound."""
    found = await request.app.state.db.read(shared_child, visitor_of(request).family_id, ref_of(request))
    if found is None:
        raise NotFound
    child: SharedChild = found
    return child


async def _may_ask(request: AnyRequest, child: SharedChild) -> bool:
    return child.in_two and child.id in await request.app.state.db.read(children_in_care, visitor_of(request))


async def _page(
    request: AnyRequest,
    child: SharedChild,
    typed: Typed,
    status: int = 200,
    seen: str = "",
    shown: bool = False,
    told: str = "",
) -> Response[str]:
    state, today = request.app.state, today_of(request)
    known: Holidays = await state.db.read(state.around_custody.holidays)
    here, there = child.asked_here, child.asked_there
    since = typed.day("depuis") if shown else None
    return page(
        request, "families/custody.html", status, child=child, typed=typed, seen=seen, told=told, reason=REASON,
        now=pattern_values(child.mine.custody, YOURS, today), form_values=form_values(typed), names=YOURS,
        here=wish_values(child, here, known, YOURS, today) if here else None,
        there=wish_values(child, there, known, YOURS, today) if there else None,
        shown=compared(child, custody_of(typed), since, known, YOURS, today) if since else None,
        may_ask=await _may_ask(request, child), why_not=NOT_YOURS,
    )  # fmt: skip


ROUTES = [custody, ask]
