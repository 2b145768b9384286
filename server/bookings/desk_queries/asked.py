"""What an agent asks of the inbox, and the conditions it makes: the same ones list, count and decide upon."""

from dataclasses import dataclass
from datetime import date, datetime

from server.activities.queries import Catalogue
from server.database import Where
from server.web.folding import words_of

KINDS = {"": "Toutes", "demandes": "Réservations", "annulations": "Annulations"}
STATE_OF_KIND = {"demandes": "requested", "annulations": "cancel_requested"}
SORTS = {
    "recue": "b.changed_at {way}, b.id {way}",
    "jour": "s.day {way}, s.starts_at {way}, b.changed_at, b.id",
    "enfant": "c.sort_name {way}, s.day, b.id",
    "activite": "s.activity_id {way}, s.day, b.changed_at, b.id",
}
FROM = """
from booking b
join child c on c.id = b.child_id
join family f on f.id = b.family_id
join session s on s.id = b.session_id
where {where}
"""


@dataclass(frozen=True)
class Asked:
    """What the agent wants to see."""

    kind: str = ""
    activity: str = ""
    school: int = 0
    grade: str = ""
    first: date | None = None
    last: date | None = None
    text: str = ""
    sort: str = "recue"
    down: bool = False
    page: int = 1
    size: int = 50

    @property
    def filtered(self) -> bool:
        """Whether anything but the kind is asked for."""
        return bool(self.activity or self.school or self.grade or self.first or self.last or self.text)

    @property
    def order(self) -> str:
        """The ORDER BY of the list."""
        return SORTS.get(self.sort, SORTS["recue"]).format(way="desc" if self.down else "asc")


def where_of(asked: Asked, catalogue: Catalogue) -> Where:
    """All that waits for a verdict and answers to the filters, of every kind."""
    where = Where(["b.state in ('requested', 'cancel_requested')"])
    if asked.activity:
        id_ = next((a.id for a in catalogue.activities.values() if a.ref == asked.activity), 0)
        where.add("s.activity_id = {}", id_)
    if asked.school:
        where.add("c.site_id = {}", asked.school)
    if asked.grade:
        where.add("c.grade = {}", asked.grade)
    if asked.first:
        where.add("s.day >= {}", asked.first)
    if asked.last:
        where.add("s.day <= {}", asked.last)
    for word in words_of(asked.text):
        columns = ("c.sort_name", "f.sort_name", "lower(f.number)")
        where.add("(" + " or ".join(f"{column} like {{0}}" for column in columns) + ")", f"%{word}%")
    return where


def only_kind(where: Where, kind: str) -> Where:
    """The same of one kind; of all when none is named."""
    if wanted := STATE_OF_KIND.get(kind):
        where.add("b.state = {}", wanted)
    return where


def until(where: Where, moment: datetime) -> Where:
    """The same without what was asked after `moment`."""
    where.add("b.changed_at <= {}", moment)
    return where
