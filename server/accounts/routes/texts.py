"""The texts families accept: their public pages, and the door where a new version is asked for at the next sign-in."""

from typing import Any

from litestar import Response, get, post

from server.accounts.commands.consents import Shown, keep_consents
from server.accounts.commands.halfway import unread
from server.accounts.queries import LiveSession, text_accepted
from server.accounts.routes.halfway import gate_of, halfway_of, lost, whole
from server.accounts.rules import is_local
from server.accounts.texts import parts_of
from server.errors import NotFound
from server.fields import Field, Typed, read
from server.web import AnyRequest, form_of, page
from server.zone import town_day

TICKS = {
    "terms": Field("cgu", "J’ai lu et j’accepte les conditions générales d’utilisation", "tick", True),
    "privacy": Field("confidentialite", "J’ai lu et j’accepte la politique de confidentialité", "tick", True),
}


@get("/conditions", for_everybody=True)
async def terms(request: AnyRequest) -> Response[Any]:
    """The terms; `?version=` one that was accepted before."""
    return await _public(request, "terms", "/conditions")


@get("/connexion/conditions")
async def texts_page(request: AnyRequest) -> Response[Any]:
    """What is new since this account last came in; nothing else opens before."""
    session = halfway_of(request, "texts")
    if session is None:
        return lost(request)
    return await _ask(request, session, Typed(), request.query_params.get("suite", ""))


@post("/connexion/conditions", status_code=200)
async def accept_texts(request: AnyRequest) -> Response[Any]:
    """Accept; the session becomes whole."""
    session, posted, state = halfway_of(request, "texts"), await form_of(request), request.app.state
    if session is None:
        return lost(request)
    account, now, onwards = session.visitor.account_id, state.clock(), posted.get("suite", "")
    texts: tuple[Shown, ...] = await state.db.read(unread, account, gate_of(request))
    typed = read(_ticks(texts), posted, town_day(now))
    if not typed.good or posted.get("versions") != _versions(texts):  # a version that came out meanwhile is read first
        return await _ask(request, session, typed, onwards, 422)
    await state.db.write(keep_consents, account, texts, now)
    return await whole(request, session, onwards)


async def _ask(
    request: AnyRequest, session: LiveSession, typed: Typed, onwards: str, status: int = 200
) -> Response[Any]:
    state = request.app.state
    texts: tuple[Shown, ...] = await state.db.read(unread, session.visitor.account_id, gate_of(request))
    blocks = [(state.texts[text.kind], text.how, TICKS[text.kind]) for text in texts]
    return page(
        request,
        "accounts/texts.html",
        status,
        blocks=blocks,
        fields=_ticks(texts),
        typed=typed,
        versions=_versions(texts),
        after=onwards if is_local(onwards) else "",
    )


def _ticks(texts: tuple[Shown, ...]) -> tuple[Field, ...]:
    return tuple(TICKS[text.kind] for text in texts if text.how == "accepted")


def _versions(texts: tuple[Shown, ...]) -> str:
    return " ".join(text.name for text in texts)


async def _public(request: AnyRequest, kind: str, path: str) -> Response[Any]:
    text, wanted = request.app.state.texts[kind], request.query_params.get("version", "")
    title, version, parts = text.title, text.version, text.parts
    if wanted and wanted != version:
        body = await request.app.state.db.read(text_accepted, kind, wanted[:20]) if wanted.isprintable() else None
        if body is None:
            raise NotFound
        version, parts = wanted, parts_of(body)
    return page(request, "accounts/text.html", title=title, version=version, parts=parts, now=text.version, here=path)


ROUTES = [terms, texts_page, accept_texts]
