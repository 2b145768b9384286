"""The way in: a session begun for somebody who has just proven who they are, by a password or by a link."""

import secrets
from datetime import datetime

from litestar import Response

from server.accounts.commands import NewSession
from server.accounts.commands.activating import House
from server.accounts.commands.halfway import begin_session
from server.accounts.routes.halfway import gate_of, stage_path, texts_asked, with_session
from server.accounts.rules import buckets, device_label, ends_at, lifetime, network, token_hash
from server.web import AnyRequest, address_of, redirect
from server.web.cookies import cookie_name


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
    stage = await state.db.write(
        begin_session, new, kind, gate_of(request), buckets(name, address), now, state.tell_sign_in
    )
    return with_session(request, redirect(stage_path(stage, onwards) if stage else onwards), token, end)


def house_of(request: AnyRequest) -> House:
    """What activating needs of the application."""
    state = request.app.state
    return House(state.secret, state.files, state.settings.env == "demo", texts_asked(state))
