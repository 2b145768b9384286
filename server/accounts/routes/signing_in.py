"""Signing in and out."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from litestar import Response, get, post

from server.accounts.commands import begin_attempt, end_attempt
from server.accounts.passwords import check, place
from server.accounts.queries import Credentials
from server.accounts.routes.entering import enter
from server.accounts.routes.leaving import leave, leave_halfway
from server.accounts.rules import (
    buckets,
    is_local,
    landing,
    sign_in_name,
    wait_sentence,
)
from server.database import Busy
from server.french import NBSP
from server.web import AnyRequest, address_of, form_of, page, redirect, visitor_or_none

BUSY = f"Trop de connexions à la fois, ou une panne. Réessayez bientôt{NBSP}; votre identifiant est gardé."
WRONG = f"Identifiant ou mot de passe incorrect. Vérifiez les deux{NBSP}; rien n’a été perdu."


@dataclass(frozen=True)
class SignInForm:
    """What was typed on the sign-in page."""

    name: str
    password: str
    shared_device: bool
    after: str


@get("/connexion")
async def sign_in_page(request: AnyRequest) -> Response[Any]:
    """The sign-in page; somebody signed in already goes where they were going."""
    after, visitor = request.query_params.get("suite", ""), visitor_or_none(request)
    if visitor:
        return redirect(landing(after, visitor.kind))
    form = SignInForm("", "", False, after if is_local(after) else "")
    told = next((word for word in ("sorti", "nouveau", "ferme") if word in request.query_params), "")
    return _page(request, form, told=told)


@post("/connexion", status_code=200)
async def sign_in(request: AnyRequest) -> Response[Any]:
    """One attempt: the same work and the same answer whether the account is unknown or the password wrong."""
    form = await _form(request)
    try:
        with place():
            return await _attempted(request, form)
    except Busy as busy:
        return _page(request, form, 503, BUSY, retry_after=busy.retry_after)


async def _attempted(request: AnyRequest, form: SignInForm) -> Response[Any]:
    state = request.app.state
    now: datetime = state.clock()
    counted = buckets(form.name, address_of(request))
    attempt = await state.db.write(begin_attempt, form.name, counted, now, state.settings.env == "demo")
    if attempt.waiting:
        return _wait(request, form, attempt.waiting)
    account: Credentials | None = attempt.account
    checked = await check(account.password_hash if account else None, form.password)
    right = account is not None and checked.right
    if waiting := await state.db.write(end_attempt, right, counted, now):
        return _wait(request, form, waiting)
    if account is None or not right:
        return _page(request, form, 422, WRONG)
    onwards = landing(form.after, account.kind)
    return await enter(
        request, account.account_id, form.name, onwards, account.kind, form.shared_device, checked.new_hash
    )


def _wait(request: AnyRequest, form: SignInForm, waiting: timedelta) -> Response[Any]:
    """Too many attempts; right or wrong is not told."""
    return _page(request, form, 429, wait_sentence(waiting), retry_after=int(waiting.total_seconds()) + 1)


@post("/deconnexion", status_code=303)
async def sign_out(request: AnyRequest) -> Response[None]:
    """End this session; a phone signed out does not ring any more. Works for somebody already signed out."""
    visitor = visitor_or_none(request)
    return await (leave(request, visitor) if visitor else leave_halfway(request))


ROUTES = [sign_in_page, sign_in, sign_out]


async def _form(request: AnyRequest) -> SignInForm:
    fields = await form_of(request)
    after = fields.get("suite", "")
    return SignInForm(
        name=sign_in_name(fields.get("identifiant", "")),
        password=fields.get("mot_de_passe", ""),
        shared_device=fields.get("appareil_partage") == "oui",
        after=after if is_local(after) else "",
    )


def _page(
    request: AnyRequest, form: SignInForm, status: int = 200, error: str = "", retry_after: int = 0, told: str = ""
) -> Response[str]:
    """The form again, with the reason beside it and nothing typed lost but the password."""
    minutes = 30
    ways = request.app.state.profile.accounts.ways_in
    answer = page(
        request, "accounts/sign_in.html", status, form=form, error=error, told=told, minutes=minutes, ways=ways
    )
    if retry_after:
        answer.headers["Retry-After"] = str(retry_after)
    return answer
