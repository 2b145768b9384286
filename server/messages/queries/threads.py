"""Reads of threads: a household's own, and the desk's inbox."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from server.database import Row, Work, sql
from server.documents.queries.values import Document, File, documents
from server.messages.rules.writing import Block, blocks
from server.web.pagination import Leaf
from server.web.visitor import Visitor

PAGE = 20  # threads of a list at once

# A household's adults read its threads; an account without a file reads those it opened.
MINE = "(t.family_id = $1 or (t.family_id is null and t.account_id = $2))"


@dataclass(frozen=True)
class Line:
    """A thread in a list."""

    ref: str
    subject: str
    department: str
    last_at: datetime
    answered: bool  # the town wrote last
    closed: bool
    unread: bool
    family: str = ""
    number: str = ""
    opened_by: str = ""


@dataclass(frozen=True)
class Message:
    """One message as it is shown."""

    author: str
    ours: bool  # written on the reader's side
    sent_at: datetime
    blocks: tuple[Block, ...]
    fresh: bool
    files: tuple[Document, ...] = ()  # what goes with it


@dataclass(frozen=True)
class Thread:
    """A thread with its messages, oldest first."""

    id: int
    ref: str
    subject: str
    department: str
    closed: bool
    messages: tuple[Message, ...]
    unread: bool = False
    family_id: int | None = None
    family: str = ""
    family_ref: str = ""
    number: str = ""
    opened_by: str = ""


LIST = f"""
select t.ref, t.subject, t.department, t.last_at, t.last_by, t.closed_at,
       (t.last_by = 'town' and (r.read_at is null or r.read_at < t.last_at)) as unread
from thread t left join thread_reading r on r.thread_id = t.id and r.account_id = $2
where {MINE} order by t.last_at desc, t.id desc limit $3 offset $4
"""


def my_threads(visitor: Visitor, page: int) -> Work[tuple[tuple[Line, ...], Leaf]]:
    """One page of the household's threads, the latest first."""
    family, account = visitor.family_id or 0, visitor.account_id
    total = (yield sql(f"select count(*) as n from thread t where {MINE}", family, account))[0]["n"]
    leaf = Leaf(page, PAGE, total)
    rows = yield sql(LIST, family, account, PAGE, leaf.offset)
    return tuple(_line(row) for row in rows), leaf


def unread_threads(visitor: Visitor) -> Work[int]:
    """How many threads hold something of the town this account has not read."""
    rows = yield sql(
        "select count(*) as n from thread t left join thread_reading r on r.thread_id = t.id and r.account_id = $2 "
        f"where {MINE} and t.last_by = 'town' and (r.read_at is null or r.read_at < t.last_at)",
        visitor.family_id or 0,
        visitor.account_id,
    )
    return int(rows[0]["n"])


def my_thread(visitor: Visitor, ref: str) -> Work[Thread | None]:
    """One of the household's threads, or None."""
    rows = yield sql(
        "select t.id, t.ref, t.subject, t.department, t.closed_at, r.read_at, "
        "(t.last_by = 'town' and (r.read_at is null or r.read_at < t.last_at)) as unread from thread t "
        f"left join thread_reading r on r.thread_id = t.id and r.account_id = $2 where {MINE} and t.ref = $3",
        visitor.family_id or 0,
        visitor.account_id,
        ref,
    )
    if not rows:
        return None
    return (yield from _whole(rows[0], "family", rows[0]["read_at"]))


FILTERS = {
    "attente": "t.last_by = 'family' and t.closed_at is null",
    "repondus": "t.last_by = 'town' and t.closed_at is null",
    "clos": "t.closed_at is not null",
}
DESK = """
select t.ref, t.subject, t.department, t.last_at, t.last_by, t.closed_at, false as unread,
       coalesce(f.name, '') as family, coalesce(f.number, '') as number,
       coalesce(a.first_name || ' ' || a.last_name, '') as opened_by
from thread t left join account a on a.id = t.account_id left join family f on f.id = t.family_id
where {filter} order by t.last_at {order}, t.id limit $1 offset $2
"""


def desk_threads(which: str, page: int) -> Work[tuple[tuple[Line, ...], Leaf, dict[str, int]]]:
    """One page of the desk's inbox, what waits longest first, and how many each filter holds."""
    counts = yield sql(
        "select sum(case when t.last_by = 'family' and t.closed_at is null then 1 else 0 end) as attente, "
        "sum(case when t.last_by = 'town' and t.closed_at is null then 1 else 0 end) as repondus, "
        "sum(case when t.closed_at is not null then 1 else 0 end) as clos from thread t"
    )
    totals = {name: int(counts[0][name] or 0) for name in FILTERS}
    leaf = Leaf(page, 50, totals[which])
    order = "asc" if which == "attente" else "desc"
    rows = yield sql(DESK.format(filter=FILTERS[which], order=order), 50, leaf.offset)
    return tuple(_line(row) for row in rows), leaf, totals


def waiting_threads() -> Work[int]:
    """How many threads wait for an answer of the town."""
    return int((yield sql(f"select count(*) as n from thread t where {FILTERS['attente']}"))[0]["n"])


def desk_thread(ref: str) -> Work[Thread | None]:
    """A thread as agents read it, or None."""
    rows = yield sql(
        "select t.id, t.ref, t.subject, t.department, t.closed_at, t.family_id, coalesce(f.name, '') as family, "
        "coalesce(f.ref, '') as family_ref, coalesce(f.number, '') as number, "
        "coalesce(a.first_name || ' ' || a.last_name, '') as opened_by from thread t "
        "left join account a on a.id = t.account_id left join family f on f.id = t.family_id where t.ref = $1",
        ref,
    )
    if not rows:
        return None
    return (yield from _whole(rows[0], "town", None))


def family_written_to(ref: str) -> Work[int | None]:
    """The family of this ref, when one of its adults has an account to read with."""
    rows = yield sql(
        "select f.id from family f where f.ref = $1 "
        "and exists (select 1 from guardian g where g.family_id = f.id and g.account_id is not null)",
        ref,
    )
    return int(rows[0]["id"]) if rows else None


# A message's form carried its name before it was written: only what its own author sent under it belongs to it.
ATTACHED = """
d.message_ref in (select m.ref from thread_message m where m.thread_id = $1
  and (m.author_id = d.sent_by or (m.author_id is null and d.sent_by is null)))
"""


def attached_file(thread_ref: str, document: str, position: int) -> Work[tuple[Document, File] | None]:
    """One file of a thread, for the agents who read it; None while it is with the antivirus."""
    rows = yield sql("select id from thread where ref = $1", thread_ref)
    where = f"{ATTACHED} and d.ref = $2 and d.state = 'clean'"
    for row in rows:
        for found in (yield from documents(where, row["id"], document)):
            for file in found.files:
                if file.position == position:
                    return found, file
    return None


def _whole(row: Row, side: str, read_at: datetime | None) -> Work[Thread]:
    lines = yield sql(
        "select ref, author, side, body, sent_at from thread_message where thread_id = $1 order by id", row["id"]
    )
    attached = list(reversed((yield from documents(ATTACHED, row["id"]))))
    messages = tuple(
        Message(
            author=line["author"],
            ours=line["side"] == side,
            sent_at=line["sent_at"],
            blocks=blocks(line["body"]),
            fresh=line["side"] != side and side == "family" and (read_at is None or line["sent_at"] > read_at),
            files=tuple(one for one in attached if one.message_ref == line["ref"]),
        )
        for line in lines
    )
    kept = ("family", "family_id", "family_ref", "number", "opened_by")
    known: dict[str, Any] = {name: value for name, value in dict(row).items() if name in kept}
    known["unread"] = bool(dict(row).get("unread"))
    return Thread(row["id"], row["ref"], row["subject"], row["department"], bool(row["closed_at"]), messages, **known)


def _line(row: Row) -> Line:
    known = {name: value for name, value in dict(row).items() if name in ("family", "number", "opened_by")}
    return Line(
        ref=row["ref"],
        subject=row["subject"],
        department=row["department"],
        last_at=row["last_at"],
        answered=row["last_by"] == "town",
        closed=row["closed_at"] is not None,
        unread=bool(row["unread"]),
        **known,
    )
