"""Writes of messages to many families: a draft is kept, sent once, and written to each family by the worker in turn."""

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

import msgspec

from server.accounts.commands.letters import send_letter
from server.database import Row, Work, flat, marks, sql, values_marks
from server.errors import NotFound
from server.messages.queries.selected import ids_of
from server.messages.rules.selection import Selection
from server.notices.commands import Event, tell_all
from server.web.visitor import Visitor

NOTE = "insert into audit (at, actor_id, action, detail) values ($1, $2, $3, $4)"
SOME = 1_000  # rows of one statement
BATCH = 50  # families of one transaction: nobody's tap waits behind it
MOST_EVENTS, MOST_MAILS = 500, 100  # of the whole portal that may wait before the next families are written to
Went = Literal["sent", "changed", "over", "other_count", "nobody"]


@dataclass(frozen=True)
class Draft:
    """What an agent prepares; `seen` is the version that was on screen."""

    selection: Selection
    department: str
    subject: str
    body: str
    seen: int = 0


def begin_mailing(agent: Visitor, department: str, now: datetime) -> Work[str]:
    """An empty draft; its ref."""
    ref = secrets.token_urlsafe(12)
    yield sql(
        "insert into mailing (ref, department, made_by, changed_at) values ($1, $2, $3, $4)",
        ref, department, agent.account_id, now,
    )  # fmt: skip
    return ref


def keep_mailing(ref: str, draft: Draft, now: datetime) -> Work[Literal["kept", "changed", "over"]]:
    """Keep a draft: never over a change that was not seen, nor over what has left. Raises NotFound."""
    row = yield from _locked(ref)
    if row["state"] != "draft":
        return "over"
    if row["version"] != draft.seen:
        return "changed"
    yield sql(
        "update mailing set selection = $2, department = $3, subject = $4, body = $5, version = version + 1, "
        "changed_at = $6 where ref = $1",
        ref, draft.selection.to_text(), draft.department, draft.subject, draft.body, now,
    )  # fmt: skip
    return "kept"


def drop_mailing(ref: str) -> Work[None]:
    """Throw a draft away. Raises NotFound, also for what has left."""
    if not (yield sql("delete from mailing where ref = $1 and state = 'draft' returning id", ref)):
        raise NotFound


def send_mailing(agent: Visitor, ref: str, seen: int, count: int, today: date, now: datetime) -> Work[Went]:
    """Fix whom it goes to, when they are as many as the agent saw; a second click finds it sent. Raises NotFound."""
    row = yield from _locked(ref)
    if row["state"] != "draft":
        return "over"
    if row["version"] != seen:
        return "changed"
    ids = yield from ids_of(Selection.from_text(row["selection"]), today)
    if not ids:
        return "nobody"
    if len(ids) != count:
        return "other_count"
    for start in range(0, len(ids), SOME):
        some = [(row["id"], family) for family in ids[start : start + SOME]]
        yield sql(
            f"insert into mailing_family (mailing_id, family_id) values {values_marks(len(some), 2)}", *flat(some)
        )
    yield sql(
        "update mailing set state = 'sending', sent_by = $2, sent_at = $3 where id = $1",
        row["id"],
        agent.account_id,
        now,
    )
    detail = {"subject": row["subject"], "families": len(ids)}
    yield sql(NOTE, now, agent.account_id, "mailing", msgspec.json.encode(detail).decode())
    return "sent"


def mailing_waits() -> Work[bool]:
    """Whether a family is still to be written to, and those before have been told: asked first, writes nothing.

    Events and mails of the whole portal are counted: what a parent's booking tells never stands behind a thousand.
    """
    if not (yield sql("select 1 from mailing_family where outcome = '' limit 1")):
        return False
    rows = yield sql(
        "select (select count(*) from outbox where notice_id is null and trouble = '') as events, "
        "(select count(*) from delivery where status = 'waiting' and not resting) + "
        "(select count(*) from letter where status = 'waiting' and not resting) as mails"
    )
    return bool(rows[0]["events"] < MOST_EVENTS and rows[0]["mails"] < MOST_MAILS)


WAITING = """
select x.id, x.family_id, x.mailing_id from mailing_family x join mailing m on m.id = x.mailing_id
where x.outcome = '' order by x.id limit $1 for update of x skip locked
"""


def write_some(now: datetime) -> Work[int]:
    """Write to the next families, each once; how many. Any number of workers may do it at once."""
    waiting = yield sql(WAITING, BATCH)
    done = 0
    for mailing_id in sorted({row["mailing_id"] for row in waiting}):
        mine = [row for row in waiting if row["mailing_id"] == mailing_id]
        yield from _write(mailing_id, mine, now)
        done += len(mine)
        # Whoever wrote to others at the same time has ended now and is seen: the last one says that all is sent.
        yield sql("select id from mailing where id = $1 for update", mailing_id)
        yield sql(
            "update mailing set state = 'sent', done_at = $2 where id = $1 and state = 'sending' "
            "and not exists (select 1 from mailing_family x where x.mailing_id = mailing.id and x.outcome = '')",
            mailing_id, now,
        )  # fmt: skip
    return done


def _write(mailing_id: int, waiting: Sequence[Row], now: datetime) -> Work[None]:
    letter = (
        yield sql(
            "select m.ref, m.department, m.subject, m.body, m.sent_by, "
            "coalesce(a.first_name || ' ' || a.last_name, '') as author "
            "from mailing m left join account a on a.id = m.sent_by where m.id = $1",
            mailing_id,
        )
    )[0]
    families = [row["family_id"] for row in waiting]
    adults = yield sql(
        f"select family_id, account_id, email from guardian where family_id in ({marks(len(families))}) "
        "order by holder desc, id",
        *families,
    )
    by_family = {family: [row for row in adults if row["family_id"] == family] for family in families}
    events: list[Event] = []
    for row in waiting:
        accounts = [adult["account_id"] for adult in by_family[row["family_id"]] if adult["account_id"] is not None]
        outcome, thread = "nobody", None
        if accounts:
            outcome, thread = "message", (yield from _open(row["family_id"], accounts[0], letter, now))
            events += [_event(account, thread, letter) for account in accounts]
        elif addresses := dict.fromkeys(adult["email"] for adult in by_family[row["family_id"]] if adult["email"]):
            outcome = "mail"
            for address in addresses:
                payload = {name: letter[name] for name in ("department", "subject", "body")}
                yield from send_letter(address, "from_town", payload, now)
        yield sql(
            "update mailing_family set outcome = $2, thread_id = $3 where id = $1",
            row["id"], outcome, thread[1] if thread else None,
        )  # fmt: skip
    yield from tell_all(events, now)


def _open(family: int, account: int, letter: Row, now: datetime) -> Work[tuple[str, int]]:
    """The family's own exchange, settled at once: an answer opens it again, and it waits in no inbox until then."""
    ref = secrets.token_urlsafe(12)
    rows = yield sql(
        "insert into thread (ref, family_id, account_id, department, subject, opened_at, last_at, last_by, closed_at) "
        "values ($1, $2, $3, $4, $5, $6, $6, 'town', $6) returning id",
        ref, family, account, letter["department"], letter["subject"], now,
    )  # fmt: skip
    yield sql(
        "insert into thread_message (ref, thread_id, author_id, author, side, body, sent_at) "
        "values ($1, $2, $3, $4, 'town', $5, $6)",
        str(uuid.uuid4()), rows[0]["id"], letter["sent_by"], letter["author"], letter["body"], now,
    )  # fmt: skip
    return ref, int(rows[0]["id"])


def _event(account: int, thread: tuple[str, int], letter: Row) -> Event:
    payload = {"text": letter["subject"], "url": f"/messages/{thread[0]}"}
    return Event(account, "message", f"message-{thread[1]}", payload)


def _locked(ref: str) -> Work[Row]:
    rows = yield sql("select id, state, version, selection, subject, body from mailing where ref = $1 for update", ref)
    if not rows:
        raise NotFound
    return rows[0]  # type: ignore[no-any-return]
