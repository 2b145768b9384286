"""The agents' inbox of requests: filtered, counted, searched. Two statements, however many there are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from server.database import Row, Where, Work, sql
from server.families.rules.requests import KINDS, STATUSES, Kind
from server.web.folding import words_of
from server.web.pagination import Leaf
from server.web.visitor import Visitor

# Which statuses each tab of the inbox holds; the first is what waits for an agent.
TABS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "": ("À traiter", ("filed", "in_progress")),
    "completer": ("Pièces à compléter", ("to_complete",)),
    "attente": ("Liste d’attente", ("waiting_list",)),
    "closes": ("Closes", ("accepted", "refused", "cancelled")),
}


@dataclass(frozen=True)
class Asked:
    """What an agent wants to see."""

    tab: str = ""
    kind: str = ""
    text: str = ""
    page: int = 1
    size: int = 50


@dataclass(frozen=True)
class Waiting:
    """One line of the inbox."""

    ref: str
    version: int
    number: int
    kind: Kind
    title: str
    status: str
    filed_at: datetime
    changed_at: datetime
    by: str
    family: str
    family_number: str
    unread: int

    @property
    def word(self) -> str:
        """The status in French."""
        return STATUSES[self.status]


@dataclass(frozen=True)
class Inbox:
    """A page of requests; how many in each tab, and of each kind in this one, the search applied."""

    rows: tuple[Waiting, ...]
    leaf: Leaf
    tabs: Mapping[str, int]
    kinds: Mapping[str, int]


FROM = """
from request r left join account a on a.id = r.account_id left join family f on f.id = r.family_id where {where}
"""
COUNTS = "select r.status, r.kind, count(*) as n" + FROM + "group by r.status, r.kind"
ROWS = (
    """
select r.ref, r.version, r.number, r.kind, r.title, r.status, r.filed_at, r.changed_at, a.first_name, a.last_name,
  f.name as family, f.number as family_number,
  (select count(*) from request_message m where m.request_id = r.id and not m.by_agent and m.read_at is null) as unread
"""
    + FROM
    + "order by r.filed_at {way}, r.id {way} limit {limit} offset {offset}"
)


def inbox_of(agent: Visitor, asked: Asked) -> Work[Inbox]:
    """What this agent may read, the oldest first while it waits, the latest first once closed."""
    where = _seen_by(agent)
    for word in words_of(asked.text):
        where.add("r.sought like {}", f"%{word}%")
    counted = yield sql(COUNTS.format(where=where), *where.args)
    statuses = TABS[asked.tab][1]
    tabs = {tab: sum(row["n"] for row in counted if row["status"] in TABS[tab][1]) for tab in TABS}
    kinds = {name: sum(r["n"] for r in counted if r["kind"] == name and r["status"] in statuses) for name in KINDS}
    where.add(f"r.status in ({', '.join(['{}'] * len(statuses))})", *statuses)
    if asked.kind:
        where.add("r.kind = {}", asked.kind)
    leaf = Leaf(asked.page, asked.size, kinds.get(asked.kind, 0) if asked.kind else tabs[asked.tab])
    way = "desc" if asked.tab == "closes" else "asc"
    text = ROWS.format(where=where, way=way, limit=leaf.size, offset=leaf.offset)
    rows = yield sql(text, *where.args)
    return Inbox(tuple(_waiting(row) for row in rows), leaf, tabs, {k: n for k, n in kinds.items() if n})


def to_treat(agent: Visitor) -> Work[int]:
    """How many requests wait for this agent: for the home page."""
    where = _seen_by(agent)
    where.add("r.status in ({}, {})", *TABS[""][1])
    rows = yield sql(f"select count(*) as n from request r where {where}", *where.args)
    return int(rows[0]["n"])


def next_ref(agent: Visitor, after: int) -> Work[str]:
    """The ref of the oldest request that waits, other than number `after`; empty when there is none."""
    where = _seen_by(agent)
    where.add("r.status in ({}, {})", *TABS[""][1])
    where.add("r.number <> {}", after)
    rows = yield sql(f"select r.ref from request r where {where} order by r.filed_at, r.id limit 1", *where.args)
    return str(rows[0]["ref"]) if rows else ""


def _seen_by(agent: Visitor) -> Where:
    """Only the kinds this agent's rights cover."""
    mine = [kind.name for kind in KINDS.values() if agent.holds(kind.rights)] or [""]
    where = Where()
    where.add(f"r.kind in ({', '.join(['{}'] * len(mine))})", *mine)
    return where


def _waiting(row: Row) -> Waiting:
    same = ("ref", "version", "number", "title", "status", "filed_at", "changed_at", "unread")
    return Waiting(
        **{name: row[name] for name in same},
        kind=KINDS[row["kind"]],
        by=f"{row['first_name']} {row['last_name']}" if row["first_name"] else "",
        family=row["family"] or "",
        family_number=row["family_number"] or "",
    )
