"""The button behind the link of a registration, and another link for those who lost theirs or came too late."""

from typing import Any

from litestar import Response, get, post

from server.accounts.commands.activating import Activated, Pending, activate, pending_of
from server.accounts.commands.drafts import keep_step
from server.accounts.commands.registering import send_again
from server.accounts.routes.entering import enter, house_of
from server.accounts.routes.links import dead_link, forget_token, mark_of, token_of_cookie
from server.accounts.routes.wizard.browser import browser_of, known
from server.accounts.rules import sign_in_name
from server.accounts.rules.ways import TAKEN, user_name_fault
from server.database import Duplicate
from server.fields import Field, Typed, read
from server.web import AnyRequest, address_of, form_of, page, redirect
from server.web.params import now_of, today_of
from server.web.robots import SAID, looks_like_a_robot, stamp
from server.zone import PARIS

TERMS = (Field("cgu", "J’ai lu et j’accepte les conditions générales d’utilisation", "tick", True),)
NAME = (Field("identifiant", "Nom d’utilisateur", required=True, longest=30, autocomplete="username"),)
ADDRESS = (Field("email", "Adresse e-mail", "email", True, 254, autocomplete="email"),)
WAIT = "Trop de messages ont déjà été demandés. Réessayez dans une heure."


@get("/activation")
async def activation(request: AnyRequest) -> Response[Any]:
    """What the link opens: whose account it is, and the button. Nothing is used up by looking."""
    token = token_of_cookie(request)
    state = request.app.state
    pending: Pending | None = await state.db.read(pending_of, state.secret, token, now_of(request))
    return _page(request, pending, token, Typed()) if pending else dead_link(request, "activation")


@post("/activation", status_code=200)
async def press(request: AnyRequest) -> Response[Any]:
    """The button: the account is made; or the rest of a registration begins (G1)."""
    state, now, token = request.app.state, now_of(request), token_of_cookie(request)
    posted = await form_of(request)
    pending: Pending | None = await state.db.read(pending_of, state.secret, token, now)
    if pending is None or posted.get("lien") != mark_of(token):
        return dead_link(request, "activation")
    if pending.way == "ask":
        browser = browser_of(request)
        await state.db.write(keep_step, browser.hash, "suite", {}, "", now, pending.ref)
        return known(request, browser, redirect("/inscription/suite"))
    typed = _typed(pending, posted, request)
    if not typed.good:
        return _page(request, pending, token, typed, 422)
    try:
        outcome: Activated | str = await state.db.write(
            activate, house_of(request), token, typed.value("identifiant"), now
        )
    except Duplicate:  # somebody took the name or the address in the same instant
        outcome = "name"
    if outcome == "name":
        name = typed.value("identifiant") or pending.answers.get("identifiant", "")
        return _page(request, pending, token, Typed({"identifiant": name}, {"identifiant": TAKEN}), 409)
    if not isinstance(outcome, Activated):
        return (
            dead_link(request, "activation") if outcome == "dead" else _page(request, pending, token, typed, 409, True)
        )
    return await _done(request, pending, outcome)


@get("/activation/renvoi")
async def ask_again(request: AnyRequest) -> Response[Any]:
    """Another link: where to?"""
    return _again(request, Typed())


@post("/activation/renvoi", status_code=200)
async def send_link_again(request: AnyRequest) -> Response[Any]:
    """The same answer whether a registration waits at that address, an account is there already, or nothing is."""
    state, now, posted = request.app.state, now_of(request), await form_of(request)
    typed = read(ADDRESS, posted, now.astimezone(PARIS).date())
    if not typed.good:
        return _again(request, typed, 422)
    if looks_like_a_robot(state.secret, posted, now):
        return _again(request, typed, 422, SAID)
    hours = state.profile.accounts.activation_hours
    if not await state.db.write(send_again, typed.value("email"), address_of(request), hours, now):
        return _again(request, typed, 429, WAIT)
    return page(request, "accounts/wizard/sent_again.html", email=typed.value("email"), hours=hours)


ROUTES = [activation, press, ask_again, send_link_again]


def _typed(pending: Pending, posted: dict[str, str], request: AnyRequest) -> Typed:
    """What the page asked: the terms of one the town opened, another name when one's own was taken."""
    fields = TERMS if pending.way == "by_town" else NAME if "identifiant" in posted else ()
    typed = read(fields, posted, today_of(request))
    if "identifiant" not in typed.values:
        return typed
    name = sign_in_name(typed.value("identifiant"))
    fault = user_name_fault(name) if typed.good else ""
    named = Typed({**typed.values, "identifiant": name}, typed.errors)
    return named.but(identifiant=fault) if fault else named


async def _done(request: AnyRequest, pending: Pending, made: Activated) -> Response[Any]:
    """One the town opened walks in and chooses a password; everybody else has one, and signs in with it."""
    if pending.way == "by_town":
        return forget_token(request, await enter(request, made.account_id, made.sign_in_name, "/compte/mot-de-passe"))
    answer = page(request, "accounts/wizard/activated.html", made=made, way=pending.way)
    return forget_token(request, answer)


def _page(
    request: AnyRequest, pending: Pending, token: str, typed: Typed, status: int = 200, known_address: bool = False
) -> Response[Any]:
    asked = TERMS if pending.way == "by_town" else NAME if typed.error("identifiant") else ()
    return page(
        request,
        "accounts/wizard/activation.html",
        status,
        pending=pending,
        fields=asked,
        typed=typed,
        mark=mark_of(token),
        known=known_address,
    )


def _again(request: AnyRequest, typed: Typed, status: int = 200, said: str = "") -> Response[Any]:
    stamped = stamp(request.app.state.secret, now_of(request))
    return page(
        request, "accounts/wizard/send_again.html", status, fields=ADDRESS, typed=typed, said=said, stamped=stamped
    )
