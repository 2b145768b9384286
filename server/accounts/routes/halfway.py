"""A session that is not finished: where its next step is, and how it becomes whole."""

import secrets
from datetime import datetime
from typing import Any, cast
from urllib.parse import urlencode

from litestar import Response

from server.accounts.commands.consents import Shown
from server.accounts.commands.halfway import Gate, finish_session
from server.accounts.queries import LiveSession
from server.accounts.rules import ends_at, landing, lifetime, token_hash
from server.accounts.texts import Text, Texts
from server.web import AnyRequest, redirect
from server.web.cookies import session_cookie

PATHS = {"texts": "/connexion/conditions", "code": "/connexion/code", "enrol": "/connexion/double"}


def stage_path(stage: str, onwards: str) -> str:
    """The page of a stage; `onwards` is where one wanted to go."""
    return f"{PATHS[stage]}?{urlencode({'suite': onwards})}" if onwards != "/" else PATHS[stage]


def halfway_of(request: AnyRequest, stage: str) -> LiveSession | None:
    """The session that waits at this stage, or None."""
    session = cast("LiveSession | None", request.scope["state"].get("halfway"))
    return session if session and session.stage == stage else None


def lost(request: AnyRequest) -> Response[Any]:
    """Nobody waits here, or somewhere else."""
    session = cast("LiveSession | None", request.scope["state"].get("halfway"))
    return redirect(PATHS[session.stage] if session else "/connexion")


def gate_of(request: AnyRequest) -> Gate:
    """What this town asks of everybody who comes in."""
    state = request.app.state
    return Gate(texts_asked(state), state.settings.agents_need_codes)


def texts_asked(state: Any) -> tuple[Shown, ...]:
    """The texts of this town: terms to accept; privacy to accept (G3), to be told of (G2), or not at all (G0)."""
    texts, privacy = cast("Texts", state.texts), state.profile.accounts.privacy
    asked = (shown(texts["terms"], "accepted"),)
    if privacy == "none":
        return asked
    return (*asked, shown(texts["privacy"], "accepted" if privacy == "step" else "told"))


def shown(text: Text, how: Any) -> Shown:
    """A text as it is put before somebody."""
    return Shown(text.kind, text.version, text.digest, text.body, how)


async def whole(request: AnyRequest, session: LiveSession, onwards: str) -> Response[Any]:
    """Nothing is left to do: on to where one wanted to go."""
    return await with_whole_session(request, session, redirect(landing(onwards, session.visitor.kind)))


async def with_whole_session(request: AnyRequest, session: LiveSession, answer: Response[Any]) -> Response[Any]:
    """The answer that hands the browser its session, whole and under a new token."""
    state, token, visitor = request.app.state, secrets.token_urlsafe(32), session.visitor
    now: datetime = state.clock()
    end = ends_at(lifetime(visitor.kind, visitor.shared_device, state.settings.sign_in_days), now, now)
    if not await state.db.write(finish_session, visitor.sign_in_id, token_hash(token), end, now):
        return redirect("/connexion")
    return with_session(request, answer, token, end)


def with_session(request: AnyRequest, answer: Response[Any], token: str, end: datetime) -> Response[Any]:
    """The answer that hands the browser its session."""
    seconds = int((end - request.app.state.clock()).total_seconds())
    answer.cookies.append(session_cookie(request.app.state.settings, token, seconds))
    answer.headers["Cache-Control"] = "no-store"
    return answer
