"""Reads of requests: a family's own list, and one request whole, with its history and its exchange."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec

from server.database import Row, Work, sql
from server.families.queries.authority import in_care
from server.families.rules.requests import KINDS, STATUSES, Content, Kind, Receipt
from server.web.pagination import Leaf
from server.web.visitor import Visitor

PAGE = 10  # lines of « suivi de mes démarches »


@dataclass(frozen=True)
class Listed:
    """One line of a family's list."""

    ref: str
    number: int
    title: str
    status: str
    filed_at: datetime
    changed_at: datetime
    unread: int

    @property
    def word(self) -> str:
        """The status in French."""
        return STATUSES[self.status]


@dataclass(frozen=True)
class Step:
    """One dated step of the history."""

    at: datetime
    by: str
    by_agent: bool
    status: str
    words: str

    @property
    def word(self) -> str:
        """The status in French."""
        return STATUSES[self.status]


@dataclass(frozen=True)
class Message:
    """One message of the exchange."""

    at: datetime
    by: str
    by_agent: bool
    body: str
    read_at: datetime | None


@dataclass(frozen=True)
class RequestFile:
    """A request with all that is known of it."""

    id: int
    ref: str
    number: int
    kind: Kind
    title: str
    status: str
    version: int
    content: Content
    receipt: Receipt
    family_id: int | None
    account_id: int | None
    child_id: int | None
    by: str
    filed_at: datetime
    steps: tuple[Step, ...] = ()
    messages: tuple[Message, ...] = ()

    @property
    def word(self) -> str:
        """The status in French."""
        return STATUSES[self.status]


# A request is its household's; before there is one, its account's. Whoever has left a household leaves its requests.
# One about a child's health is only for those who may read that child's file.
MINE = f"""((r.family_id = $1 or (r.family_id is null and r.account_id = $2))
and (r.kind <> 'health_file' or {in_care("r.child_id", "$1", "$2")}))"""
COUNT = f"""
select count(*) as n, count(case when r.status in ('filed', 'in_progress', 'to_complete', 'waiting_list') then 1 end)
  as open, coalesce(sum({{unread}}), 0) as unread from request r where {MINE}
"""
UNREAD = "(select count(*) from request_message m where m.request_id = r.id and m.by_agent and m.read_at is null)"
LIST = f"""
select r.ref, r.number, r.title, r.status, r.filed_at, r.changed_at, {UNREAD} as unread
from request r where {MINE} order by r.filed_at desc, r.id desc limit {{limit}} offset {{offset}}
"""
COLUMNS = """
select r.id, r.ref, r.number, r.kind, r.title, r.status, r.version, r.content, r.receipt, r.family_id, r.account_id,
       r.child_id, r.filed_at, a.first_name, a.last_name
from request r left join account a on a.id = r.account_id
"""
STEPS = """
select e.at, e.by_agent, e.status, e.words, a.first_name, a.last_name
from request_event e left join account a on a.id = e.actor_id where e.request_id = $1 order by e.id
"""
MESSAGES = """
select m.at, m.by_agent, m.body, m.read_at, a.first_name, a.last_name
from request_message m left join account a on a.id = m.actor_id where m.request_id = $1 order by m.id
"""


@dataclass(frozen=True)
class Tally:
    """How many requests a family has: all, still open, and messages of the service not read yet."""

    all: int
    open: int
    unread: int


def my_tally(visitor: Visitor) -> Work[Tally]:
    """For the tile of the family's file: one statement."""
    rows = yield sql(COUNT.format(unread=UNREAD), visitor.family_id or 0, visitor.account_id)
    return Tally(rows[0]["n"], rows[0]["open"], int(rows[0]["unread"]))


def my_requests(visitor: Visitor, page: int, size: int = PAGE) -> Work[tuple[tuple[Listed, ...], Leaf]]:
    """A page of the visitor's requests, the latest first: two statements."""
    tally = yield from my_tally(visitor)
    leaf = Leaf(page, size, tally.all)
    text = LIST.format(limit=leaf.size, offset=leaf.offset)
    rows = yield sql(text, visitor.family_id or 0, visitor.account_id)
    return tuple(Listed(**dict(row)) for row in rows), leaf


def my_request(visitor: Visitor, ref: str) -> Work[RequestFile | None]:
    """One of the visitor's own requests, or None: a stranger's does not exist. Three statements."""
    text = f"{COLUMNS} where {MINE} and r.ref = $3"
    rows = yield sql(text, visitor.family_id or 0, visitor.account_id, ref)
    return (yield from _whole(rows[0])) if rows else None


def any_request(ref: str, lock: bool = False) -> Work[RequestFile | None]:
    """The request of that ref for those who may see all of its kind, or None. Three statements."""
    rows = yield sql(f"{COLUMNS} where r.ref = $1{' for update of r' if lock else ''}", ref)
    return (yield from _whole(rows[0])) if rows else None


def _whole(row: Row) -> Work[RequestFile]:
    steps = yield sql(STEPS, row["id"])
    messages = yield sql(MESSAGES, row["id"])
    values = {name: row[name] for name in ("id", "ref", "number", "title", "status", "version", "family_id")}
    return RequestFile(
        **values,
        kind=KINDS[row["kind"]],
        content=msgspec.json.decode(row["content"], type=Content),
        receipt=msgspec.json.decode(row["receipt"], type=Receipt),
        account_id=row["account_id"],
        child_id=row["child_id"],
        filed_at=row["filed_at"],
        by=_name(row),
        steps=tuple(Step(s["at"], _name(s), s["by_agent"], s["status"], s["words"]) for s in steps),
        messages=tuple(Message(m["at"], _name(m), m["by_agent"], m["body"], m["read_at"]) for m in messages),
    )


def _name(row: Mapping[str, str | None]) -> str:
    return f"{row['first_name']} {row['last_name']}" if row["first_name"] is not None else ""
