"""The family's doors to « malade aujourd'hui »: ask, confirm, read what became of it, take it back."""

import uuid
from datetime import date, datetime
from typing import Any

from litestar import Response, get, post

from server.bookings.commands.absences import Declaring, declare_absence, undo_absence
from server.bookings.queries.absences import Absence, absence_of, absences_ahead
from server.bookings.queries.squares import Span, span_of
from server.bookings.rules.taps import UUID
from server.bookings.screens.absence import ahead_of, asking_of, declared_of, last_choice
from server.database import write_beside_twins
from server.errors import BadInput, NotFound
from server.web import AnyRequest, Visitor, form_of, page, parent, redirect, visitor_of
from server.zone import PARIS

CHANGED = "Une date limite est passée ou une réservation a changé entre-temps. Relisez avant de confirmer."


@get("/absence", guards=[parent])
async def absence_page(request: AnyRequest) -> Response[str]:
    """Which child, which days, and what will happen: nothing is done yet."""
    asked = request.query_params
    return await _ask(request, asked.get("enfant", ""), asked.get("du", ""), asked.get("au", ""))


@post("/absence", guards=[parent], status_code=303)
async def declare(request: AnyRequest) -> Response[Any]:
    """Do it, unless what the page promised does not hold any more: then it is asked again."""
    form, state = await form_of(request), request.app.state
    now: datetime = state.clock()
    today = now.astimezone(PARIS).date()
    first, last = _day(form.get("du", ""), today), _day(form.get("au", ""), today)
    ref = form.get("envoi", "").lower()
    if not UUID.fullmatch(ref) or first is None or last is None or last < first:
        raise BadInput
    asked = Declaring(ref, form.get("enfant", "")[:22], first, last, form.get("promesse", ""))
    if not asked.child_ref.isprintable():
        raise NotFound
    if await write_beside_twins(state.db, declare_absence, visitor_of(request), asked, now):
        return redirect(f"/absence/{ref}")
    return await _ask(request, asked.child_ref, str(first), str(last), status=409, error=CHANGED)


@get("/absence/{ref:str}", guards=[parent])
async def declared_page(request: AnyRequest) -> Response[str]:
    """What became of each booking."""
    now: datetime = request.app.state.clock()
    found: Absence | None = await request.app.state.db.read(
        absence_of, visitor_of(request).family_id or 0, _ref(request)
    )
    if found is None:
        raise NotFound
    return page(request, "bookings/absence_done.html", absence=declared_of(found, now.astimezone(PARIS).date()))


@post("/absence/{ref:str}/retour", guards=[parent], status_code=303)
async def take_back(request: AnyRequest) -> Response[None]:
    """The child comes after all."""
    ref = _ref(request)
    await request.app.state.db.write(undo_absence, visitor_of(request), ref, request.app.state.clock())
    return redirect(f"/absence/{ref}")


async def _ask(
    request: AnyRequest, child_ref: str, first: str, last: str, status: int = 200, error: str = ""
) -> Response[str]:
    visitor, now = visitor_of(request), request.app.state.clock()
    today = now.astimezone(PARIS).date()
    span, ahead = await _known(request, visitor, today)
    children = [child for child in span.children if child.ref == child_ref or len(span.children) == 1]
    if child_ref and not children:
        raise NotFound
    child = children[0] if children else None
    asking = asking_of(span, child, _day(first, today), _day(last, today), today, now)
    return page(
        request, "bookings/absence.html", status, asking=asking, ahead=ahead_of(ahead, today), error=error,
        ref=str(uuid.uuid4()),
    )  # fmt: skip


async def _known(request: AnyRequest, visitor: Visitor, today: date) -> tuple[Span, list[Absence]]:
    db, family = request.app.state.db, visitor.family_id or 0
    span: Span = await db.read(span_of, family, today, last_choice(today), visitor.catalogue_version)
    return span, await db.read(absences_ahead, family, today)


def _day(text: str, today: date) -> date | None:
    """A day one may choose, or None for anything else."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if today <= day <= last_choice(today) else None


def _ref(request: AnyRequest) -> str:
    """The absence named in the address. Raises NotFound for what cannot be one."""
    ref = str(request.path_params["ref"])
    if not UUID.fullmatch(ref):
        raise NotFound
    return ref.lower()


ROUTES = [absence_page, declare, declared_page, take_back]
