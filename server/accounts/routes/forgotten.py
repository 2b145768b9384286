"""The doors of a forgotten password: ask for a link, choose another password with it."""

from typing import Any

from litestar import Response, get, post

from server.accounts.commands import look_at
from server.accounts.commands.links import Link
from server.accounts.commands.resets import ask_reset, choose_password
from server.accounts.passwords import hash_of
from server.accounts.queries import Known, known_as
from server.accounts.routes.links import dead_link, forget_token, mark_of, token_of_cookie
from server.accounts.routes.new_password import password_judged, policy_of
from server.accounts.routes.robots import guarded
from server.accounts.rules import sign_in_name
from server.accounts.rules.passwords import fields_of
from server.fields import Field, Typed, read
from server.web import AnyRequest, address_of, form_of, page, redirect
from server.web.robots import stamp
from server.zone import town_day

WHO = Field("identifiant", "Adresse e-mail, nom d’utilisateur ou numéro", required=True, longest=254)
TOO_OFTEN = (
    "Plusieurs liens viennent d’être demandés pour cet identifiant ou depuis cette connexion. Regardez dans votre "
    "messagerie, y compris les courriers indésirables, ou réessayez dans une heure."
)


@get("/mot-de-passe")
async def forgotten_page(request: AnyRequest) -> Response[Any]:
    """« Mot de passe oublié »: who are you? And after it was asked, the same words for everybody."""
    if "envoye" in request.query_params:
        return page(request, "accounts/reset_asked.html")
    return _ask(request, Typed())


@post("/mot-de-passe", status_code=200)
async def ask_for_link(request: AnyRequest) -> Response[Any]:
    """Write down what was asked. The answer is the same whether anybody is called that."""
    posted, state = await form_of(request), request.app.state
    now = state.clock()
    typed = read((WHO,), posted, town_day(now))
    if not typed.good:
        return _ask(request, typed, 422)
    if (robot := await guarded(request, posted)).said:
        return _ask(request, typed, 422, robot.said, robot.puzzle)
    if not await state.db.write(ask_reset, sign_in_name(typed.value(WHO.name)), address_of(request), now):
        return _ask(request, typed, 429, TOO_OFTEN)
    return redirect("/mot-de-passe?envoye")


@get("/mot-de-passe/nouveau")
async def new_password_page(request: AnyRequest) -> Response[Any]:
    """Where the link leads. Nothing is used up."""
    token = token_of_cookie(request)
    owner = await _owner(request, token)
    return _choose(request, token, owner, Typed()) if owner else dead_link(request, "reset")


@post("/mot-de-passe/nouveau", status_code=200)
async def save_new_password(request: AnyRequest) -> Response[Any]:
    """The new password, judged before the link is used up."""
    posted, state, token = await form_of(request), request.app.state, token_of_cookie(request)
    owner = await _owner(request, token)
    if owner is None:
        return dead_link(request, "reset")
    now = state.clock()
    fields = fields_of(policy_of(request))
    typed = password_judged(request, read(fields, posted, town_day(now)), owner.about)
    if posted.get("marque") != mark_of(token):
        return _choose(request, token, owner, Typed(), 422, OTHER_LINK)
    if not typed.good:
        return _choose(request, token, owner, typed, 422)
    new_hash = await hash_of(typed.value(fields[0].name))
    if not await state.db.write(choose_password, state.secret, token, new_hash, now, state.tell_account):
        return dead_link(request, "reset")
    return forget_token(request, redirect("/connexion?nouveau"))


OTHER_LINK = "Un autre lien a été ouvert entre-temps dans ce navigateur. Voici celui qui compte maintenant."


async def _owner(request: AnyRequest, token: str) -> Known | None:
    """Whose password the link changes; None when it is worth nothing."""
    state = request.app.state
    link: Link | None = await state.db.read(look_at, state.secret, token, "reset", state.clock())
    if link is None or link.account_id is None:
        return None
    owner: Known | None = await state.db.read(known_as, link.account_id)
    return owner


def _ask(request: AnyRequest, typed: Typed, status: int = 200, error: str = "", puzzle: int = 0) -> Response[Any]:
    state = request.app.state
    shown: dict[str, Any] = {"stamped": stamp(state.secret, state.clock()), "error": error, "puzzle": puzzle}
    return page(request, "accounts/forgotten.html", status, typed=typed, who=WHO, **shown)


def _choose(
    request: AnyRequest, token: str, owner: Known, typed: Typed, status: int = 200, error: str = ""
) -> Response[Any]:
    fields, mark = fields_of(policy_of(request)), mark_of(token)
    return page(
        request, "accounts/new_password.html", status, typed=typed, fields=fields, owner=owner, mark=mark, error=error
    )


ROUTES = [forgotten_page, ask_for_link, new_password_page, save_new_password]
