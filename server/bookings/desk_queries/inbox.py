"""The inbox: what waits for a verdict, filtered, sorted and counted. The same few statements for 3 rows or 3,000."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from server.activities.queries import Activity, Catalogue, catalogue_of
from server.bookings.desk_queries.asked import FROM, Asked, only_kind, until, where_of
from server.database import Row, Where, Work, marks, sql
from server.web.pagination import Leaf

GRADES = " TPS PS MS GS CP CE1 CE2 CM1 CM2 "  # the order of school life


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
class Counts:
    """How many requests and cancellations the filters leave."""

    requests: int
    cancellations: int

    def of_kind(self, kind: str) -> int:
        """Of one kind, or of all."""
        return {"demandes": self.requests, "annulations": self.cancellations}.get(
            kind, self.requests + self.cancellations
        )


@dataclass(frozen=True)
class Inbox:
    """A page of the inbox, what the filters leave, and what could be filtered by."""

    rows: tuple[Request, ...]
    leaf: Leaf
    counts: Counts
    schools: dict[int, str]
    grades: tuple[str, ...]
    catalogue: Catalogue


COUNTS = "select b.state, count(*) as n" + FROM + "group by b.state"
PICKS = "select b.id, b.version" + FROM + "order by {order} limit {most}"
CLASSES = """
select distinct c.site_id, t.name, c.grade from booking b join child c on c.id = b.child_id
left join site t on t.id = c.site_id
where b.state in ('requested', 'cancel_requested') order by t.name, c.site_id
"""
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
    """The rows `asked` for: four statements, however many there are."""
    catalogue = yield from catalogue_of(version)
    where = where_of(asked, catalogue)
    counts = yield from _counted(where)
    leaf = Leaf(asked.page, asked.size, counts.of_kind(asked.kind))
    rows = yield from _rows(asked.order, only_kind(where, asked.kind), leaf, catalogue)
    schools, grades = yield from _classes()
    return Inbox(rows, leaf, counts, schools, grades, catalogue)


def request_of(booking_id: int, asked: Asked, version: int) -> Work[tuple[Request | None, Counts]]:
    """One row of the inbox, as it stands after a verdict too, None when there is no such booking; and what is left."""
    catalogue = yield from catalogue_of(version)
    counts = yield from _counted(where_of(asked, catalogue))
    where = Where()
    where.add("b.id = {}", booking_id)
    rows = yield from _rows("b.id", where, Leaf(1, 1, 1), catalogue)
    return (rows[0] if rows else None), counts


def picks_of(asked: Asked, moment: datetime, most: int, version: int) -> Work[tuple[tuple[int, int], ...]]:
    """The (booking, version) of all that answers to the filters and was there at `moment`, at most `most`."""
    catalogue = yield from catalogue_of(version)
    where = until(only_kind(where_of(asked, catalogue), asked.kind), moment)
    rows = yield sql(PICKS.format(where=where, order=asked.order, most=most), *where.args)
    return tuple((row["id"], row["version"]) for row in rows)


def _counted(where: Where) -> Work[Counts]:
    counts = {row["state"]: row["n"] for row in (yield sql(COUNTS.format(where=where), *where.args))}
    return Counts(counts.get("requested", 0), counts.get("cancel_requested", 0))


def _classes() -> Work[tuple[dict[int, str], tuple[str, ...]]]:
    """The schools and classes of the children something waits for."""
    rows = yield sql(CLASSES)
    schools = {row["site_id"]: row["name"] for row in rows if row["name"]}
    grades = {row["grade"] for row in rows} - {""}
    return schools, tuple(sorted(grades, key=lambda grade: (GRADES.find(f" {grade} ") % 99, grade)))


def _rows(order: str, where: Where, leaf: Leaf, catalogue: Catalogue) -> Work[tuple[Request, ...]]:
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
