"""The inbox: what waits for a verdict, filtered, sorted and counted. The same few statements for 3 rows or 3,000."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from server.activities.queries import Activity, Catalogue, catalogue_of
from server.database import Row, Work, marks, sql
from server.web.folding import found_in, mask, words_of
from server.web.pagination import Leaf

KINDS = {"": "Toutes", "demandes": "Réservations", "annulations": "Annulations"}
STATE_OF_KIND = {"demandes": "requested", "annulations": "cancel_requested"}
SORTS = {
    "recue": "b.changed_at {way}, b.id {way}",
    "jour": "s.day {way}, s.starts_at {way}, b.changed_at, b.id",
    "enfant": "lower(c.last_name) {way}, lower(c.first_name) {way}, s.day, b.id",
    "activite": "s.activity_id {way}, s.day, b.changed_at, b.id",
}
MOST_FOUND = 5_000  # rows a text filter may keep: the numbers of all go into one statement


@dataclass(frozen=True)
class Asked:
    """What the agent wants to see."""

    kind: str = ""
    activity: str = ""
    first: date | None = None
    last: date | None = None
    text: str = ""
    sort: str = "recue"
    down: bool = False
    page: int = 1
    size: int = 50


@dataclass(frozen=True)
class Other:
    """Another square of the same child on the same day."""

    activity: str
    state: str


@dataclass(frozen=True)
class Request:
    """One row, with everything needed to decide."""

    id: int
    version: int
    state: str
    unit: str
    asked_at: datetime
    child: str
    grade: str
    family_ref: str
    family: str
    number: str
    resident: bool
    activity: Activity
    session_id: int
    day: date
    started_at: datetime
    capacity: int | None
    taken: int
    rivals: int  # other requests for the same session
    waiting: int
    others: tuple[Other, ...] = ()


@dataclass(frozen=True)
class Inbox:
    """A page of the inbox, and how many rows of each kind the filters leave."""

    rows: tuple[Request, ...]
    leaf: Leaf
    requests: int
    cancellations: int
    catalogue: Catalogue


@dataclass
class _Where:
    """Conditions and their values, numbered as they come."""

    text: list[str] = field(default_factory=list)
    args: list[Any] = field(default_factory=list)

    def add(self, condition: str, *values: Any) -> None:
        start = len(self.args)
        self.text.append(condition.format(*(f"${start + n}" for n in range(1, len(values) + 1))))
        self.args += values

    def __str__(self) -> str:
        return " and ".join(self.text)


FROM = """
from booking b
join child c on c.id = b.child_id
join family f on f.id = b.family_id
join session s on s.id = b.session_id
where {where}
"""
COUNTS = "select b.state, count(*) as n" + FROM + "group by b.state"
NAMES = "select b.id, c.first_name, c.last_name, f.name, f.number" + FROM
ROWS = (
    """
select b.id, b.version, b.state, b.unit, b.changed_at, b.child_id, c.first_name, c.last_name, c.grade,
       f.ref as family_ref, f.name, f.number, f.resident,
       s.id as session_id, s.activity_id, s.day, s.starts_at, s.capacity, s.taken,
       (select count(*) from booking x where x.session_id = s.id and x.state = 'requested' and x.id <> b.id) as rivals,
       (select count(*) from booking x where x.session_id = s.id and x.state = 'waiting') as waiting
"""
    + FROM
    + "order by {order} limit {limit} offset {offset}"
)
OTHERS = """
select b.id, b.child_id, s.day, s.activity_id, b.state
from booking b join session s on s.id = b.session_id
where b.child_id in ({children}) and s.day in ({days}) and b.state <> 'free'
order by s.starts_at, b.id
"""


def inbox_of(asked: Asked, version: int) -> Work[Inbox]:
    """The rows `asked` for: three statements, four with a text."""
    catalogue = yield from catalogue_of(version)
    where = yield from _where(asked, catalogue)
    counts = {row["state"]: row["n"] for row in (yield sql(COUNTS.format(where=where), *where.args))}
    wanted = STATE_OF_KIND.get(asked.kind)
    leaf = Leaf(asked.page, asked.size, counts.get(wanted, 0) if wanted else sum(counts.values()))
    rows = yield from _rows(asked, where, leaf, catalogue)
    return Inbox(rows, leaf, counts.get("requested", 0), counts.get("cancel_requested", 0), catalogue)


def request_of(booking_id: int, version: int) -> Work[Request | None]:
    """One row of the inbox, as it stands after a verdict too; None when there is no such booking."""
    catalogue = yield from catalogue_of(version)
    where = _Where()
    where.add("b.id = {}", booking_id)
    rows = yield from _rows(Asked(), where, Leaf(1, 1, 1), catalogue)
    return rows[0] if rows else None


def _where(asked: Asked, catalogue: Catalogue) -> Work[_Where]:
    where = _Where(["b.state in ('requested', 'cancel_requested')"])
    if asked.activity:
        id_ = next((a.id for a in catalogue.activities.values() if a.ref == asked.activity), 0)
        where.add("s.activity_id = {}", id_)
    if asked.first:
        where.add("s.day >= {}", asked.first)
    if asked.last:
        where.add("s.day <= {}", asked.last)
    if words := words_of(asked.text):
        ids = yield from _matching(where, words)
        where.add(f"b.id in ({', '.join(['{}'] * len(ids)) or 'null'})", *ids)
    return where


def _matching(where: _Where, words: list[str]) -> Work[list[int]]:
    """The bookings whose child or family bears all the words."""
    wide = _Where(list(where.text), list(where.args))
    for word in words:
        columns = ("c.first_name", "c.last_name", "f.name", "f.number")
        wide.add("(" + " or ".join(f"lower({column}) like {{0}}" for column in columns) + ")", mask(word))
    rows = yield sql(NAMES.format(where=wide), *wide.args)
    names = ("first_name", "last_name", "name", "number")
    return [row["id"] for row in rows if found_in(words, *(row[name] for name in names))][:MOST_FOUND]


def _rows(asked: Asked, where: _Where, leaf: Leaf, catalogue: Catalogue) -> Work[tuple[Request, ...]]:
    if wanted := STATE_OF_KIND.get(asked.kind):
        where.add("b.state = {}", wanted)
    order = SORTS.get(asked.sort, SORTS["recue"]).format(way="desc" if asked.down else "asc")
    text = ROWS.format(where=where, order=order, limit=leaf.size, offset=leaf.offset)
    rows = yield sql(text, *where.args)
    others = yield from _others(rows, catalogue)
    return tuple(_request(row, others, catalogue) for row in rows)


Others = dict[tuple[int, date], list[tuple[int, Other]]]


def _others(rows: Sequence[Row], catalogue: Catalogue) -> Work[Others]:
    """What else these children do on these days, by child and day."""
    found: Others = {}
    if rows:
        children = sorted({row["child_id"] for row in rows})
        days = sorted({row["day"] for row in rows})
        text = OTHERS.format(children=marks(len(children)), days=marks(len(days), len(children) + 1))
        for row in (yield sql(text, *children, *days)):
            other = Other(catalogue.activities[row["activity_id"]].name, row["state"])
            found.setdefault((row["child_id"], row["day"]), []).append((row["id"], other))
    return found


def _request(row: Row, others: Others, catalogue: Catalogue) -> Request:
    return Request(
        id=row["id"],
        version=row["version"],
        state=row["state"],
        unit=row["unit"],
        asked_at=row["changed_at"],
        child=f"{row['first_name']} {row['last_name']}",
        grade=row["grade"],
        family_ref=row["family_ref"],
        family=row["name"],
        number=row["number"],
        resident=row["resident"],
        activity=catalogue.activities[row["activity_id"]],
        session_id=row["session_id"],
        day=row["day"],
        started_at=row["starts_at"],
        capacity=row["capacity"],
        taken=row["taken"],
        rivals=row["rivals"],
        waiting=row["waiting"],
        others=tuple(o for id_, o in others.get((row["child_id"], row["day"]), ()) if id_ != row["id"]),
    )
