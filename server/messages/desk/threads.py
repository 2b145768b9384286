"""Agents read and answer families' messages, write first, settle."""

import uuid
from typing import Any

from litestar import Response, get, post

from server.errors import NotFound
from server.fields import Typed, read
from server.messages.asking import envelope, page_of
from server.messages.commands.threads import Letter, answer_family, settle, write_to_family
from server.messages.queries.threads import FILTERS, desk_thread, desk_threads
from server.messages.rules.writing import BODY, SUBJECT
from server.web import AnyRequest, agent, form_of, page, redirect, visitor_of
from server.web.params import ref_of, today_of

GUARD = agent("dossiers", "bookings", "billing")
# Ready phrases: a start, the agent's own words follow.
PHRASES = (
    "Bonjour,\n\nNous avons bien reçu votre message et revenons vers vous rapidement.",
    "Bonjour,\n\nVotre demande est faite. Vous la voyez dans votre planning.",
    "Bonjour,\n\nPour vous répondre, il nous manque une pièce. Pouvez-vous nous l’envoyer depuis votre dossier\u00a0?",
    "Bonjour,\n\nLa date limite est passée\u00a0: nous ne pouvons plus changer cette réservation.",
)


@get("/agent/messages", guards=[GUARD])
async def threads(request: AnyRequest) -> Response[str]:
    """What waits longest first."""
    which = request.query_params.get("etat", "attente")
    which = which if which in FILTERS else "attente"
    found, leaf, totals = await request.app.state.db.read(desk_threads, which, page_of(request))
    return page(request, "messages/desk_threads.html", threads=found, leaf=leaf, totals=totals, which=which)


@get("/agent/messages/{ref:str}", guards=[GUARD])
async def thread(request: AnyRequest) -> Response[str]:
    """One exchange, with the family it belongs to."""
    return await _thread(request, Typed(), said=request.query_params.get("dit", ""))


@post("/agent/messages/{ref:str}", guards=[GUARD])
async def answer(request: AnyRequest) -> Response[Any]:
    """Answer it; « Répondre et clore » settles it too."""
    form, state, ref = await form_of(request), request.app.state, ref_of(request)
    typed = read((BODY,), form, today_of(request))
    if not typed.good:
        return await _thread(request, typed, form.get("envoi", ""))
    close = form.get("suite") == "clore"
    letter = Letter(envelope(form), typed.value("message"))
    await state.db.write(answer_family, visitor_of(request), ref, letter, close, state.clock())
    return redirect(f"/agent/messages/{ref}?dit={'clos' if close else 'repondu'}")


@post("/agent/messages/{ref:str}/cloture", guards=[GUARD])
async def close_thread(request: AnyRequest) -> Response[None]:
    """Settled without a further word."""
    state, ref = request.app.state, ref_of(request)
    await state.db.write(settle, visitor_of(request), ref, state.clock())
    return redirect(f"/agent/messages/{ref}?dit=clos")


@get("/agent/familles/{ref:str}/message", guards=[GUARD])
async def new_thread(request: AnyRequest) -> Response[str]:
    """The town writes first."""
    return _new(request, Typed())


@post("/agent/familles/{ref:str}/message", guards=[GUARD])
async def write(request: AnyRequest) -> Response[Any]:
    """Send it to the family's adults."""
    form, state, family = await form_of(request), request.app.state, ref_of(request)
    typed = read((SUBJECT, BODY), form, today_of(request))
    if not typed.good:
        return _new(request, typed, form.get("envoi", ""))
    department = state.profile.messages.departments[0]
    letter = Letter(envelope(form), typed.value("message"), department, typed.value("objet"))
    try:
        ref = await state.db.write(write_to_family, visitor_of(request), family, letter, state.clock())
    except NotFound:
        return _new(request, typed.but(message=NOBODY), letter.envelope)
    return redirect(f"/agent/messages/{ref}?dit=repondu")


NOBODY = "Aucun adulte de cette famille n’a de compte\u00a0: appelez-la, ou ouvrez-lui un compte."


def _new(request: AnyRequest, typed: Typed, sent_as: str = "") -> Response[str]:
    return page(
        request,
        "messages/desk_new.html",
        422 if typed.errors else 200,
        family_ref=ref_of(request),
        fields=(SUBJECT, BODY),
        typed=typed,
        envelope=sent_as or str(uuid.uuid4()),
    )


async def _thread(request: AnyRequest, typed: Typed, sent_as: str = "", said: str = "") -> Response[str]:
    found = await request.app.state.db.read(desk_thread, ref_of(request))
    if found is None:
        raise NotFound
    return page(
        request,
        "messages/desk_thread.html",
        422 if typed.errors else 200,
        thread=found,
        typed=typed,
        field=BODY,
        phrases=PHRASES,
        envelope=sent_as or str(uuid.uuid4()),
        said=said,
    )


ROUTES = [threads, thread, answer, close_thread, new_thread, write]
