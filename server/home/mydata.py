"""« Mes données »: take everything along in one ZIP, or close the account. Both ask for the password first."""

import asyncio
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.response import Stream

from server.accounts.commands.closing import close_account
from server.accounts.queries.photos import photo_of_account
from server.accounts.routes.leaving import goodbye
from server.accounts.routes.proof import proven
from server.accounts.rules.care import NOW
from server.adapters.safe import Damaged, Safe
from server.database import Work
from server.fields import Field, Typed, read
from server.health.commands.reading import note_readings
from server.health.queries.records import children_held, consents_of
from server.health.screens import permission_lines
from server.home.queries import all_about, bookings_ahead
from server.profiles.health import HealthChoices
from server.web import AnyRequest, Visitor, form_of, page, parent, visitor_of
from server.web.params import today_of

IN_MEMORY, PIECE = 8_000_000, 64_000  # bytes
SURE = Field("certain", "Je ferme mon compte pour de bon", "tick", required=True)
READ_ME = """Vos données du portail famille de {town}, prises le {day}.

Chaque fichier .json est un texte : il s’ouvre dans un navigateur ou un éditeur de texte.
« sante » contient le dossier santé de vos enfants : rangez cette archive comme un papier personnel.
Les jours et les mots de l’autre foyer d’un enfant n’y sont pas.
Heures : temps universel (UTC). Montants : en centimes d’euro.
"""


@get("/compte/donnees", guards=[parent])
async def data_page(request: AnyRequest) -> Response[str]:
    """What can be done with one's data."""
    return await _data(request, Typed())


@post("/compte/donnees", guards=[parent], status_code=200)
async def take_along(request: AnyRequest) -> Response[Any]:
    """The ZIP. The reading of the children's health files is noted like any other."""
    state = request.app.state
    typed = await proven(request, read((NOW,), await form_of(request), today_of(request)))
    if not typed.good:
        return await _data(request, typed)
    found = await state.db.write(_gathered, visitor_of(request), state.gate.vault, state.clock())
    name = f"marelle-{today_of(request)}.zip"
    read_me = READ_ME.format(town=state.settings.town, day=today_of(request).strftime("%d/%m/%Y"))
    photo: bytes | None = await state.db.read(photo_of_account, visitor_of(request).account_id)
    pieces = await asyncio.to_thread(_zipped, found, read_me, state.archive.safe, photo)
    return Stream(
        pieces,
        media_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


@get("/compte/fermeture", guards=[parent])
async def closing_page(request: AnyRequest) -> Response[str]:
    """What closing does, before it is done."""
    return await _closing(request, Typed())


@post("/compte/fermeture", guards=[parent], status_code=200)
async def close(request: AnyRequest) -> Response[Any]:
    """Close it; nobody is signed in any more."""
    state, visitor = request.app.state, visitor_of(request)
    typed = read((SURE, NOW), await form_of(request), today_of(request))
    if typed.good:
        typed = await proven(request, typed)
    if not typed.good:
        return await _closing(request, typed)
    await state.db.write(close_account, visitor.account_id, state.clock())
    answer = goodbye(request, shared=True)  # nothing of this account stays on the phone, taps that wait included
    answer.headers["Location"] = "/connexion?ferme"
    return answer


def _gathered(visitor: Visitor, vault: Any, now: datetime) -> Work[dict[str, Any]]:
    found = yield from all_about(visitor, vault)
    children = yield from children_held(visitor)
    if children:
        yield from note_readings(visitor, [child.id for child in children], "export", now)
    return found


def _zipped(found: dict[str, Any], read_me: str, safe: Safe, photo: bytes | None) -> Iterator[bytes]:
    """One pretty JSON file a section, the documents themselves, and a page that says what they are; piece by piece."""
    # It lives as long as the answer that is read from it
    body = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("LISEZMOI.txt", read_me)
        if photo is not None:
            archive.writestr("photo.jpg", photo)
        for document in found["documents"]:
            document["fichier"] = _document(archive, safe, document)
        for name, rows in found.items():
            archive.writestr(f"{name}.json", msgspec.json.format(msgspec.json.encode(rows), indent=2))
    body.seek(0)
    return iter(lambda: body.read(PIECE), b"")


def _document(archive: zipfile.ZipFile, safe: Safe, document: dict[str, Any]) -> str:
    """Put one document's page into the archive; its name there, or what became of it."""
    ending = {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}.get(document["type"], "")
    name = f"documents/{document['fichier']}{ending}"
    try:
        with archive.open(name, "w") as target:
            for piece in safe.read(document["fichier"]):
                target.write(piece)
    except Damaged:
        return "illisible"
    return name


async def _data(request: AnyRequest, typed: Typed) -> Response[str]:
    state = request.app.state
    given = await state.db.read(_given, visitor_of(request), state.gate.choices)
    return page(request, "home/my_data.html", 422 if typed.errors else 200, field=NOW, typed=typed, given=given)


def _given(visitor: Visitor, choices: HealthChoices) -> Work[list[dict[str, Any]]]:
    """What the parents allow, child by child; nothing where the town asks nothing."""
    if choices.sheet == "none" or not choices.permissions:
        return []
    given = []
    for child in (yield from children_held(visitor)):
        lines = permission_lines((yield from consents_of(child.id)), choices)
        given.append({"child": child, "permissions": lines})
    return given


async def _closing(request: AnyRequest, typed: Typed) -> Response[str]:
    visitor, today = visitor_of(request), today_of(request)
    ahead = await request.app.state.db.read(bookings_ahead, visitor.family_id or 0, visitor.account_id, today)
    status = 422 if typed.errors else 200
    return page(request, "home/closing.html", status, fields=(SURE, NOW), typed=typed, ahead=ahead)


ROUTES = [data_page, take_along, closing_page, close]
