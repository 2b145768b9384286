"""The family's side of requests: filed with a number and a receipt, written about, cancelled.

`file_request` is how every room files its own kind, in its own transaction.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from server.database import Row, Work, alone, marks, sql
from server.errors import NotFound
from server.families.commands.telling import tell_message, tell_other_home, tell_receipt, tell_step
from server.families.queries.requests import MINE
from server.families.rules.requests import KINDS, Content, Line, Service, Side, Status, moves_from, receipt_of
from server.web.folding import fold
from server.web.visitor import Visitor
from server.zone import town_day


@dataclass(frozen=True)
class NewRequest:
    """What a family asks: `lines` for people to read, `data` for the room that acts when it is accepted."""

    kind: str
    title: str
    lines: tuple[Line, ...] = ()
    reason: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    child_id: int | None = None
    words: str = ""  # further names an agent may look for


@dataclass(frozen=True)
class Filed:
    """A request that has been received."""

    id: int
    ref: str
    number: int


@dataclass(frozen=True)
class Moved:
    """What became of a move: done, or the status that stood in its way and the words to say so."""

    done: bool
    status: str
    text: str = ""


SAME = """
select id, ref, number from request where account_id = $1 and kind = $2 and content = $3 and status = 'filed'
order by id desc limit 1
"""
WRITE = f"""
insert into request (ref, number, kind, title, family_id, account_id, child_id, content, receipt, sought, filed_at,
  changed_at) values ({marks(11)}, $11) returning id
"""
NAMES = """
select f.name, f.number, c.first_name, c.last_name from account a left join family f on f.id = $1
left join child c on c.id = $2 where a.id = $3
"""
STEP = "insert into request_event (request_id, at, actor_id, by_agent, status, words) values ($1, $2, $3, $4, $5, $6)"


def file_request(visitor: Visitor, new: NewRequest, service: Service, now: datetime) -> Work[Filed]:
    """Number the request, write its receipt, tell the household. The same one sent twice is one.

    Raises KeyError for a kind that does not exist.
    """
    kind = KINDS[new.kind]
    content = _json(Content(new.lines, new.reason, new.data))
    yield alone("request")  # numbers are given one at a time
    same = yield sql(SAME, visitor.account_id, kind.name, content)
    if same:
        return Filed(**dict(same[0]))
    number = (yield sql("select coalesce(max(number), 0) + 1 as number from request"))[0]["number"]
    ref, receipt = secrets.token_urlsafe(16), receipt_of(service, now, town_day(now))
    sought = yield from _sought(visitor, new, number)
    rows = yield sql(
        WRITE, ref, number, kind.name, new.title[:160], visitor.family_id, visitor.account_id, new.child_id,
        content, _json(receipt), sought, now,
    )  # fmt: skip
    request_id = int(rows[0]["id"])
    yield from note_step(request_id, visitor, "filed", "", now)
    yield from tell_receipt(request_id, receipt, now)
    return Filed(request_id, ref, number)


def _sought(visitor: Visitor, new: NewRequest, number: int) -> Work[str]:
    row = (yield sql(NAMES, visitor.family_id, new.child_id, visitor.account_id))[0]
    names = [row["name"], row["number"], row["first_name"], row["last_name"], visitor.first_name, visitor.last_name]
    return fold(" ".join([*(name for name in names if name), new.words, str(number)]))[:300]


def note_step(request_id: int, actor: Visitor, status: str, words: str, now: datetime) -> Work[None]:
    """One more line of the history."""
    yield sql(STEP, request_id, now, actor.account_id, actor.is_agent, status, words)


OPENED = f"select r.id, r.kind, r.status from request r where {MINE} and r.ref = $3 for update"
TOUCH = "update request set version = version + 1, changed_at = $1 where id = $2"
MOVE = "update request set status = $1, version = version + 1, changed_at = $2 where id = $3"
SAY = "insert into request_message (request_id, at, actor_id, by_agent, body) values ($1, $2, $3, $4, $5)"


def cancel_request(visitor: Visitor, ref: str, now: datetime) -> Work[Moved]:
    """The family gives up what has not been decided. Raises NotFound for somebody else's."""
    row = yield from _mine(visitor, ref)
    if row["status"] == "cancelled":
        return Moved(True, "cancelled")
    if "cancelled" not in moves_from("family", row["status"], KINDS[row["kind"]]):
        return Moved(False, row["status"], "Cette demande a déjà reçu une réponse : elle ne peut plus être annulée.")
    yield from move_to(row["id"], visitor, "cancelled", "", now)
    return Moved(True, "cancelled")


def write_to_service(visitor: Visitor, ref: str, body: str, now: datetime) -> Work[None]:
    """A message of the family; a request that waited for it goes on. Raises NotFound for somebody else's."""
    row = yield from _mine(visitor, ref)
    last = yield sql("select by_agent, body from request_message where request_id = $1 order by id desc", row["id"])
    if last and not last[0]["by_agent"] and last[0]["body"] == body:
        return  # the same form sent twice
    yield sql(SAY, row["id"], now, visitor.account_id, False, body)
    if row["status"] == "to_complete":
        yield from move_to(row["id"], visitor, "in_progress", "", now)
    else:
        yield sql(TOUCH, now, row["id"])  # an agent who was deciding must read it first


def write_to_family(agent: Visitor, request_id: int, body: str, now: datetime) -> Work[None]:
    """A message of the service; the family is told."""
    yield sql(SAY, request_id, now, agent.account_id, True, body)
    yield sql("update request set changed_at = $1 where id = $2", now, request_id)
    yield from tell_message(request_id, body, now)


def read_messages(request_id: int, side: Side, now: datetime) -> Work[None]:
    """This side has seen what the other wrote."""
    text = "update request_message set read_at = $1 where request_id = $2 and by_agent = $3 and read_at is null"
    yield sql(text, now, request_id, side == "family")


def move_to(request_id: int, actor: Visitor, to: Status, words: str, now: datetime) -> Work[None]:
    """Write the new status and its step; the household is told of what it did not do itself."""
    yield sql(MOVE, to, now, request_id)
    yield from note_step(request_id, actor, to, words, now)
    if actor.is_agent or to == "cancelled":
        yield from tell_step(request_id, to, words, now)
    yield from tell_other_home(request_id, to, now)


def _mine(visitor: Visitor, ref: str) -> Work[Row]:
    rows = yield sql(OPENED, visitor.family_id or 0, visitor.account_id, ref)
    if not rows:
        raise NotFound
    row: Row = rows[0]
    return row


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
