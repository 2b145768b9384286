"""Agents write to many families: whom, seen before anything leaves; the text; then who has read it."""

from datetime import date
from typing import Any

from litestar import Response, get, post

from server.errors import NotFound
from server.fields import Field, Typed, read
from server.messages.asking import page_of
from server.messages.commands.mailings import Draft, begin_mailing, drop_mailing, keep_mailing, send_mailing
from server.messages.queries.mailings import Mailing, mailings, one_mailing, written_to
from server.messages.queries.selected import chosen_families, offer_of
from server.messages.rules.selection import CONFIRM, criteria, lacking, letter, said, selection_of
from server.web import AnyRequest, agent, form_of, page, redirect, visitor_of
from server.web.params import now_of, number_of, ref_of, today_of

GUARD = agent("dossiers")
URL = "/agent/envois"
Told = tuple[str, str, str] | None
PHRASES = (
    "Bonjour,\n\nPour que le dossier de votre enfant soit complet, il nous manque une pièce. Envoyez-la "
    "depuis « Dossier », « Mes documents ».",
    "Bonjour,\n\nLes inscriptions pour l’année prochaine sont ouvertes. Vérifiez que votre dossier est à jour avant "
    "de réserver.",
    "Bonjour,\n\nL’accueil sera fermé le … . Les réservations de ce jour sont annulées et ne vous seront pas "
    "facturées.",
    "Bonjour,\n\nLa sortie prévue le … est reportée. Nous vous tiendrons au courant de la nouvelle date.",
)
CHANGED = "Un collègue a changé cet envoi entre-temps."
YOURS = "Le formulaire tient votre version, l’autre colonne la sienne. Gardez à nouveau pour imposer la vôtre."
SAID = {
    "garde": ("ok", "Le brouillon est gardé.", "Vérifiez les familles, puis envoyez."),
    "changed": ("no", CHANGED, "Rien n’est parti. Relisez, puis envoyez."),
    "other_count": (
        "wait",
        "Rien n’est parti\u00a0: les familles ont changé.",
        "Vérifiez la liste, puis envoyez.",
    ),
    "nobody": ("wait", "Rien n’est parti\u00a0: aucune famille n’est choisie.", ""),
    "sent": ("ok", "L’envoi est en route.", "Chaque famille le reçoit une fois, quelques-unes à la fois."),
    "over": ("wait", "Cet envoi est déjà parti.", "Il n’est pas parti une seconde fois."),
}


@get(URL, guards=[GUARD])
async def all_mailings(request: AnyRequest) -> Response[str]:
    """Drafts and what has left."""
    found, leaf = await request.app.state.db.read(mailings, page_of(request))
    gone = request.query_params.get("dit") == "retire"
    return page(request, "messages/desk_mailings.html", found=found, leaf=leaf, gone=gone)


@post(URL, guards=[GUARD], status_code=303)
async def begin(request: AnyRequest) -> Response[None]:
    """A new draft."""
    state = request.app.state
    department = state.profile.messages.departments[0]
    ref = await state.db.write(begin_mailing, visitor_of(request), department, now_of(request))
    return redirect(f"{URL}/{ref}")


@get(URL + "/{ref:str}", guards=[GUARD])
async def one(request: AnyRequest) -> Response[str]:
    """A draft with whom it would go to, or what became of it."""
    found = await _found(request)
    told = SAID.get(request.query_params.get("dit", ""))
    return await (_draft(request, found, told=told) if found.state == "draft" else _followed(request, found, told))


@post(URL + "/{ref:str}", guards=[GUARD])
async def keep(request: AnyRequest) -> Response[Any]:
    """Keep the draft, and see whom it would go to."""
    found, posted = await _found(request), await form_of(request)
    whom, what = await _fields(request)
    typed = read((*whom, *what), posted, today_of(request))
    if not typed.good:
        return await _draft(request, found, typed)
    draft = Draft(
        selection_of(typed),
        typed.value("service") or found.department,
        typed.value("objet"),
        typed.value("message"),
        number_of(posted.get("version")),
    )
    went = await request.app.state.db.write(keep_mailing, found.ref, draft, now_of(request))
    if went == "changed":
        return await _draft(request, await _found(request), typed, ("no", CHANGED, YOURS), 409)
    return redirect(f"{URL}/{found.ref}?dit={'garde' if went == 'kept' else went}")


@post(URL + "/{ref:str}/envoi", guards=[GUARD])
async def send(request: AnyRequest) -> Response[Any]:
    """It leaves, once, to as many families as were shown."""
    found, posted = await _found(request), await form_of(request)
    count = number_of(posted.get("nombre"))
    if found.state == "draft":
        errors = lacking(found.subject, found.body)
        if not errors and count >= CONFIRM and posted.get("certain") != "oui":
            errors = {"certain": f"Cochez pour confirmer l’envoi à {count} familles."}
        if errors:
            return await _draft(request, found, Typed(_values(found), errors))
    went = await request.app.state.db.write(
        send_mailing, visitor_of(request), found.ref, number_of(posted.get("version")), count, today_of(request),
        now_of(request),
    )  # fmt: skip
    return redirect(f"{URL}/{found.ref}?dit={went}")


@post(URL + "/{ref:str}/retrait", guards=[GUARD], status_code=303)
async def drop(request: AnyRequest) -> Response[None]:
    """Throw a draft away."""
    await request.app.state.db.write(drop_mailing, ref_of(request))
    return redirect(f"{URL}?dit=retire")


ROUTES = [all_mailings, begin, one, keep, send, drop]


async def _found(request: AnyRequest) -> Mailing:
    found: Mailing | None = await request.app.state.db.read(one_mailing, ref_of(request))
    if found is None:
        raise NotFound
    return found


async def _fields(request: AnyRequest) -> tuple[tuple[Field, ...], tuple[Field, ...]]:
    """Whom, and what."""
    state = request.app.state
    departments = state.profile.messages.departments
    offer = await state.db.read(offer_of, state.archive.asked.kinds, departments)
    return criteria(offer), letter(departments)


def _values(found: Mailing) -> dict[str, str]:
    chosen = {name: getattr(found.selection, name) for name in found.selection.__dataclass_fields__}
    return {**chosen, "service": found.department, "objet": found.subject, "message": found.body}


async def _draft(
    request: AnyRequest, found: Mailing, typed: Typed | None = None, told: Told = None, status: int = 200
) -> Response[str]:
    whom, what = await _fields(request)
    today: date = today_of(request)
    chosen = await request.app.state.db.read(chosen_families, found.selection, today, page_of(request))
    return page(
        request,
        "messages/desk_mailing_draft.html",
        422 if typed and typed.errors else status,
        found=found,
        whom=whom,
        what=what,
        typed=typed or Typed(_values(found)),
        chosen=chosen,
        lines=said(found.selection, whom),
        ready=not lacking(found.subject, found.body),
        confirm=chosen.leaf.total >= CONFIRM,
        phrases=PHRASES,
        told=told,
    )


async def _followed(request: AnyRequest, found: Mailing, told: Told) -> Response[str]:
    unread = request.query_params.get("voir") == "non-lus"
    families, leaf = await request.app.state.db.read(written_to, found.id, unread, page_of(request))
    whom, _ = await _fields(request)
    return page(
        request,
        "messages/desk_mailing.html",
        found=found,
        families=families,
        leaf=leaf,
        unread_only=unread,
        lines=said(found.selection, whom),
        told=told,
    )
