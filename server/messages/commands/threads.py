"""Writes of threads: a family opens or answers one, an agent answers, writes first, settles; each message once."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from server.database import Row, Work, sql
from server.errors import NotFound
from server.messages.rules.writing import MOST_A_DAY
from server.notices.commands import tell
from server.web.visitor import Visitor

Side = Literal["family", "town"]
Outcome = Literal["sent", "too_many"]
NOTE = "insert into audit (at, actor_id, action, detail, family_id) values ($1, $2, $3, '{}', $4)"


@dataclass(frozen=True)
class Letter:
    """What was written; `envelope` is drawn with the form, so that a form sent twice is one message."""

    envelope: str
    body: str
    department: str = ""
    subject: str = ""


def write_to_town(visitor: Visitor, letter: Letter, now: datetime) -> Work[tuple[Outcome, str]]:
    """Open a thread with a department. The outcome and the thread's ref."""
    if known := (yield from _sent_before(letter, visitor)):
        return "sent", known
    if (yield from _too_many(visitor, now)):
        return "too_many", ""
    ref = yield from _open(visitor.family_id, visitor.account_id, letter, "family", now)
    yield from _add(ref[1], visitor, "family", letter, now)
    return "sent", ref[0]


def answer_town(visitor: Visitor, ref: str, letter: Letter, now: datetime) -> Work[Outcome]:
    """Add to one of the household's threads; a settled one opens again. Raises NotFound for another's."""
    rows = yield sql(
        "select id from thread t where ref = $1 and (family_id = $2 or (family_id is null and account_id = $3)) "
        "for update",
        ref,
        visitor.family_id or 0,
        visitor.account_id,
    )
    if not rows:
        raise NotFound
    if (yield from _sent_before(letter, visitor)):
        return "sent"
    if (yield from _too_many(visitor, now)):
        return "too_many"
    yield from _add(rows[0]["id"], visitor, "family", letter, now)
    return "sent"


def mark_read(visitor: Visitor, thread_id: int, now: datetime) -> Work[None]:
    """This account has read the thread up to now, and the notices that led there."""
    yield sql(
        "insert into thread_reading (thread_id, account_id, read_at) values ($1, $2, $3) "
        "on conflict (thread_id, account_id) do update set read_at = excluded.read_at",
        thread_id,
        visitor.account_id,
        now,
    )
    yield sql(
        "update notice set read_at = $3 where account_id = $1 and kind = 'message' and read_at is null "
        "and url = (select '/messages/' || ref from thread where id = $2)",
        visitor.account_id,
        thread_id,
        now,
    )


def answer_family(agent: Visitor, ref: str, letter: Letter, close: bool, now: datetime) -> Work[None]:
    """The town answers; the household's adults are told. Raises NotFound for a thread that is none."""
    row = yield from _locked(ref)
    if not (yield from _sent_before(letter, agent)):
        yield from _add(row["id"], agent, "town", letter, now)
        yield from _tell(row, now)
        yield sql(NOTE, now, agent.account_id, "message", row["family_id"])
    if close:
        yield sql("update thread set closed_at = $2 where id = $1", row["id"], now)


def settle(agent: Visitor, ref: str, now: datetime) -> Work[None]:
    """The thread is settled without a further word."""
    row = yield from _locked(ref)
    yield sql("update thread set closed_at = $2 where id = $1 and closed_at is null", row["id"], now)
    yield sql(NOTE, now, agent.account_id, "message_settled", row["family_id"])


def write_to_family(agent: Visitor, family_ref: str, letter: Letter, now: datetime) -> Work[str]:
    """The town writes first, to the adults of a family. The thread's ref. Raises NotFound for no such family, or one
    none of whose adults has an account."""
    rows = yield sql(
        "select f.id, g.account_id from family f join guardian g on g.family_id = f.id and g.account_id is not null "
        "where f.ref = $1 order by g.holder desc, g.id limit 1",
        family_ref,
    )
    if not rows:
        raise NotFound
    if known := (yield from _sent_before(letter, agent)):
        return known
    ref, thread_id = yield from _open(rows[0]["id"], rows[0]["account_id"], letter, "town", now)
    yield from _add(thread_id, agent, "town", letter, now)
    yield from _tell((yield from _locked(ref)), now)
    yield sql(NOTE, now, agent.account_id, "message", rows[0]["id"])
    return ref


def _locked(ref: str) -> Work[Row]:
    rows = yield sql("select id, ref, family_id, account_id, subject from thread where ref = $1 for update", ref)
    if not rows:
        raise NotFound
    return rows[0]  # type: ignore[no-any-return]


def _sent_before(letter: Letter, author: Visitor) -> Work[str]:
    """The thread this very message already stands in, or nothing."""
    rows = yield sql(
        "select t.ref from thread_message m join thread t on t.id = m.thread_id where m.ref = $1 and m.author_id = $2",
        letter.envelope,
        author.account_id,
    )
    return str(rows[0]["ref"]) if rows else ""


def _too_many(visitor: Visitor, now: datetime) -> Work[bool]:
    rows = yield sql(
        "select count(*) as n from thread_message where author_id = $1 and sent_at > $2",
        visitor.account_id,
        now - timedelta(days=1),
    )
    return bool(rows[0]["n"] >= MOST_A_DAY)


def _open(family: int | None, account: int, letter: Letter, side: Side, now: datetime) -> Work[tuple[str, int]]:
    ref = secrets.token_urlsafe(12)
    rows = yield sql(
        "insert into thread (ref, family_id, account_id, department, subject, opened_at, last_at, last_by) "
        "values ($1, $2, $3, $4, $5, $6, $6, $7) returning id",
        ref, family, account, letter.department, letter.subject, now, side,
    )  # fmt: skip
    return ref, int(rows[0]["id"])


def _add(thread_id: int, author: Visitor, side: Side, letter: Letter, now: datetime) -> Work[None]:
    yield sql(
        "insert into thread_message (ref, thread_id, author_id, author, side, body, sent_at) "
        "values ($1, $2, $3, $4, $5, $6, $7)",
        letter.envelope, thread_id, author.account_id, f"{author.first_name} {author.last_name}", side, letter.body,
        now,
    )  # fmt: skip
    yield sql("update thread set last_at = $2, last_by = $3, closed_at = null where id = $1", thread_id, now, side)


def _tell(row: Row, now: datetime) -> Work[None]:
    """The adults of the household, or the account without a file, learn that the town wrote."""
    adults = yield sql(
        "select account_id from guardian where family_id = $1 and account_id is not null", row["family_id"]
    )
    accounts = {int(adult["account_id"]) for adult in adults}
    if row["family_id"] is None:  # never who opened it and has left the household since
        accounts = {int(row["account_id"] or 0)} - {0}
    payload = {"text": row["subject"], "url": f"/messages/{row['ref']}"}
    yield from tell(sorted(accounts), "message", f"message-{row['id']}", payload, now)
