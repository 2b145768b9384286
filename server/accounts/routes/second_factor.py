"""The second factor of agents: asked at sign-in, set up there when the town requires it, kept on one's own account."""

import secrets
from dataclasses import replace
from typing import Any

from litestar import Response, get, post

from server.accounts.commands.second_factor import (
    Answer,
    Factor,
    begin_factor,
    check_code,
    confirm_factor,
    factor_of,
    remove_factor,
    renew_codes,
)
from server.accounts.queries import LiveSession
from server.accounts.routes.halfway import halfway_of, lost, whole, with_whole_session
from server.accounts.routes.proof import proven
from server.accounts.rules import is_local, landing
from server.accounts.rules.care import NOW
from server.accounts.rules.codes import address_of_key, key_in_letters, key_of, recovery_codes
from server.adapters.qr import qr_picture
from server.fields import Field, Typed, read
from server.web import AnyRequest, Visitor, agent, form_of, page, redirect, visitor_of
from server.web.params import today_of

CODE = Field("code", "Code à 6 chiffres", required=True, longest=40, autocomplete="one-time-code")
ANY_CODE = replace(CODE, label="Code à 6 chiffres, ou code de secours")
SAID: dict[Answer, str] = {
    "wrong": "Ce code n’est pas le bon, ou il a déjà servi. Attendez le suivant et vérifiez l’heure du téléphone.",
    "wait": "Trop d’essais. Réessayez dans 15 minutes.",
}


@get("/connexion/code")
async def code_page(request: AnyRequest) -> Response[Any]:
    """The password was right; now the phone's code."""
    session = halfway_of(request, "code")
    return _code(request, Typed(), request.query_params.get("suite", "")) if session else lost(request)


@post("/connexion/code", status_code=200)
async def give_code(request: AnyRequest) -> Response[Any]:
    """One code; the session becomes whole."""
    session, state, posted = halfway_of(request, "code"), request.app.state, await form_of(request)
    if session is None:
        return lost(request)
    typed, onwards = _read(request, (ANY_CODE,), posted), posted.get("suite", "")
    if typed.good:
        account, now = session.visitor.account_id, state.clock()
        answer = await state.db.write(check_code, state.secret, account, typed.value("code"), now, state.tell_account)
        if answer == "ok":
            return await whole(request, session, onwards)
        typed = Typed({}, {"code": SAID[answer]})
    return _code(request, typed, onwards, 422)


@get("/connexion/double")
async def required_page(request: AnyRequest) -> Response[Any]:
    """The town requires codes and this agent has none yet: set it up, or stay outside."""
    session = halfway_of(request, "enrol")
    after = request.query_params.get("suite", "")
    return await _required(request, session, Typed(), after) if session else lost(request)


@post("/connexion/double", status_code=200)
async def confirm_required(request: AnyRequest) -> Response[Any]:
    """The first code; the session becomes whole and the recovery codes are shown, once."""
    session, posted = halfway_of(request, "enrol"), await form_of(request)
    if session is None:
        return lost(request)
    typed, codes = await _confirmed(request, session.visitor, posted)
    if not typed.good:
        return await _required(request, session, typed, posted.get("suite", ""), 422)
    onwards = landing(posted.get("suite", ""), "agent")
    return await with_whole_session(request, session, _codes(request, codes, onwards))


@get("/compte/double", guards=[agent()])
async def factor_page(request: AnyRequest) -> Response[Any]:
    """The state of one's own second factor; the key to scan while it is being set up."""
    return await _factor(request, Typed())


@post("/compte/double", guards=[agent()], status_code=200)
async def confirm_own(request: AnyRequest) -> Response[Any]:
    """The first code of one's own accord."""
    typed, codes = await _confirmed(request, visitor_of(request), await form_of(request))
    return _codes(request, codes, "/compte?dit=double") if typed.good else await _factor(request, typed, 422)


@post("/compte/double/commencer", guards=[agent()], status_code=303)
async def begin_own(request: AnyRequest) -> Response[Any]:
    """A key to scan, after the password."""
    state, account = request.app.state, visitor_of(request).account_id
    typed = await _proven(request)
    if not typed.good:
        return await _factor(request, typed, 422)
    await state.db.write(begin_factor, account, secrets.token_hex(16), state.clock())
    return redirect("/compte/double")


@post("/compte/double/codes", guards=[agent()], status_code=200)
async def other_codes(request: AnyRequest) -> Response[Any]:
    """Other recovery codes, after the password."""
    state, account = request.app.state, visitor_of(request).account_id
    typed, factor = await _proven(request), await _own(request, account)
    if not typed.good or factor is None or not factor.confirmed:
        return await _factor(request, typed, 422)
    codes = recovery_codes(secrets.token_bytes(100))
    await state.db.write(renew_codes, state.secret, account, codes)
    return _codes(request, codes, "/compte/double")


@post("/compte/double/retirer", guards=[agent()], status_code=303)
async def remove_own(request: AnyRequest) -> Response[Any]:
    """No codes any more, after the password; where the town requires them, the next sign-in sets them up anew."""
    state, account = request.app.state, visitor_of(request).account_id
    typed = await _proven(request)
    if not typed.good:
        return await _factor(request, typed, 422)
    await state.db.write(remove_factor, account, state.clock(), state.tell_account)
    return redirect("/compte?dit=double-retiree")


async def _confirmed(request: AnyRequest, who: Visitor, posted: dict[str, str]) -> tuple[Typed, tuple[str, ...]]:
    """The form with the first code, judged; the recovery codes when it was right."""
    state, typed = request.app.state, _read(request, (CODE,), posted)
    if not typed.good:
        return typed, ()
    codes, now = recovery_codes(secrets.token_bytes(100)), state.clock()
    answer = await state.db.write(
        confirm_factor, state.secret, who.account_id, typed.value("code"), codes, now, state.tell_account
    )
    return (typed, codes) if answer == "ok" else (Typed({}, {"code": SAID[answer]}), ())


async def _proven(request: AnyRequest) -> Typed:
    return await proven(request, _read(request, (NOW,), await form_of(request)))


def _read(request: AnyRequest, fields: tuple[Field, ...], posted: dict[str, str]) -> Typed:
    return read(fields, posted, today_of(request))


async def _own(request: AnyRequest, account_id: int) -> Factor | None:
    factor: Factor | None = await request.app.state.db.read(factor_of, account_id)
    return factor


def _shown(request: AnyRequest, factor: Factor | None, who: Visitor) -> dict[str, str]:
    """The key for the phone, as a picture and in letters, while it is being set up."""
    if factor is None or factor.confirmed:
        return {"picture": "", "letters": ""}
    key = key_of(request.app.state.secret, factor.nonce)
    address = address_of_key(key, f"{who.first_name} {who.last_name}", request.app.state.settings.town)
    return {"picture": qr_picture(address), "letters": key_in_letters(key)}


def _code(request: AnyRequest, typed: Typed, onwards: str, status: int = 200) -> Response[Any]:
    after = onwards if is_local(onwards) else ""
    return page(request, "accounts/code.html", status, typed=typed, one=ANY_CODE, after=after)


async def _required(
    request: AnyRequest, session: LiveSession, typed: Typed, onwards: str, status: int = 200
) -> Response[Any]:
    factor = await _own(request, session.visitor.account_id)
    context: dict[str, Any] = _shown(request, factor, session.visitor)
    after = onwards if is_local(onwards) else ""
    return page(request, "accounts/code_required.html", status, typed=typed, one=CODE, after=after, **context)


async def _factor(request: AnyRequest, typed: Typed, status: int = 200) -> Response[Any]:
    visitor = visitor_of(request)
    factor = await _own(request, visitor.account_id)
    context: dict[str, Any] = _shown(request, factor, visitor)
    return page(
        request, "accounts/second_factor.html", status, typed=typed, factor=factor, one=CODE, proof=NOW,
        required=request.app.state.settings.agents_need_codes, **context,
    )  # fmt: skip


def _codes(request: AnyRequest, codes: tuple[str, ...], onwards: str) -> Response[Any]:
    return page(request, "accounts/recovery_codes.html", codes=codes, onwards=onwards)


ROUTES = [
    code_page,
    give_code,
    required_page,
    confirm_required,
    factor_page,
    confirm_own,
    begin_own,
    other_codes,
    remove_own,
]
