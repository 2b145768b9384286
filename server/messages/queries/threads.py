"""Reads of threads: a household's own, and what the desk's reads share with them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from server.database import Row, Work, sql
from server.documents.queries.values import Document, documents
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
    return tuple(line_from(row) for row in rows), leaf


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
    return (yield from whole_thread(rows[0], "family", rows[0]["read_at"]))


# A message's form carried its name before it was written: only what its own author sent under it belongs to it.
ATTACHED = """
d.message_ref in (select m.ref from thread_message m where m.thread_id = $1
  and (m.author_id = d.sent_by or (m.author_id is null and d.sent_by is null)))
"""


def whole_thread(row: Row, side: str, read_at: datetime | None) -> Work[Thread]:
    """A thread with its messages, as `side` reads it."""
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


def line_from(row: Row) -> Line:
    """A thread in a list, from its row."""
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
