"""« Ma famille »: see one member, change what may be changed at once, ask for the rest; the address; a new member."""

from dataclasses import dataclass
from typing import Any, cast

from litestar import Response, get, post

from server.errors import NotFound
from server.families.commands.adding import Member, ask_for_member, has_child, known_of, member_fields
from server.families.commands.changing import Changed, What, Wish, change, keep_invoices, record_of, say_up_to_date
from server.families.queries.drafts import schools
from server.families.routes.addressing import Choice, chosen
from server.families.routes.requests import LIST
from server.families.rules.changing import ADULT_FIELDS, REASON, Record, asked_of, child_form, differing
from server.families.rules.people import ADDRESS, Known, judged_adult, judged_child, shown_value
from server.fields import Field, Typed, read
from server.web import AnyRequest, form_of, page, parent, redirect, visitor_of
from server.web.folding import fold
from server.web.params import number_of, ref_of, today_of

URL = "/dossier/famille"
SECTIONS: dict[str, What] = {"adultes": "adult", "enfants": "child"}
MEMBERS = ("adulte", "enfant")


@dataclass(frozen=True)
class Shown:
    """One record's form: its fields, what stands in them, and what was answered."""

    what: What
    record: Record
    fields: tuple[Field, ...]
    typed: Typed
    stale: tuple[str, ...] = ()
    choice: Choice | None = None


@get(URL + "/{section:str}/{ref:str}", guards=[parent])
async def member(request: AnyRequest) -> Response[str]:
    """One adult or child, in a form."""
    what = _what(request)
    return await _page(request, await _shown(request, what, ref_of(request)))


@post(URL + "/{section:str}/{ref:str}", guards=[parent], status_code=303)
async def change_member(request: AnyRequest) -> Response[Any]:
    """Write what may be written, ask for the rest."""
    return await _change(request, _what(request), ref_of(request), await form_of(request))


@get(URL + "/adresse", guards=[parent])
async def address(request: AnyRequest) -> Response[str]:
    """The household's address."""
    return await _page(request, await _shown(request, "home", ""))


@post(URL + "/adresse", guards=[parent], status_code=303)
async def change_address(request: AnyRequest) -> Response[Any]:
    """Search one, or ask for the change."""
    form = await form_of(request)
    if choice := await chosen(request.app.state.addresses, form):
        shown = await _shown(request, "home", "")
        return await _page(request, Shown("home", shown.record, shown.fields, Typed(choice.values), choice=choice))
    return await _change(request, "home", "", form)


async def _change(request: AnyRequest, what: What, ref: str, form: dict[str, str]) -> Response[Any]:
    state, shown = request.app.state, await _shown(request, what, ref)
    fields, today = shown.fields, today_of(request)
    typed = read((*fields, REASON), form, today)
    typed = judged_adult(typed, today) if what == "adult" else judged_child(typed, Known(), today)
    if not typed.good:
        return await _page(request, Shown(what, shown.record, fields, typed), 422)
    resident = fold(typed.value("ville")) == fold(state.settings.town)
    seen = number_of(form.get("version"))
    wish = Wish(what, ref, seen, fields, _values(fields, typed), typed.value(REASON.name), resident)
    immediate = state.profile.families.immediate
    done: Changed = await state.db.write(change, visitor_of(request), wish, immediate, state.service, state.clock())
    if done.stale:
        stale = differing(fields, wish.values, done.stale.values)
        return await _page(request, Shown(what, done.stale, fields, typed, stale), 409)
    if done.filed:
        return redirect(f"{LIST}/{done.filed.ref}?{'mixte' if done.at_once else 'deposee'}")
    return redirect(f"/dossier?dit={'change' if done.at_once else 'pareil'}")


def _values(fields: tuple[Field, ...], typed: Typed) -> dict[str, str]:
    return {field.name: typed.value(field.name) for field in fields}


async def _shown(request: AnyRequest, what: What, ref: str) -> Shown:
    """The record as it stands. Raises NotFound for one that is not this household's."""
    db, family = request.app.state.db, visitor_of(request).family_id
    record: Record | None = await db.read(record_of, family, what, ref)
    if record is None:
        raise NotFound
    if what == "home":
        return Shown(what, record, ADDRESS, Typed({"pays": "France", **{k: v for k, v in record.values.items() if v}}))
    fields = ADULT_FIELDS if what == "adult" else child_form(Known(await db.read(schools)))
    return Shown(what, record, asked_of(fields, record), Typed(record.values))


async def _page(request: AnyRequest, shown: Shown, status: int = 200) -> Response[str]:
    choices = request.app.state.profile.families
    immediate = choices.immediate if shown.what == "adult" else ()
    at_once = [field for field in shown.fields if field.name in immediate]
    values = shown.record.values
    now = [(one.label, shown_value(one, values.get(one.name, ""))) for one in shown.fields if one.label in shown.stale]
    return page(
        request, "families/member.html", status, shown=shown, typed=shown.typed, reason=REASON, at_once=at_once,
        asked=[field for field in shown.fields if field.name not in immediate], choice=shown.choice,
        search=shown.what == "home" and choices.address_search,
        fields=shown.fields, now=now,
    )  # fmt: skip


@get(URL + "/ajouter", guards=[parent])
async def add_page(request: AnyRequest) -> Response[str]:
    """Which member: a child or an adult; then its form."""
    who = _member(request.query_params.get("qui", ""))
    typed = Typed({"pays": "France"})
    return await _adding(request, who, typed)


@post(URL + "/ajouter", guards=[parent], status_code=303)
async def add(request: AnyRequest) -> Response[Any]:
    """Ask for one more member."""
    form, state, visitor = await form_of(request), request.app.state, visitor_of(request)
    who = _member(form.get("qui", ""))
    if who is None or visitor.family_id is None:
        raise NotFound
    if who == "adulte" and (choice := await chosen(state.addresses, form)):
        return await _adding(request, who, Typed(choice.values), choice=choice)
    known: Known = await state.db.read(known_of, visitor.family_id)
    typed = read(member_fields(who, known), form, today_of(request))
    if who == "adulte":
        typed = judged_adult(typed, today_of(request))
    else:
        typed = judged_child(typed, known, today_of(request))
        if await state.db.read(has_child, visitor.family_id, typed.value("prenoms"), typed.value("naissance")):
            typed = typed.but(prenoms="Cet enfant est déjà dans votre dossier.")
    if not typed.good:
        return await _adding(request, who, typed, 422)
    filed = await state.db.write(ask_for_member, visitor, who, typed.values, known, state.service, state.clock())
    return redirect(f"{LIST}/{filed.ref}?deposee")


async def _adding(
    request: AnyRequest, who: Member | None, typed: Typed, status: int = 200, choice: Choice | None = None
) -> Response[str]:
    family = visitor_of(request).family_id
    if family is None:
        raise NotFound
    fields = member_fields(who, await request.app.state.db.read(known_of, family)) if who else ()
    search = who == "adulte" and request.app.state.profile.families.address_search
    return page(
        request, "families/add_member.html", status, who=who, fields=fields, typed=typed, choice=choice, search=search
    )


@post(URL + "/factures", guards=[parent], status_code=303)
async def invoices(request: AnyRequest) -> Response[Any]:
    """Invoices by e-mail, or no longer."""
    form, state = await form_of(request), request.app.state
    await state.db.write(keep_invoices, visitor_of(request), form.get("courriel") == "oui", state.clock())
    return redirect("/dossier?dit=change")


@post(URL + "/a-jour", guards=[parent], status_code=303)
async def up_to_date(request: AnyRequest) -> Response[Any]:
    """« Tout est à jour »."""
    await request.app.state.db.write(say_up_to_date, visitor_of(request), request.app.state.clock())
    return redirect("/dossier?dit=a-jour")


def _what(request: AnyRequest) -> What:
    section = str(request.path_params["section"])
    if section not in SECTIONS:
        raise NotFound
    return SECTIONS[section]


def _member(text: str) -> Member | None:
    return cast("Member", text) if text in MEMBERS else None


ROUTES = [member, change_member, address, change_address, add_page, add, invoices, up_to_date]
