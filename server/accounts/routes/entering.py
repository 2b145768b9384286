"""The way in: a session begun for somebody who has just proven who they are, by a password or by a link."""

import secrets
from datetime import datetime

from litestar import Response

from server.accounts.commands import NewSession, open_session
from server.accounts.commands.activating import House
from server.accounts.rules import buckets, device_label, ends_at, lifetime, network, token_hash
from server.web import AnyRequest, address_of, redirect
from server.web.cookies import cookie_name, session_cookie


async def enter(
    request: AnyRequest,
    account_id: int,
    name: str,
    onwards: str,
    kind: str = "parent",
    shared_device: bool = False,
    new_hash: str = "",
) -> Response[None]:
    """A fresh token at each sign-in: one planted beforehand is worth nothing. `name` is what was signed in with."""
    state, token = request.app.state, secrets.token_urlsafe(32)
    now: datetime = state.clock()
    end = ends_at(lifetime(kind, shared_device, state.settings.sign_in_days), now, now)
    address = address_of(request)
    new = NewSession(
        account_id=account_id,
        token_hash=token_hash(token),
        device_label=device_label(request.headers.get("user-agent", "")),
        shared_device=shared_device,
        address=network(address),
        expires_at=end,
        new_password_hash=new_hash,
        replaces=token_hash(request.cookies.get(cookie_name(state.settings), "")),
    )
    await state.db.write(open_session, new, buckets(name, address), now, state.tell_sign_in)
    answer = redirect(onwards)
    answer.cookies.append(session_cookie(state.settings, token, int((end - now).total_seconds())))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def house_of(request: AnyRequest) -> House:
    """What activating needs of the application."""
    state = request.app.state
    return House(state.secret, state.files, state.settings.env == "demo")
