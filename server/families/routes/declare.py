"""« Déclarer ma famille » in two steps: people one at a time on a phone, then the recap; a draft on the server."""

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Response, get, post

from server.errors import NotFound
from server.families.commands.declaring import (
    KIND,
    NEW,
    Saved,
    Standing,
    declare_family,
    give_up,
    remove_person,
    save_person,
    standing_of,
)
from server.families.queries.drafts import said_of_oneself, schools
from server.families.routes.addressing import Choice, chosen
from server.families.routes.requests import LIST
from server.families.rules.declaration import ADULTS, SECTIONS, Person, declared_lines, fields_of, gaps_of, judged
from server.families.rules.people import HOME
from server.families.rules.requests import KINDS, Content
from server.fields import Field, Typed
from server.web import AnyRequest, form_of, page, parent, redirect, visitor_of
from server.web.params import number_of, today_of

URL = "/dossier/declarer"
Schools = tuple[tuple[str, str], ...]


@get(URL, guards=[parent])
async def request_page(request: AnyRequest) -> Response[Any]:
    """Step 1, « Ma demande »: who is in the draft so far, and what is missing."""
    if away := _elsewhere(request, standing := await _standing(request)):
        return away
    towns = await request.app.state.db.read(schools)
    gaps = gaps_of(standing.draft, towns, today_of(request), URL)
    sections = [
        {"slug": slug, "title": title, "add": add, "people": standing.draft.of(slug), "full": standing.draft.full(slug)}
        for slug, (title, add, _) in SECTIONS.items()
    ]
    return page(request, "families/declare.html", sections=sections, gaps=gaps, wanted="manque" in request.query_params)


@get(URL + "/recapitulatif", guards=[parent])
async def recap(request: AnyRequest) -> Response[Any]:
    """Step 2, « Le récapitulatif »: everything, before it is sent."""
    if away := _elsewhere(request, standing := await _standing(request)):
        return away
    towns = await request.app.state.db.read(schools)
    if gaps_of(standing.draft, towns, today_of(request), URL):
        return redirect(f"{URL}?manque")
    content = Content(declared_lines(standing.draft, towns))
    return page(request, "families/declare_recap.html", content=content, kind=KINDS[KIND])


@post(URL + "/recapitulatif", guards=[parent], status_code=303)
async def send(request: AnyRequest) -> Response[Any]:
    """File it. Sent twice, the second finds the request that waits."""
    state, visitor = request.app.state, visitor_of(request)
    filed = await state.db.write(
        declare_family, visitor, state.settings.town, state.service, today_of(request), state.clock()
    )
    if filed:
        return redirect(f"{LIST}/{filed.ref}?deposee")
    standing = await _standing(request)
    return redirect(f"{LIST}/{standing.waiting}" if standing.waiting else f"{URL}?manque")


@post(URL + "/abandon", guards=[parent], status_code=303)
async def abandon(request: AnyRequest) -> Response[Any]:
    """Forget the draft."""
    await request.app.state.db.write(give_up, visitor_of(request))
    return redirect("/dossier")


@get(URL + "/{section:str}/{key:str}", guards=[parent])
async def person(request: AnyRequest) -> Response[Any]:
    """One person's form, as it was left."""
    if away := _elsewhere(request, standing := await _standing(request)):
        return away
    section, key = _names(request)
    known = standing.draft.person(section, key)
    if known is None and (key != NEW or standing.draft.full(section)):
        raise NotFound
    if known is None:
        return await _form(request, standing, None, Typed(await _beginning(request, standing, section)))
    towns = await request.app.state.db.read(schools)
    typed = judged(section, key, known.values, standing.draft, towns, today_of(request))  # its faults are told again
    return await _form(request, standing, known, typed)


@post(URL + "/{section:str}/{key:str}", guards=[parent], status_code=303)
async def save(request: AnyRequest) -> Response[Any]:
    """Keep the person, search an address for the form, or take one that was found."""
    if away := _elsewhere(request, standing := await _standing(request)):
        return away
    (section, key), form, state = _names(request), await form_of(request), request.app.state
    if section in ADULTS and (choice := await chosen(state.addresses, form)):
        return await _form(request, standing, standing.draft.person(section, key), Typed(choice.values), choice)
    seen = number_of(form.get("version"))
    saved: Saved = await state.db.write(
        save_person, visitor_of(request), section, key, form, seen, today_of(request), state.clock()
    )
    if saved.typed.good and not saved.elsewhere and not saved.full:
        return redirect(URL)
    now = await _standing(request)
    return await _form(request, now, now.draft.person(section, saved.key), saved.typed, saved=saved)


@post(URL + "/{section:str}/{key:str}/retrait", guards=[parent], status_code=303)
async def remove(request: AnyRequest) -> Response[Any]:
    """Take somebody out of the draft."""
    section, key = _names(request)
    await request.app.state.db.write(remove_person, visitor_of(request), section, key, request.app.state.clock())
    return redirect(URL)


async def _form(
    request: AnyRequest, standing: Standing, known: Person | None, typed: Typed, choice: Choice | None = None,
    saved: Saved | None = None,
) -> Response[str]:  # fmt: skip
    section, _ = _names(request)
    fields = fields_of(section, standing.draft, await request.app.state.db.read(schools))
    changed = _changed(fields, saved.elsewhere, typed) if saved and saved.elsewhere else []
    return page(
        request, "families/declare_person.html", 422 if saved else 200,
        section=section, title=SECTIONS[section][0], fields=fields, typed=typed, known=known, choice=choice,
        changed=changed,
        full=bool(saved and saved.full),
        search=section in ADULTS and request.app.state.profile.families.address_search,
    )  # fmt: skip


def _changed(fields: Sequence[Field], elsewhere: Person, typed: Typed) -> list[tuple[str, str, str]]:
    """What another browser wrote, beside what is typed here."""
    pairs = ((field.label, elsewhere.values.get(field.name, ""), typed.value(field.name)) for field in fields)
    return [pair for pair in pairs if pair[1] != pair[2]]


async def _beginning(request: AnyRequest, standing: Standing, section: str) -> Mapping[str, str]:
    """What a new form already holds: the account's own answers, the holder's address, the holder's name for a child."""
    holder = next(iter(standing.draft.of("titulaire")), None)
    if section == "titulaire":
        said: dict[str, str] = await request.app.state.db.read(said_of_oneself, visitor_of(request).account_id)
        return said
    if holder is None:
        return {}
    names = {"representants": HOME, "enfants": ("nom",)}.get(section, ())
    return {name: holder.values.get(name, "") for name in names}


def _elsewhere(request: AnyRequest, standing: Standing) -> Response[None] | None:
    """Where somebody goes who has nothing to declare: to the file they have, or to the request that waits."""
    if visitor_of(request).family_id:
        return redirect("/dossier")
    return redirect(f"{LIST}/{standing.waiting}") if standing.waiting else None


async def _standing(request: AnyRequest) -> Standing:
    found: Standing = await request.app.state.db.read(standing_of, visitor_of(request).account_id)
    return found


def _names(request: AnyRequest) -> tuple[str, str]:
    section, key = str(request.path_params["section"]), str(request.path_params["key"])
    if section not in SECTIONS:
        raise NotFound
    return section, key


ROUTES = [request_page, recap, send, abandon, person, save, remove]
