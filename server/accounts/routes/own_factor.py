"""One's own second factor, kept on the account page: begun, confirmed, renewed, removed."""

import secrets
from typing import Any

from litestar import Response, get, post

from server.accounts.commands.second_factor import begin_factor, remove_factor, renew_codes
from server.accounts.routes.proof import proven
from server.accounts.routes.second_factor import CODE, codes_page, confirmed, factor_of_account, key_shown
from server.accounts.rules.care import NOW
from server.accounts.rules.codes import recovery_codes
from server.fields import Typed, read
from server.web import AnyRequest, agent, form_of, page, redirect, visitor_of
from server.web.params import today_of


@get("/compte/double", guards=[agent()])
async def factor_page(request: AnyRequest) -> Response[Any]:
    """The state of one's own second factor; the key to scan while it is being set up."""
    return await _factor(request, Typed())


@post("/compte/double", guards=[agent()], status_code=200)
async def confirm_own(request: AnyRequest) -> Response[Any]:
    """The first code of one's own accord."""
    typed, codes = await confirmed(request, visitor_of(request), await form_of(request))
    return codes_page(request, codes, "/compte?dit=double") if typed.good else await _factor(request, typed, 422)


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
    typed, factor = await _proven(request), await factor_of_account(request, account)
    if not typed.good or factor is None or not factor.confirmed:
        return await _factor(request, typed, 422)
    codes = recovery_codes(secrets.token_bytes(100))
    await state.db.write(renew_codes, state.secret, account, codes)
    return codes_page(request, codes, "/compte/double")


@post("/compte/double/retirer", guards=[agent()], status_code=303)
async def remove_own(request: AnyRequest) -> Response[Any]:
    """No codes any more, after the password; where the town requires them, the next sign-in sets them up anew."""
    state, account = request.app.state, visitor_of(request).account_id
    typed = await _proven(request)
    if not typed.good:
        return await _factor(request, typed, 422)
    await state.db.write(remove_factor, account, state.clock(), state.tell_account)
    return redirect("/compte?dit=double-retiree")


async def _proven(request: AnyRequest) -> Typed:
    return await proven(request, read((NOW,), await form_of(request), today_of(request)))


async def _factor(request: AnyRequest, typed: Typed, status: int = 200) -> Response[Any]:
    visitor = visitor_of(request)
    factor = await factor_of_account(request, visitor.account_id)
    context: dict[str, Any] = key_shown(request, factor, visitor)
    return page(
        request, "accounts/second_factor.html", status, typed=typed, factor=factor, one=CODE, proof=NOW,
        required=request.app.state.settings.agents_need_codes, **context,
    )  # fmt: skip


ROUTES = [factor_page, confirm_own, begin_own, other_codes, remove_own]
