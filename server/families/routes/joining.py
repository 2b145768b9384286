"""An account without a file finds its own; the adults of a file invite each other."""

from typing import Any

from litestar import Response, get, post

from server.accounts.rules.files import References
from server.families.commands.joining import Door, Joined, invite_adult, join_by_key, join_by_references
from server.fields import Field, Typed, read
from server.web import AnyRequest, address_of, form_of, page, parent, redirect, visitor_of
from server.web.params import number_of, today_of

REFERENCES = (
    Field("numero", "Numéro de dossier", required=True, longest=20, hint="Sur vos factures et nos courriers."),
    Field("nom_dossier", "Nom du dossier", required=True, longest=120),
    Field("email_dossier", "Adresse e-mail connue du dossier", "email", required=True, longest=254),
)
KEY = (Field("cle", "Clé enfance", required=True, longest=40, hint="Dix lettres et chiffres, remis par la mairie."),)
TOLD: dict[Joined, str] = {
    "differ": "Ces informations ne correspondent à aucun dossier, ou leur adulte a déjà un compte. Vérifiez-les, "
    "ou demandez une clé enfance à la mairie.",
    "wait": "Trop d’essais. Attendez une heure, ou demandez une clé enfance à la mairie.",
    "has_file": "Votre compte est déjà relié à un dossier.",
}
INVITED = {
    "sent": "invite",
    "again": "invite",
    "known": "invite-connu",
    "no_address": "invite-sans-adresse",
    "wait": "invite-attendre",
}


@get("/dossier/relier", guards=[parent])
async def joining_page(request: AnyRequest) -> Response[Any]:
    """Two ways to one's file."""
    if visitor_of(request).family_id:
        return redirect("/dossier")
    return _page(request, Typed(), Typed(), "")


@post("/dossier/relier/references", guards=[parent], status_code=200)
async def by_references(request: AnyRequest) -> Response[Any]:
    """By number, name and address of the file."""
    typed = await _read(request, REFERENCES)
    if not typed.good:
        return _page(request, typed, Typed(), "")
    said = References(typed.value("numero"), typed.value("nom_dossier"), typed.value("email_dossier"))
    state = request.app.state
    done = await state.db.write(join_by_references, visitor_of(request), said, _door(request), state.clock())
    return redirect("/dossier?relie") if done == "joined" else _page(request, typed, Typed(), TOLD[done])


@post("/dossier/relier/cle", guards=[parent], status_code=200)
async def by_key(request: AnyRequest) -> Response[Any]:
    """By the key an agent handed over."""
    typed, state = await _read(request, KEY), request.app.state
    if not typed.good:
        return _page(request, Typed(), typed, "")
    done = await state.db.write(join_by_key, visitor_of(request), typed.value("cle"), _door(request), state.clock())
    return redirect("/dossier?relie") if done == "joined" else _page(request, Typed(), typed, TOLD[done])


@post("/dossier/adultes/invitation", guards=[parent], status_code=303)
async def invite(request: AnyRequest) -> Response[None]:
    """Another adult of one's own file gets a letter with a link to an account of their own."""
    state, form = request.app.state, await form_of(request)
    hours = state.profile.accounts.activation_hours
    done = await state.db.write(
        invite_adult, visitor_of(request), number_of(form.get("adulte"), 0), hours, state.clock()
    )
    return redirect(f"/dossier?dit={INVITED[done]}")


async def _read(request: AnyRequest, fields: tuple[Field, ...]) -> Typed:
    return read(fields, await form_of(request), today_of(request))


def _door(request: AnyRequest) -> Door:
    return Door(request.app.state.secret, address_of(request))


def _page(request: AnyRequest, references: Typed, key: Typed, error: str) -> Response[str]:
    status = 422 if error or references.errors or key.errors else 200
    return page(
        request, "families/joining.html", status,
        fields=REFERENCES, key_fields=KEY, references=references, key=key, error=error,
    )  # fmt: skip


ROUTES = [joining_page, by_references, by_key, invite]
