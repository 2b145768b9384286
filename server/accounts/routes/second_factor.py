"""What signing in and the account page share of the second factor of agents: its form, its key, its recovery codes."""

import secrets
from typing import Any

from litestar import Response

from server.accounts.commands.second_factor import Answer, Factor, confirm_factor, factor_of
from server.accounts.rules.codes import address_of_key, key_in_letters, key_of, recovery_codes
from server.adapters.qr import qr_picture
from server.fields import Field, Typed, read
from server.web import AnyRequest, Visitor, page
from server.web.params import today_of

CODE = Field("code", "Code à 6 chiffres", required=True, longest=40, autocomplete="one-time-code")
SAID: dict[Answer, str] = {
    "wrong": "Ce code n’est pas le bon, ou il a déjà servi. Attendez le suivant et vérifiez l’heure du téléphone.",
    "wait": "Trop d’essais. Réessayez dans 15 minutes.",
}


async def confirmed(request: AnyRequest, who: Visitor, posted: dict[str, str]) -> tuple[Typed, tuple[str, ...]]:
    """The form with the first code, judged; the recovery codes when it was right."""
    state, typed = request.app.state, read((CODE,), posted, today_of(request))
    if not typed.good:
        return typed, ()
    codes, now = recovery_codes(secrets.token_bytes(100)), state.clock()
    answer = await state.db.write(
        confirm_factor, state.secret, who.account_id, typed.value("code"), codes, now, state.tell_account
    )
    return (typed, codes) if answer == "ok" else (Typed({}, {"code": SAID[answer]}), ())


async def factor_of_account(request: AnyRequest, account_id: int) -> Factor | None:
    """The second factor of an account, begun or confirmed."""
    factor: Factor | None = await request.app.state.db.read(factor_of, account_id)
    return factor


def key_shown(request: AnyRequest, factor: Factor | None, who: Visitor) -> dict[str, str]:
    """The key for the phone, as a picture and in letters, while it is being set up."""
    if factor is None or factor.confirmed:
        return {"picture": "", "letters": ""}
    key = key_of(request.app.state.secret, factor.nonce)
    address = address_of_key(key, f"{who.first_name} {who.last_name}", request.app.state.settings.town)
    return {"picture": qr_picture(address), "letters": key_in_letters(key)}


def codes_page(request: AnyRequest, codes: tuple[str, ...], onwards: str) -> Response[Any]:
    """The recovery codes, shown once."""
    return page(request, "accounts/recovery_codes.html", codes=codes, onwards=onwards)
