"""Somebody reads the mail of a registration and does not know its password: chooses another, or throws it away."""

from collections.abc import Mapping
from typing import Any

from litestar import Response, get, post

from server.accounts.commands.pending import Facing, disown
from server.accounts.passwords import hash_of
from server.accounts.routes.links import dead_link, forget_token, mark_of, token_of_cookie
from server.accounts.routes.new_password import password_judged, policy_of
from server.accounts.routes.wizard.activation import NAME, facing_of, named, open_account, opening, taken_since
from server.accounts.rules.passwords import fields_of
from server.fields import Field, Typed, read
from server.web import AnyRequest, form_of, page, redirect
from server.web.params import now_of, today_of

ABOUT = ("nom", "prenoms", "email", "identifiant")


@get("/activation/autre-mot-de-passe")
async def other_password_page(request: AnyRequest) -> Response[Any]:
    """What was said when registering, two fields for another password, and the way to throw it all away."""
    found = await _found(request)
    return _draw(request, found, opening(found)) if found else dead_link(request, "activation")


@post("/activation/autre-mot-de-passe", status_code=200)
async def choose_other_password(request: AnyRequest) -> Response[Any]:
    """The account opens with the password chosen here: the one of the registration is worth nothing."""
    found, posted = await _found(request), await form_of(request)
    if found is None or not found.pending.has_password or posted.get("lien") != mark_of(token_of_cookie(request)):
        return dead_link(request, "activation")
    if taken_since(found, posted):
        return _draw(request, found, opening(found), 409)
    typed = named(read(_fields(request, found, posted), posted, today_of(request)))
    said = {**found.pending.answers, **typed.values, "email": found.pending.email}
    typed = password_judged(request, typed, [said.get(name, "") for name in ABOUT])
    if not typed.good:
        return _draw(request, found, typed, 422)
    return await open_account(request, found, typed, await hash_of(typed.value("mot_de_passe")), _draw)


@post("/activation/pas-moi", status_code=303)
async def not_me(request: AnyRequest) -> Response[Any]:
    """« Ce n’est pas moi »: whoever registered with this address gets no account."""
    state, token = request.app.state, token_of_cookie(request)
    if (await form_of(request)).get("lien") != mark_of(token):
        return dead_link(request, "activation")
    if not await state.db.write(disown, state.secret, token, now_of(request)):
        return dead_link(request, "activation")
    return forget_token(request, redirect("/activation/effacee"))


@get("/activation/effacee")
async def thrown_away(request: AnyRequest) -> Response[Any]:
    """What was done, and that nothing is left to do."""
    return page(request, "accounts/wizard/thrown_away.html")


ROUTES = [other_password_page, choose_other_password, not_me, thrown_away]


async def _found(request: AnyRequest) -> Facing | None:
    """One the town opened is the town's to take back: it has no password, and nobody else's words."""
    found = await facing_of(request)
    return found if found and found.pending.way != "by_town" else None


def _fields(request: AnyRequest, found: Facing, posted: Mapping[str, str]) -> tuple[Field, ...]:
    if not found.pending.has_password:  # who asks and waits (G1) chooses it later, behind this very link
        return ()
    new = fields_of(policy_of(request))
    return (NAME, *new) if found.name_taken or NAME.name in posted else new


def _draw(
    request: AnyRequest, found: Facing, typed: Typed, status: int = 200, known_address: bool = False
) -> Response[Any]:
    return page(
        request,
        "accounts/wizard/other_password.html",
        status,
        pending=found.pending,
        fields=_fields(request, found, typed.values),
        typed=typed,
        known=known_address,
        mark=mark_of(token_of_cookie(request)),
    )
