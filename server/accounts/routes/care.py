"""The blocks of « Mon compte », each on its own page and saved by itself: names, address, password."""

from collections.abc import Sequence
from typing import Any

from litestar import Response, get, post

from server.accounts.commands import look_at
from server.accounts.commands.care import ask_address, change_password, confirm_address, rename
from server.accounts.commands.links import Link
from server.accounts.passwords import hash_of
from server.accounts.queries import Known, Me, known_as, my_account
from server.accounts.routes.links import dead_link, forget_token, mark_of, token_of_cookie
from server.accounts.routes.new_password import password_judged, policy_of
from server.accounts.routes.proof import proven
from server.accounts.rules.care import NAMES, NOW, OTHERS, address_fields, password_fields
from server.database import Duplicate
from server.fields import Field, Typed, read
from server.web import AnyRequest, form_of, page, parent, redirect, signed_in, visitor_of
from server.web.params import today_of

TOO_OFTEN = "Plusieurs changements d’adresse viennent d’être demandés. Réessayez dans une heure."
SAME = "C’est déjà l’adresse de votre compte."
TAKEN = "Cette adresse est devenue entre-temps celle d’un autre compte. Rien n’a été changé."
OTHER_LINK = "Un autre lien a été ouvert entre-temps dans ce navigateur. Voici celui qui compte maintenant."


@get("/compte/nom", guards=[parent])
async def names_page(request: AnyRequest) -> Response[Any]:
    """One's names; an agent's are the town's to write."""
    me = await _me(request)
    return _names(request, Typed({"nom": me.last_name, "prenom": me.first_name}))


@post("/compte/nom", guards=[parent], status_code=200)
async def save_names(request: AnyRequest) -> Response[Any]:
    """Save the names."""
    typed = await _read(request, NAMES)
    if not typed.good:
        return _names(request, typed, 422)
    account = visitor_of(request).account_id
    await request.app.state.db.write(rename, account, typed.value("prenom"), typed.value("nom"))
    return redirect("/compte?dit=nom")


@get("/compte/mot-de-passe", guards=[signed_in])
async def password_page(request: AnyRequest) -> Response[Any]:
    """Another password."""
    return _password(request, await _me(request), Typed({OTHERS.name: "oui"}))


@post("/compte/mot-de-passe", guards=[signed_in], status_code=200)
async def save_password(request: AnyRequest) -> Response[Any]:
    """Save another password; the old one is asked, so that an unlocked phone is not an account lost."""
    me, visitor, state = await _me(request), visitor_of(request), request.app.state
    typed = await _read(request, password_fields(policy_of(request), me.has_password))
    typed = password_judged(request, typed, me.about)
    if typed.good and me.has_password:
        typed = await proven(request, typed)
    if not typed.good:
        return _password(request, me, typed, 422)
    new_hash, ends = await hash_of(typed.value("mot_de_passe")), typed.ticked(OTHERS.name)
    await state.db.write(
        change_password, visitor.account_id, new_hash, state.clock(), state.tell_account, ends, visitor.sign_in_id
    )
    return redirect(f"/compte?dit={'mot-de-passe-partout' if ends else 'mot-de-passe'}")


@get("/compte/adresse", guards=[signed_in])
async def address_page(request: AnyRequest) -> Response[Any]:
    """Another address."""
    return _address(request, await _me(request), Typed())


@post("/compte/adresse", guards=[signed_in], status_code=200)
async def save_address(request: AnyRequest) -> Response[Any]:
    """Send a link to the new address; nothing changes before it is opened there."""
    me, account, state = await _me(request), visitor_of(request).account_id, request.app.state
    typed = await _read(request, address_fields(me.has_password))
    if typed.value("adresse") == me.email:
        typed = typed.but(adresse=SAME)
    if typed.good and me.has_password:
        typed = await proven(request, typed)
    if not typed.good:
        return _address(request, me, typed, 422)
    if not await state.db.write(ask_address, account, typed.value("adresse"), state.clock()):
        return _address(request, me, typed.but(adresse=TOO_OFTEN), 429)
    return redirect("/compte?dit=adresse-demandee")


@get("/compte/adresse/confirmer")
async def confirm_page(request: AnyRequest) -> Response[Any]:
    """Where the link to a new address leads, on whatever device the mail is read. Nothing is used up."""
    return await _confirm(request)


@post("/compte/adresse/confirmer", status_code=200)
async def confirm(request: AnyRequest) -> Response[Any]:
    """The button of that page."""
    state, token = request.app.state, token_of_cookie(request)
    if (await form_of(request)).get("marque") != mark_of(token):
        return await _confirm(request, OTHER_LINK)
    try:
        done = await state.db.write(confirm_address, state.secret, token, state.clock(), state.tell_account)
    except Duplicate:
        return await _confirm(request, TAKEN)
    if not done:
        return dead_link(request, "address")
    return forget_token(request, redirect("/compte?dit=adresse"))


async def _confirm(request: AnyRequest, error: str = "") -> Response[Any]:
    state, token = request.app.state, token_of_cookie(request)
    link: Link | None = await state.db.read(look_at, state.secret, token, "address", state.clock())
    owner: Known | None = await state.db.read(known_as, link.account_id) if link and link.account_id else None
    if link is None or owner is None:
        return dead_link(request, "address")
    shown: dict[str, Any] = {
        "address": link.payload["address"],
        "mark": mark_of(token),
        "error": error,
        "first_name": owner.about[0],
    }
    return page(request, "accounts/confirm_address.html", 422 if error else 200, **shown)


async def _me(request: AnyRequest) -> Me:
    state = request.app.state
    me: Me = await state.db.read(my_account, visitor_of(request), state.clock())
    return me


async def _read(request: AnyRequest, fields: Sequence[Field]) -> Typed:
    today = today_of(request)
    return read(fields, await form_of(request), today)


def _names(request: AnyRequest, typed: Typed, status: int = 200) -> Response[Any]:
    return page(request, "accounts/names.html", status, typed=typed, fields=NAMES)


def _password(request: AnyRequest, me: Me, typed: Typed, status: int = 200) -> Response[Any]:
    fields = password_fields(policy_of(request), me.has_password)
    return page(request, "accounts/password.html", status, typed=typed, fields=fields, me=me)


def _address(request: AnyRequest, me: Me, typed: Typed, status: int = 200) -> Response[Any]:
    fields = address_fields(me.has_password)
    return page(request, "accounts/address.html", status, typed=typed, fields=fields, me=me, proof=NOW)


ROUTES = [
    names_page,
    save_names,
    password_page,
    save_password,
    address_page,
    save_address,
    confirm_page,
    confirm,
]
