"""How full a month is: places taken, waiting lists and requests of every session, for the town or by school."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from server.activities.queries import Catalogue, catalogue_of
from server.bookings.rules.states import HOLDS_A_PLACE
from server.database import Row, Work, marks, sql

TO_DECIDE = ("requested", "cancel_requested")


@dataclass(frozen=True)
class Filled:
    """One session: what is taken of its places, who waits, what an agent has still to decide."""

    taken: int
    capacity: int | None
    waiting: int = 0
    pending: int = 0
    closed_reason: str = ""

    @property
    def full(self) -> bool:
        return self.capacity is not None and self.taken >= self.capacity


@dataclass(frozen=True)
class Sheet:
    """The sessions of one group (the town, or one school) by activity and day."""

    name: str
    cells: Mapping[tuple[int, date], Filled]


@dataclass(frozen=True)
class Month:
    """All that the screen shows of a month."""

    sheets: tuple[Sheet, ...]
    sites: tuple[tuple[int, str], ...]
    catalogue: Catalogue


@dataclass
class _Counted:
    """The children of one school at one session."""

    taken: int = 0
    waiting: int = 0
    pending: int = 0

    def add(self, state: str, n: int) -> None:
        self.taken += n if state in HOLDS_A_PLACE else 0
        self.waiting += n if state == "waiting" else 0
        self.pending += n if state in TO_DECIDE else 0


@dataclass
class _Counts:
    by_session: dict[int, _Counted] = field(default_factory=dict)

    def of(self, session_id: int) -> _Counted:
        return self.by_session.setdefault(session_id, _Counted())


SITES = "select id, name from site order by name"
SESSIONS = """
select id, activity_id, day, capacity, taken, closed_reason from session
where day between $1 and $2 order by day, activity_id
"""
# Held places are counted on the session itself: only the few who wait or ask are looked for among the bookings.
WAITING = """
select b.session_id, b.state, count(*) as n from session s join booking b on b.session_id = s.id
where s.day between $1 and $2 and b.state in ({states}) group by b.session_id, b.state
"""
BY_SITE = """
select b.session_id, c.site_id, b.state, count(*) as n
from booking b join child c on c.id = b.child_id
where b.session_id in ({sessions}) and b.state in ({states}){site} group by b.session_id, c.site_id, b.state
"""


def month_of(first: date, last: date, version: int) -> Work[Month]:
    """The town's sessions from `first` to `last`: three statements, however many families."""
    catalogue = yield from catalogue_of(version)
    sites = yield sql(SITES)
    sessions = yield sql(SESSIONS, first, last)
    states = ("waiting", *TO_DECIDE)
    counts = _Counts()
    for row in (yield sql(WAITING.format(states=marks(len(states), 3)), first, last, *states)):
        counts.of(row["session_id"]).add(row["state"], row["n"])
    cells = {
        (row["activity_id"], row["day"]): Filled(
            row["taken"],
            row["capacity"],
            counts.of(row["id"]).waiting,
            counts.of(row["id"]).pending,
            row["closed_reason"] or "",
        )
        for row in sessions
    }
    return Month((Sheet("", cells),), _names(sites), catalogue)


def month_by_site(first: date, last: date, version: int, site: int = 0, activity: str = "") -> Work[Month]:
    """The same by the children's school: three statements. Of one school when `site` is given; of all of them, one
    activity at a time (the first of the month unless it is named), for every booking has to be looked at.

    Places belong to the whole town, so a school has children and no capacity of its own.
    """
    catalogue = yield from catalogue_of(version)
    sites = yield sql(SITES)
    sessions = yield sql(SESSIONS, first, last)
    met = {row["activity_id"] for row in sessions}
    shown = [each for each in catalogue.activities.values() if each.id in met and activity in ("", each.ref)]
    kept = {each.id for each in (shown if site else shown[:1])}
    sessions = [row for row in sessions if row["activity_id"] in kept]
    counts = yield from _by_site([row["id"] for row in sessions], site)
    names = [*_names(sites), *([(0, "Sans école connue")] if 0 in counts or not sites else [])]
    sheets = [
        Sheet(name, _cells(sessions, counts.get(id_, _Counts()))) for id_, name in names if not site or id_ == site
    ]
    return Month(tuple(sheets), _names(sites), catalogue)


def _by_site(sessions: Sequence[int], site: int) -> Work[dict[int, _Counts]]:
    """The bookings of these sessions by school, 0 for children without one."""
    counts: dict[int, _Counts] = {}
    if sessions:
        states = tuple(sorted({*HOLDS_A_PLACE, "waiting"}))
        text = BY_SITE.format(
            sessions=marks(len(sessions)),
            states=marks(len(states), len(sessions) + 1),
            site=f" and c.site_id = ${len(sessions) + len(states) + 1}" if site else "",
        )
        for row in (yield sql(text, *sessions, *states, *([site] if site else []))):
            counts.setdefault(row["site_id"] or 0, _Counts()).of(row["session_id"]).add(row["state"], row["n"])
    return counts


def _names(sites: Sequence[Row]) -> tuple[tuple[int, str], ...]:
    return tuple((row["id"], row["name"]) for row in sites)


def _cells(sessions: Sequence[Row], counts: _Counts) -> dict[tuple[int, date], Filled]:
    found = {}
    for row in sessions:
        mine = counts.of(row["id"])
        found[row["activity_id"], row["day"]] = Filled(
            mine.taken, None, mine.waiting, mine.pending, row["closed_reason"] or ""
        )
    return found
