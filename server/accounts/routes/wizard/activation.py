"""The button behind the link of a registration: whoever reads the mail must be who registered, or choose anew."""

from collections.abc import Callable
from typing import Any

from litestar import Response, get, post

from server.accounts.commands.activating import Activated, activate
from server.accounts.commands.drafts import keep_step
from server.accounts.commands.pending import Facing, Pending, count_password, facing
from server.accounts.passwords import check
from server.accounts.routes.entering import enter, house_of
from server.accounts.routes.links import dead_link, forget_token, mark_of, token_of_cookie
from server.accounts.routes.wizard.browser import browser_of, known
from server.accounts.rules import sign_in_name
from server.accounts.rules.passwords import LONGEST
from server.accounts.rules.ways import TAKEN, user_name_fault
from server.database import write_beside_twins
from server.fields import Field, Typed, read
from server.web import AnyRequest, form_of, page, redirect
from server.web.params import now_of, today_of

TERMS = Field("cgu", "J’ai lu et j’accepte les conditions générales d’utilisation", "tick", True)
NAME = Field("identifiant", "Nom d’utilisateur", required=True, longest=30, autocomplete="username")
SECRET = Field(
    "mot_de_passe", "Mot de passe", "secret", True, LONGEST, "Celui choisi à l’inscription.", "current-password"
)
WRONG = "Ce n’est pas le mot de passe choisi à l’inscription. Le lien sous le bouton permet d’en choisir un autre."
TOO_OFTEN = "Trop d’essais. Choisissez un autre mot de passe avec le lien sous le bouton, ou réessayez dans une heure."


@get("/activation")
async def activation(request: AnyRequest) -> Response[Any]:
    """What the link opens: whose account it is, and the button. Nothing is used up by looking."""
    found = await facing_of(request)
    return draw(request, found, opening(found)) if found else dead_link(request, "activation")


@post("/activation", status_code=200)
async def press(request: AnyRequest) -> Response[Any]:
    """The button: the account is made; or the rest of a registration begins (G1)."""
    found, posted = await facing_of(request), await form_of(request)
    if found is None or posted.get("lien") != mark_of(token_of_cookie(request)):
        return dead_link(request, "activation")
    if found.pending.way == "ask":
        return await _go_on(request, found.pending)
    if taken_since(found, posted):
        return draw(request, found, opening(found), 409)
    fields = asked_of(found, posted)
    typed = named(read(fields, posted, today_of(request)))
    if typed.good and found.must_prove:
        typed = await _proven(request, found.pending, typed)
    if not typed.good:
        return draw(request, found, typed, 422)
    return await open_account(request, found, typed, found.pending.password_hash, draw)


ROUTES = [activation, press]


async def facing_of(request: AnyRequest) -> Facing | None:
    """The registration of the link this browser has opened; None when it is worth nothing."""
    state = request.app.state
    found: Facing | None = await state.db.read(
        facing, state.secret, token_of_cookie(request), browser_of(request).hash, now_of(request)
    )
    return found


def asked_of(found: Facing, posted: dict[str, str]) -> tuple[Field, ...]:
    """What the page asks: the terms of one the town opened; else another name when one's own is taken, the password."""
    if found.pending.way in ("by_town", "ask"):
        return (TERMS,) if found.pending.way == "by_town" else ()
    name = (NAME,) if found.name_taken or NAME.name in posted else ()
    return (*name, SECRET) if found.must_prove else name


def taken_since(found: Facing, posted: dict[str, str]) -> bool:
    """Whether somebody took the user name after the page was drawn, which did not ask for another one."""
    return found.name_taken and NAME.name not in posted and found.pending.way not in ("by_town", "ask")


def opening(found: Facing) -> Typed:
    """The page as it opens: a user name somebody has taken meanwhile is asked for anew at once."""
    if found.pending.way == "by_town" or not found.name_taken:
        return Typed()
    return Typed({NAME.name: found.pending.answers["identifiant"]}, {NAME.name: TAKEN})


def named(typed: Typed) -> Typed:
    """A user name as the table keeps it, judged."""
    if NAME.name not in typed.values:
        return typed
    name = sign_in_name(typed.value(NAME.name))
    fault = "" if typed.error(NAME.name) else user_name_fault(name)
    judged = Typed({**typed.values, NAME.name: name}, typed.errors)
    return judged.but(**{NAME.name: fault}) if fault else judged


Draw = Callable[[AnyRequest, Facing, Typed, int, bool], Response[Any]]


async def open_account(
    request: AnyRequest, found: Facing, typed: Typed, password_hash: str, again: Draw
) -> Response[Any]:
    """Make the account with this password; a refusal shows the page `again`."""
    outcome: Activated | str = await write_beside_twins(
        request.app.state.db,
        activate, house_of(request), token_of_cookie(request), typed.value(NAME.name), password_hash, now_of(request),
    )  # fmt: skip
    if isinstance(outcome, Activated):
        return await _done(request, found.pending, outcome)
    if outcome == "name":
        name = typed.value(NAME.name) or found.pending.answers.get(NAME.name, "")
        return again(request, found, Typed({NAME.name: name}, {NAME.name: TAKEN}), 409, False)
    if outcome == "known":
        return again(request, found, typed, 409, True)
    return dead_link(request, "activation")


async def _go_on(request: AnyRequest, pending: Pending) -> Response[Any]:
    """G1: the town has said yes, the second half of the wizard begins."""
    browser = browser_of(request)
    await request.app.state.db.write(keep_step, browser.hash, "suite", {}, "", now_of(request), pending.ref)
    return known(request, browser, redirect("/inscription/suite"))


async def _proven(request: AnyRequest, pending: Pending, typed: Typed) -> Typed:
    """The form, with what is wrong beside the password when it is not the registration's."""
    if not await request.app.state.db.write(count_password, pending.ref, now_of(request)):
        return typed.but(**{SECRET.name: TOO_OFTEN})
    right = (await check(pending.password_hash, typed.value(SECRET.name))).right
    return typed if right else typed.but(**{SECRET.name: WRONG})


async def _done(request: AnyRequest, pending: Pending, made: Activated) -> Response[Any]:
    """One the town opened walks in and chooses a password; everybody else has one, and signs in with it."""
    if pending.way == "by_town":
        return forget_token(request, await enter(request, made.account_id, made.sign_in_name, "/compte/mot-de-passe"))
    answer = page(request, "accounts/wizard/activated.html", made=made, way=pending.way)
    return forget_token(request, answer)


def draw(
    request: AnyRequest, found: Facing, typed: Typed, status: int = 200, known_address: bool = False
) -> Response[Any]:
    """The page of the link."""
    return page(
        request,
        "accounts/wizard/activation.html",
        status,
        pending=found.pending,
        fields=asked_of(found, dict(typed.values)),
        typed=typed,
        mark=mark_of(token_of_cookie(request)),
        known=known_address,
    )
