"""Agents read and answer families' messages, write first, settle."""

import uuid
from typing import Any

from litestar import Response, get, post

from server.database import write_beside_twins
from server.documents.commands.judging import note_read
from server.documents.words import download_name
from server.errors import NotFound
from server.fields import Typed, read
from server.messages.asking import page_of
from server.messages.attaching import Posted, archive_of, attach, files_hint, posted
from server.messages.commands.threads import Letter, answer_family, settle, write_to_family
from server.messages.queries.desk_threads import FILTERS, attached_file, desk_thread, desk_threads, family_written_to
from server.messages.rules.writing import BODY, SUBJECT
from server.web import AnyRequest, agent, page, redirect, visitor_of
from server.web.downloads import file_answer
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
    return await _answer(request)


@post("/agent/messages/{ref:str}/fichiers", guards=[GUARD], request_max_body_size=None)
async def answer_with_files(request: AnyRequest) -> Response[Any]:
    """The same with documents."""
    return await _answer(request)


@get("/agent/messages/{ref:str}/pieces/{document:str}/{position:int}", guards=[GUARD])
async def attachment(request: AnyRequest) -> Response[Any]:
    """A file that goes with a message, each reading noted."""
    state, document = request.app.state, ref_of(request, "document")
    position = int(request.path_params["position"])
    found = await state.db.read(attached_file, ref_of(request), document, position)
    if found is None:
        raise NotFound
    await state.db.write(note_read, visitor_of(request), document, position, state.clock())
    filed, file = found
    pieces = archive_of(request).safe.read(file.name)
    return file_answer(pieces, file.media, file.size, download_name(filed, file))


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
    return await _write(request)


@post("/agent/familles/{ref:str}/message/fichiers", guards=[GUARD], request_max_body_size=None)
async def write_with_files(request: AnyRequest) -> Response[Any]:
    """The same with documents."""
    return await _write(request)


async def _answer(request: AnyRequest) -> Response[Any]:
    state, ref = request.app.state, ref_of(request)
    found = await state.db.read(desk_thread, ref)
    if found is None:
        raise NotFound
    async with posted(request) as form:
        typed = _judged(read((BODY,), form.fields, today_of(request)), form, found.family_id)
        if typed.good and (wrong := await attach(request, form, found.family_id)):
            return await _thread(request, typed.but(fichier=wrong))
    if not typed.good:
        return await _thread(request, typed, form.envelope)
    close = form.fields.get("suite") == "clore"
    letter = Letter(form.envelope, typed.value("message"))
    await state.db.write(answer_family, visitor_of(request), ref, letter, close, state.clock())
    return redirect(f"/agent/messages/{ref}?dit={'clos' if close else 'repondu'}")


async def _write(request: AnyRequest) -> Response[Any]:
    state, family = request.app.state, ref_of(request)
    department, family_id = state.profile.messages.departments[0], await state.db.read(family_written_to, family)
    async with posted(request) as form:
        typed = _judged(read((SUBJECT, BODY), form.fields, today_of(request)), form, family_id)
        if typed.good and family_id is None:
            return _new(request, typed.but(message=NOBODY))
        if typed.good and (wrong := await attach(request, form, family_id)):
            return _new(request, typed.but(fichier=wrong))
    if not typed.good:
        return _new(request, typed, form.envelope)
    letter = Letter(form.envelope, typed.value("message"), department, typed.value("objet"))
    ref = await write_beside_twins(state.db, write_to_family, visitor_of(request), family, letter, state.clock())
    return redirect(f"/agent/messages/{ref}?dit=repondu")


def _judged(typed: Typed, form: Posted, family_id: int | None) -> Typed:
    if form.files and family_id is None and typed.good:
        return typed.but(fichier=NO_FAMILY)
    return typed.but(fichier=form.error) if form.error else typed


NO_FAMILY = "Ce compte n’a pas encore de dossier\u00a0: un document ne peut lui être remis. Écrivez sans pièce jointe."
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
        files_hint=files_hint(request),
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
        may_attach=found.family_id is not None,
        envelope=sent_as or str(uuid.uuid4()),
        files_hint=files_hint(request),
        said=said,
    )


ROUTES = [
    *(threads, thread, answer, answer_with_files, attachment, close_thread),
    *(new_thread, write, write_with_files),
]
