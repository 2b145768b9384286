"""The middleware that knows a visitor by their cookie: neither a door nor a query, it stands before every door."""

import contextlib
from datetime import datetime
from typing import Any

from litestar import Request
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from server.accounts.commands import keep_session
from server.accounts.queries import LiveSession, session_behind
from server.accounts.rules import ends_at, lifetime, to_be_noted, token_hash
from server.database import Busy, DatabaseError
from server.settings import Settings
from server.web.cookies import cookie_name, session_cookie


class Recognition(ASGIMiddleware):
    """Who is this? One read for the session, the account and what every page shows of it; guards come after."""

    scopes = (ScopeType.HTTP,)
    exclude_opt_key = "without_visitor"  # the same for everybody, and there when the database is not

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Put the visitor, or nobody, into the request's state; note the visit when that is due."""
        request: Request[Any, Any, Any] = Request(scope)
        state = request.app.state
        token = request.cookies.get(cookie_name(state.settings))
        scope["state"]["visitor"] = scope["state"]["halfway"] = None
        if token:
            now: datetime = state.clock()
            session = await _session(scope, token, now, state)
            if session is not None and session.stage:
                scope["state"]["halfway"] = session  # only the doors of that stage look at it
            elif session is not None:
                scope["state"]["visitor"] = session.visitor
                send = await _noted(session, token, now, state, send)
        await next_app(scope, receive, send)


async def _session(scope: Scope, token: str, now: datetime, state: Any) -> LiveSession | None:
    """The live session of this cookie; nobody's when there is no database and the page is for everybody anyway."""
    try:
        session: LiveSession | None = await state.db.glance(
            session_behind, token_hash(token), now, state.settings.env == "demo"
        )
    except Busy:
        if scope["route_handler"].opt.get("for_everybody"):
            return None
        raise
    return session


async def _noted(session: LiveSession, token: str, now: datetime, state: Any, send: Send) -> Send:
    """The session's end moves with the visit, at most once a step, and the cookie's with it."""
    visitor = session.visitor
    life = lifetime(visitor.kind, visitor.shared_device, state.settings.sign_in_days)
    if not to_be_noted(life, session.last_seen_at, now):
        return send
    end = ends_at(life, session.created_at, now)
    with contextlib.suppress(DatabaseError):  # a page is worth more than the date of a visit
        await state.db.write(keep_session, visitor.sign_in_id, now, end)
    return _with_cookie(send, state.settings, token, int((end - now).total_seconds()))


def _with_cookie(send: Send, settings: Settings, token: str, max_age: int) -> Send:
    name = cookie_name(settings).encode() + b"="
    header = session_cookie(settings, token, max_age).to_encoded_header()

    async def told(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = list(message.get("headers", []))
            if not any(key == b"set-cookie" and value.startswith(name) for key, value in headers):
                message["headers"] = [*headers, header]
        await send(message)

    return told
