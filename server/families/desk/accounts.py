"""The accounts of a family's adults at the agents' desk: opened, links sent again, contested ones settled."""

from datetime import timedelta
from typing import Any

from litestar import Response, get, post

from server.accounts.commands.deciding import ForAdult, Opened, open_for_adult
from server.errors import NotFound
from server.families.commands.contesting import settle
from server.families.commands.joining import issue_key
from server.families.commands.readings import open_family
from server.families.queries.links import AdultAccount, FileAccounts, Linked, accounts_of, contested
from server.families.rules.keys import DAYS
from server.fields import Field, Typed, read
from server.web import AnyRequest, agent, form_of, page, redirect, visitor_of
from server.web.params import number_of, ref_of
from server.zone import town_day

FILES = agent("dossiers")
SAID: dict[Opened, str] = {
    "sent": "Le compte est ouvert : un courriel part avec l’identifiant et le lien d’activation.",
    "again": "Un nouveau lien part ; le précédent ne marche plus.",
    "known": "Cette adresse a déjà un compte : le parent peut demander un nouveau mot de passe.",
    "no_address": "Le dossier n’a pas d’adresse e-mail pour cet adulte : ajoutez-la d’abord.",
}
WHY = (Field("motif", "Motif", "lines", True, 500, "Noté au journal ; il n’est pas envoyé."),)
CONTESTED = "/agent/rattachements"


@get("/agent/familles/{ref:str}/comptes", guards=[FILES])
async def accounts(request: AnyRequest) -> Response[str]:
    """Who of the family signs in."""
    return page(request, "families/desk/accounts.html", file=await _file(request), said="", good=True)


@post("/agent/familles/{ref:str}/comptes", guards=[FILES], status_code=200)
async def open_account(request: AnyRequest) -> Response[str]:
    """Open an account for one adult, or send the link once more; never a password."""
    file, state, posted = await _file(request), request.app.state, await form_of(request)
    adult = _adult(file, number_of(posted.get("adulte"), 0))
    hours = state.profile.accounts.activation_hours
    wanted = ForAdult(adult.id, adult.family_id, adult.first_name, adult.last_name, adult.email)
    opened: Opened = (
        "known"
        if adult.signs_in
        else await state.db.write(open_for_adult, wanted, visitor_of(request).account_id, hours, state.clock())
    )
    good = opened in ("sent", "again")
    return page(request, "families/desk/accounts.html", file=await _file(request), said=SAID[opened], good=good)


@post("/agent/familles/{ref:str}/comptes/cle", guards=[FILES], status_code=200)
async def hand_key(request: AnyRequest) -> Response[str]:
    """A clé enfance for one adult, shown once: to print, or to read out to somebody who showed who they are."""
    file, state, posted = await _file(request), request.app.state, await form_of(request)
    adult = _adult(file, number_of(posted.get("adulte"), 0))
    now = state.clock()
    key = await state.db.write(issue_key, visitor_of(request), adult.family_id, adult.id, state.secret, now)
    return page(request, "families/desk/key.html", file=file, adult=adult, key=key, until=now + timedelta(days=DAYS))


@get(CONTESTED, guards=[FILES])
async def contests(request: AnyRequest) -> Response[str]:
    """Links an adult of the file says are not right."""
    found: tuple[Linked, ...] = await request.app.state.db.read(contested)
    return page(request, "families/desk/contests.html", found=found, done="fait" in request.query_params)


@get(CONTESTED + "/{ref:str}", guards=[FILES])
async def contest(request: AnyRequest) -> Response[str]:
    """One of them, with everything needed to decide."""
    return await _contest(request, Typed())


@post(CONTESTED + "/{ref:str}", guards=[FILES], status_code=303)
async def decide(request: AnyRequest) -> Response[Any]:
    """Keep the account on the file, or take it off."""
    state, posted = request.app.state, await form_of(request)
    now = state.clock()
    typed = read(WHY, posted, town_day(now))
    if not typed.good:
        return await _contest(request, typed, 422)
    outcome = "removed" if posted.get("decision") == "detacher" else "kept"
    done = await state.db.write(
        settle, ref_of(request), outcome, typed.value("motif"), visitor_of(request).account_id, now
    )
    if not done:
        raise NotFound
    return redirect(f"{CONTESTED}?fait")


ROUTES = [accounts, open_account, hand_key, contests, contest, decide]


async def _file(request: AnyRequest) -> FileAccounts:
    state = request.app.state
    found: FileAccounts | None = await state.db.read(accounts_of, ref_of(request), state.clock())
    if found is None:
        raise NotFound
    await state.db.write(open_family, visitor_of(request), found.ref, state.clock())  # noted, and capped
    return found


def _adult(file: FileAccounts, id_: int) -> AdultAccount:
    """The adult of this file; another file's is not found."""
    found = next((adult for adult in file.adults if adult.id == id_), None)
    if found is None:
        raise NotFound
    return found


async def _contest(request: AnyRequest, typed: Typed, status: int = 200) -> Response[str]:
    found: tuple[Linked, ...] = await request.app.state.db.read(contested, ref_of(request))
    if not found:
        raise NotFound
    return page(request, "families/desk/contest.html", status, link=found[0], fields=WHY, typed=typed)
