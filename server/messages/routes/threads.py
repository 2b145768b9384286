"""The family's exchanges: the list, a new one, one of them with its answer."""

import uuid
from dataclasses import replace
from typing import Any

from litestar import Response, get, post

from server.database import write_beside_twins
from server.errors import NotFound
from server.fields import Typed, read
from server.messages.asking import page_of
from server.messages.attaching import Posted, attach, files_hint, posted
from server.messages.commands.threads import Letter, answer_town, mark_read, write_to_town
from server.messages.queries.threads import my_thread, my_threads
from server.messages.rules.writing import BODY, writing
from server.web import AnyRequest, page, parent, redirect, visitor_of
from server.web.params import ref_of, today_of

TOO_MANY = "Vous avez beaucoup écrit aujourd’hui\u00a0: la mairie répond d’abord. Votre texte est toujours là."


@get("/messages", guards=[parent])
async def threads(request: AnyRequest) -> Response[str]:
    """What was said, the latest first."""
    _open_or_not_found(request)
    found, leaf = await request.app.state.db.read(my_threads, visitor_of(request), page_of(request))
    return page(request, "messages/threads.html", threads=found, leaf=leaf)


@get("/messages/nouveau", guards=[parent])
async def new_thread(request: AnyRequest) -> Response[str]:
    """An empty message."""
    _open_or_not_found(request)
    return _new(request, Typed())


@post("/messages", guards=[parent])
async def write(request: AnyRequest) -> Response[Any]:
    """Send it; the thread opens."""
    return await _write(request)


@post("/messages/fichiers", guards=[parent], request_max_body_size=None)
async def write_with_files(request: AnyRequest) -> Response[Any]:
    """The same with documents or photos."""
    return await _write(request)


@get("/messages/{ref:str}", guards=[parent])
async def thread(request: AnyRequest) -> Response[str]:
    """One exchange; opening it is reading it."""
    return await _thread(request, Typed(), said="dit" in request.query_params)


@post("/messages/{ref:str}", guards=[parent])
async def answer(request: AnyRequest) -> Response[Any]:
    """Add to it."""
    return await _answer(request)


@post("/messages/{ref:str}/fichiers", guards=[parent], request_max_body_size=None)
async def answer_with_files(request: AnyRequest) -> Response[Any]:
    """The same with documents or photos."""
    return await _answer(request)


async def _write(request: AnyRequest) -> Response[Any]:
    _open_or_not_found(request)
    visitor, state = visitor_of(request), request.app.state
    async with posted(request) as form:
        typed = _judged(read(_fields(request), form.fields, today_of(request)), form)
        if typed.good and (wrong := await attach(request, form, visitor.family_id)):
            return _new(request, typed.but(fichier=wrong))
    if not typed.good:
        return _new(request, typed, form.envelope)
    letter = Letter(form.envelope, typed.value("message"), typed.value("service"), typed.value("objet"))
    outcome, ref = await write_beside_twins(state.db, write_to_town, visitor, letter, state.clock())
    if outcome == "too_many":
        return _new(request, typed.but(message=TOO_MANY))
    return redirect(f"/messages/{ref}?dit=envoye")


async def _answer(request: AnyRequest) -> Response[Any]:
    _open_or_not_found(request)
    visitor, state, ref = visitor_of(request), request.app.state, ref_of(request)
    if await state.db.read(my_thread, visitor, ref) is None:
        raise NotFound  # before a byte of a file is read
    async with posted(request) as form:
        typed = _judged(read((BODY,), form.fields, today_of(request)), form)
        if typed.good and (wrong := await attach(request, form, visitor.family_id)):
            return await _thread(request, typed.but(fichier=wrong))
    if not typed.good:
        return await _thread(request, typed, form.envelope)
    letter = Letter(form.envelope, typed.value("message"))
    if await state.db.write(answer_town, visitor, ref, letter, state.clock()) == "too_many":
        return await _thread(request, typed.but(message=TOO_MANY))
    return redirect(f"/messages/{ref}?dit=envoye#dernier")


def _judged(typed: Typed, form: Posted) -> Typed:
    return typed.but(fichier=form.error) if form.error else typed


def _fields(request: AnyRequest) -> tuple[Any, ...]:
    return writing(request.app.state.profile.messages.departments)


def _open_or_not_found(request: AnyRequest) -> None:
    if not request.app.state.profile.messages.threads:
        raise NotFound


def _new(request: AnyRequest, typed: Typed, sent_as: str = "") -> Response[str]:
    return page(
        request,
        "messages/new_thread.html",
        422 if typed.errors else 200,
        fields=_fields(request),
        typed=typed,
        envelope=sent_as or str(uuid.uuid4()),
        files_hint=files_hint(request),
    )


async def _thread(request: AnyRequest, typed: Typed, sent_as: str = "", said: bool = False) -> Response[str]:
    _open_or_not_found(request)
    state, visitor = request.app.state, visitor_of(request)
    found = await state.db.read(my_thread, visitor, ref_of(request))
    if found is None:
        raise NotFound
    await state.db.write(mark_read, visitor, found.id, state.clock())
    if found.unread:  # counted when the request came in, read since
        request.scope["state"]["visitor"] = replace(visitor, messages=max(0, visitor.messages - 1))
    return page(
        request,
        "messages/thread.html",
        422 if typed.errors else 200,
        thread=found,
        typed=typed,
        field=BODY,
        envelope=sent_as or str(uuid.uuid4()),
        files_hint=files_hint(request),
        said=said,
    )


ROUTES = [threads, new_thread, write, write_with_files, thread, answer, answer_with_files]
