"""A code asked at sign-in, or set up there when the town requires one."""

from dataclasses import replace
from typing import Any

from litestar import Response, get, post

from server.accounts.commands.second_factor import check_code
from server.accounts.queries import LiveSession
from server.accounts.routes.halfway import halfway_of, lost, whole, with_whole_session
from server.accounts.routes.second_factor import (
    CODE,
    SAID,
    codes_page,
    confirmed,
    factor_of_account,
    key_shown,
)
from server.accounts.rules import is_local, landing
from server.fields import Typed, read
from server.web import AnyRequest, form_of, page
from server.web.params import today_of

ANY_CODE = replace(CODE, label="Code à 6 chiffres, ou code de secours")


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
    typed, onwards = read((ANY_CODE,), posted, today_of(request)), posted.get("suite", "")
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
    typed, codes = await confirmed(request, session.visitor, posted)
    if not typed.good:
        return await _required(request, session, typed, posted.get("suite", ""), 422)
    onwards = landing(posted.get("suite", ""), "agent")
    return await with_whole_session(request, session, codes_page(request, codes, onwards))


def _code(request: AnyRequest, typed: Typed, onwards: str, status: int = 200) -> Response[Any]:
    after = onwards if is_local(onwards) else ""
    return page(request, "accounts/code.html", status, typed=typed, one=ANY_CODE, after=after)


async def _required(
    request: AnyRequest, session: LiveSession, typed: Typed, onwards: str, status: int = 200
) -> Response[Any]:
    factor = await factor_of_account(request, session.visitor.account_id)
    context: dict[str, Any] = key_shown(request, factor, session.visitor)
    after = onwards if is_local(onwards) else ""
    return page(request, "accounts/code_required.html", status, typed=typed, one=CODE, after=after, **context)


ROUTES = [code_page, give_code, required_page, confirm_required]
