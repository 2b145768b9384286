"""The family's file, read only: here because this is the leftmost room that knows all the page shows."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from litestar import Response, get

from server.database import Work
from server.enrolments.queries import Enrolment, enrolments_of
from server.families.queries import Child, Household, household_of
from server.web import AnyRequest, page, parent, visitor_of

PARIS = ZoneInfo("Europe/Paris")
STATUS = {"requested": "demande en cours", "accepted": "inscrit", "refused": "refusé"}


@dataclass(frozen=True)
class Line:
    """A child and what they are enrolled in."""

    child: Child
    enrolments: tuple[Enrolment, ...]


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
    return page(request, "families/dossier.html", dossier=found, today=today, status_words=STATUS)


def dossier_of(family_id: int | None, today: date) -> Work[Dossier | None]:
    """All of one household in four statements; None for an account without one."""
    household = yield from household_of(family_id)
    if household is None:
        return None
    enrolments = yield from enrolments_of(household.id, today)
    lines = tuple(Line(child, tuple(enrolments.get(child.id, ()))) for child in household.children)
    return Dossier(household, lines)


ROUTES = [dossier]
