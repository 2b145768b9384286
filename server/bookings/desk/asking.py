"""What an address or a form of the agents' screens asks for, read into values; anything odd means the usual."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from litestar.datastructures import UploadFile

from server.bookings.desk_queries.asked import KINDS, SORTS, Asked
from server.bookings.rules.decisions import MOST_REASON
from server.web import AnyRequest
from server.web.folding import clean
from server.web.pagination import SIZES
from server.web.params import number_of

INBOX = "/agent/demandes"


def day_or_none(text: str | None) -> date | None:
    """The day of an ISO date within a century of ours, or None."""
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2100 else None


def asked_by(params: Mapping[str, str]) -> Asked:
    """?type=demandes&activite=cantine&du=2026-11-23&au=…&q=dupont&tri=jour&sens=desc&page=2&lignes=50."""
    size = number_of(params.get("lignes"), SIZES[0])
    return Asked(
        kind=params["type"] if params.get("type") in KINDS else "",
        activity=params.get("activite", "")[:40],
        school=number_of(params.get("ecole")),
        grade=clean(params.get("classe", ""), 20),
        first=day_or_none(params.get("du")),
        last=day_or_none(params.get("au")),
        text=clean(params.get("q", ""), 80),
        sort=params["tri"] if params.get("tri") in SORTS else "recue",
        down=params.get("sens") == "desc",
        page=number_of(params.get("page"), 1),
        size=size if size in SIZES else SIZES[0],
    )


def url_of(asked: Asked, path: str = INBOX, **changes: Any) -> str:
    """The address of the same list with other wishes; the usual ones are left unsaid."""
    wish = replace(asked, **changes)
    said = {
        "type": wish.kind,
        "activite": wish.activity,
        "ecole": str(wish.school) if wish.school else "",
        "classe": wish.grade,
        "du": wish.first.isoformat() if wish.first else "",
        "au": wish.last.isoformat() if wish.last else "",
        "q": wish.text,
        "tri": "" if wish.sort == "recue" else wish.sort,
        "sens": "desc" if wish.down else "",
        "page": str(wish.page) if wish.page > 1 else "",
        "lignes": str(wish.size) if wish.size != SIZES[0] else "",
    }
    query = urlencode({name: value for name, value in said.items() if value})
    return f"{path}?{query}" if query else path


@dataclass(frozen=True)
class Sent:
    """A form of the inbox: the rows picked with the versions seen, the verdict, its reason, and what to tell of it."""

    picks: tuple[tuple[int, int], ...] = ()
    verdict: str = ""  # accept | refuse | all | none | filter
    reason: str = ""
    alone: bool = False  # sent from its own row
    seen_at: datetime | None = None  # when all of the filter is meant: the moment the page was drawn
    error: str = ""

    @property
    def ticked(self) -> frozenset[int]:
        """The picked rows' numbers."""
        return frozenset(id_ for id_, _ in self.picks)


async def sent_by(request: AnyRequest) -> Sent:
    """The inbox's form; `choix` comes once a row, as "booking~version"."""
    form = await request.form()
    fields = [(name, value) for name, value in form.multi_items() if not isinstance(value, UploadFile)]
    said = dict(fields)
    return Sent(
        tuple(_picks(value for name, value in fields if name == "choix")),
        said.get("verdict", ""),
        clean(said.get("motif", ""), MOST_REASON + 1),
        said.get("seul", "") == "oui",
        moment_or_none(said.get("jusque")) if said.get("portee") == "filtre" else None,
    )


def moment_or_none(text: str | None) -> datetime | None:
    """The instant of an ISO date and time with its offset, or None."""
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return moment if moment.tzinfo and 2000 <= moment.year <= 2100 else None


def _picks(values: Iterable[str]) -> Iterable[tuple[int, int]]:
    for value in values:
        booking, _, version = value.partition("~")
        if number_of(booking) and number_of(version):
            yield number_of(booking), number_of(version)
