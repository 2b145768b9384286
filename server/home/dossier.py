"""The home of the family's file: tiles with counts, its members, their enrolments. A screen: it may know every room."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from litestar import Response, get

from server.database import Work
from server.documents.queries.family import to_send_of
from server.documents.rules.asking import Asked
from server.enrolments.queries import Enrolment, enrolments_of
from server.families.queries import ChildAtHome, Household, household_of
from server.families.queries.authority import children_in_care
from server.families.queries.custody import shared_children
from server.families.queries.members import keeping_of
from server.families.queries.requests import my_tally
from server.families.rules.changing import checkup_due
from server.french import MONTHS, ordinal
from server.messages.queries.threads import unread_threads
from server.web import AnyRequest, Visitor, page, parent, visitor_of
from server.zone import PARIS

SAID = {
    "change": ("ok", "C’est enregistré.", ""),
    "pareil": ("ok", "Rien n’a changé.", "La fiche disait déjà la même chose."),
    "a-jour": ("ok", "Merci : votre dossier est à jour.", "Nous vous le redemanderons l’an prochain."),
    "relie": ("ok", "Votre compte est relié à votre dossier.", "Les autres adultes du dossier sont prévenus."),
    "invite": ("ok", "L’invitation est partie.", "Elle contient un lien pour ouvrir un compte."),
    "invite-connu": ("no", "Cette personne a déjà un compte.", "Si elle ne voit pas le dossier, appelez la mairie."),
    "invite-sans-adresse": ("no", "Le dossier n’a pas d’adresse e-mail pour cet adulte.", ""),
    "invite-attendre": ("no", "Plusieurs invitations sont parties aujourd’hui.", "Réessayez demain."),
}
STATUS = {"requested": "demande en cours", "accepted": "inscrit", "refused": "refusé"}


@dataclass(frozen=True)
class Tile:
    """One way on, with how many things wait there; `new` of them have not been read."""

    url: str
    label: str
    count: int
    what: str
    new: int = 0


@dataclass(frozen=True)
class Span:
    """What a child is enrolled in over the same days, and these days in words."""

    words: str
    enrolments: tuple[Enrolment, ...]


@dataclass(frozen=True)
class Line:
    """A child and what they are enrolled in."""

    child: ChildAtHome
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class Dossier:
    """What the page shows."""

    household: Household
    lines: tuple[Line, ...]


@get("/dossier", guards=[parent])
async def dossier(request: AnyRequest) -> Response[str]:
    """The household, its children and their enrolments."""
    now: datetime = request.app.state.clock()
    today = now.astimezone(PARIS).date()
    found = await request.app.state.db.read(dossier_of, visitor_of(request).family_id, today)
    tiles = await request.app.state.db.read(tiles_of, visitor_of(request), request.app.state.archive.asked, today)
    keeping = await request.app.state.db.read(keeping_of, visitor_of(request).family_id)
    month = request.app.state.profile.families.checkup_month
    due = keeping is not None and checkup_due(keeping.checked, today, month)
    health = request.app.state.profile.health.sheet != "none"
    said = SAID.get("relie" if "relie" in request.query_params else request.query_params.get("dit", ""))
    return page(
        request, "families/dossier.html", dossier=found, tiles=tiles, status_words=STATUS, health=health, said=said,
        keeping=keeping, due=due, care=await request.app.state.db.read(children_in_care, visitor_of(request)),
        two_homes=await request.app.state.db.read(shared_children, visitor_of(request).family_id),
    )  # fmt: skip


def tiles_of(visitor: Visitor, wanted: Asked, today: date) -> Work[list[Tile]]:
    """What each room counts for this visitor; a room with something to count adds its tile here."""
    tally = yield from my_tally(visitor)
    asked = Tile("/dossier/demarches", "Mes démarches", tally.open, "en cours", tally.unread)
    papers = Tile("/documents", "Mes documents", (yield from to_send_of(visitor, wanted, today)), "à envoyer")
    fresh = yield from unread_threads(visitor)
    return [asked, papers, Tile("/messages", "Mes messages", fresh, "à lire")]


def dossier_of(family_id: int | None, today: date) -> Work[Dossier | None]:
    """All of one household in four statements; None for an account without one."""
    household = yield from household_of(family_id)
    if household is None:
        return None
    enrolments = yield from enrolments_of(household.id, today)
    lines = tuple(Line(child, _spans(enrolments.get(child.id, ()))) for child in household.children)
    return Dossier(household, lines)


def _spans(enrolments: Iterable[Enrolment]) -> tuple[Span, ...]:
    """Most children are enrolled in everything for the same year: it is said once."""
    ordered = sorted(enrolments, key=lambda e: (e.first_day, e.last_day))
    groups = groupby(ordered, key=lambda e: (e.first_day, e.last_day))
    return tuple(Span(_words(first, last), tuple(same)) for (first, last), same in groups)


def _words(first: date, last: date) -> str:
    """« du 1er septembre 2026 au 31 août 2027 »."""
    year = "" if first.year == last.year else f" {first.year}"
    begins = f"{ordinal(first.day)} {MONTHS[first.month - 1]}{year}"
    return f"du {begins} au {ordinal(last.day)} {MONTHS[last.month - 1]} {last.year}"
