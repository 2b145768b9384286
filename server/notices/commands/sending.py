"""Claim deliveries by conditional update, record what became of them, let the mail take over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from server.database import Row, Rows, Work, marks, sql
from server.notices.queries import choices_of, quiet_of
from server.notices.rules.kinds import KINDS, wants
from server.notices.rules.quiet import goes_at
from server.notices.rules.sending import STEPS, TRIES

LEASE = timedelta(seconds=60)  # a worker at work holds it longer; a killed one leaves its claims after this

# Due, free, and nothing older for the same phone or address that is due too or rests with its service: a place gets
# its notices in order. What waits for the morning, or was refused for itself, holds nobody up.
READY = """d.status = 'waiting' and d.channel = $1 and d.due_at <= $2
and (d.claimed_until is null or d.claimed_until < $2)
and not exists (select 1 from delivery e where e.push_device_id = d.push_device_id and e.status = 'waiting'
  and e.id < d.id and (e.resting or e.due_at <= $2))
and not exists (select 1 from delivery e where e.address = d.address and e.status = 'waiting'
  and e.id < d.id and (e.resting or e.due_at <= $2))"""


@dataclass(frozen=True)
class Claim:
    """A delivery that is ours until the lease ends, with all it takes to send it."""

    id: int
    notice_id: int
    account_id: int
    channel: str
    tries: int  # this one included
    made_at: datetime
    worker: str
    notice: Mapping[str, Any]  # kind, title, body, brief, url, tag, expires_at
    address: str | None
    device: Mapping[str, Any] | None  # id, endpoint, p256dh, auth
    table: str = "delivery"  # or "letter"
    letter: Mapping[str, Any] | None = None  # kind, payload, and of its link: ref, purpose, hours, dead

    @property
    def service(self) -> str:
        """What must work for this to leave: the mail server, or one push service."""
        return "mail" if self.device is None else "/".join(self.device["endpoint"].split("/", 3)[:3])

    @property
    def important(self) -> bool:
        """Whether mail takes over when this cannot be delivered."""
        kind = KINDS.get(self.notice["kind"])
        return kind is not None and kind.important


def deliveries_due(channel: str, now: datetime) -> Work[bool]:
    """Whether there is anything to claim: asked first, so that an idle worker writes nothing."""
    rows = yield sql(
        f"select 1 from delivery d where {READY} limit 1",
        channel,
        now,
    )
    return bool(rows)


def claim(channel: str, worker: str, most: int, now: datetime) -> Work[list[Claim]]:
    """At most `most` deliveries that nobody else will get before the lease ends."""
    rows = yield sql(
        f"with picked as (select d.id from delivery d where {READY} "
        "order by d.due_at, d.id limit $3 for update of d skip locked) "
        "update delivery set claimed_until = $4, claimed_by = $5, tries = tries + 1 "
        "where id in (select id from picked) returning id",
        channel,
        now,
        most,
        now + LEASE,
        worker,
    )
    if not rows:
        return []
    claimed = yield sql(
        "select d.id, d.notice_id, n.account_id, d.channel, d.tries, d.created_at, d.address, n.kind, n.title, n.body, "
        "n.brief, n.url, n.tag, n.expires_at, p.id as device_id, p.endpoint, p.p256dh, p.auth "
        "from delivery d join notice n on n.id = d.notice_id left join push_device p on p.id = d.push_device_id "
        "and p.account_id = n.account_id "
        f"where d.id in ({marks(len(rows))}) order by d.id",
        *(row["id"] for row in rows),
    )
    return [_claim(row, worker) for row in claimed]


def _claim(row: Row, worker: str) -> Claim:
    return Claim(
        id=row["id"],
        notice_id=row["notice_id"],
        account_id=row["account_id"],
        channel=row["channel"],
        tries=row["tries"],
        made_at=row["created_at"],
        worker=worker,
        notice={name: row[name] for name in ("kind", "title", "body", "brief", "url", "tag", "expires_at")},
        address=row["address"],
        device={"id": row["device_id"], **{name: row[name] for name in ("endpoint", "p256dh", "auth")}}
        if row["device_id"]
        else None,
    )


def hold(table: str, ids: Sequence[int], worker: str, now: datetime) -> Work[set[int]]:
    """A lease from now on for what this worker still has under way; which of it is still its own."""
    rows = yield sql(
        f"update {table} set claimed_until = $1 where claimed_by = $2 and status = 'waiting' "
        f"and id in ({marks(len(ids), 3)}) returning id",
        now + LEASE,
        worker,
        *ids,
    )
    return {row["id"] for row in rows}


def mark_sent(done: Claim, now: datetime) -> Work[bool]:
    """It left. False when the lease had ended and another worker has taken it."""
    ours = yield from _close(done, "sent", "", now)
    if ours and done.device:
        yield sql("update push_device set last_ok_at = $1 where id = $2", now, done.device["id"])
    return ours


def put_off(held: Claim, due_at: datetime, outcome: str, resting: bool = False) -> Work[bool]:
    """It could not leave: later. While its service rests it is not worn out, however often that was tried."""
    rows = yield sql(
        f"update {held.table} set due_at = $1, outcome = $2, resting = $5, tries = $6, claimed_until = null, "
        "claimed_by = null where id = $3 and claimed_by = $4 and status = 'waiting' returning id",
        due_at,
        outcome[:300],
        held.id,
        held.worker,
        resting,
        min(held.tries, STEPS) if resting else held.tries,
    )
    return bool(rows)


def give_up(lost: Claim, status: str, outcome: str, now: datetime) -> Work[bool]:
    """It will never leave (`failed`, `gone`); mail takes over where it matters, and a dead phone is forgotten."""
    yield from _hold(lost.notice_id)
    ours = yield from _close(lost, status, outcome, now)
    if not ours or lost.letter is not None:
        return ours
    if lost.channel == "push":
        yield from _take_over(lost.notice_id, now)
    if status == "gone" and lost.device:
        yield from silence("id = $1", lost.device["id"], now)
    return True


def _hold(notice_id: int) -> Work[None]:
    """Two phones given up at once must not each count on the other."""
    yield sql("select id from notice where id = $1 for update", notice_id)


def _close(claimed: Claim, status: str, outcome: str, now: datetime) -> Work[bool]:
    rows = yield sql(
        f"update {claimed.table} set status = $1, outcome = $2, done_at = $3, claimed_until = null "
        "where id = $4 and claimed_by = $5 and status = 'waiting' returning id",
        status,
        outcome[:300],
        now,
        claimed.id,
        claimed.worker,
    )
    return bool(rows)


def _take_over(notice_id: int, now: datetime) -> Work[None]:
    """Write a mail when no phone has got this notice or still may, it is important, and no mail goes already."""
    rows: Rows = yield sql(
        "select n.kind, n.account_id, n.expires_at, a.email from notice n join account a on a.id = n.account_id "
        "where n.id = $1 and a.email is not null and a.disabled_at is null and not exists (select 1 from delivery d "
        "where d.notice_id = n.id and (d.channel = 'mail' or d.status in ('sent', 'waiting')))",
        notice_id,
    )
    if not rows or rows[0]["kind"] not in KINDS:
        return
    kind, choices = KINDS[rows[0]["kind"]], (yield from choices_of(rows[0]["account_id"]))
    if kind.important and wants(kind, "push", choices):
        quiet = yield from quiet_of(rows[0]["account_id"])
        pressing = now.date() if kind.urgency == "high" else None  # the phones were to ring for it, by day or night
        yield sql(
            "insert into delivery (notice_id, channel, address, due_at, created_at, outcome) "
            "values ($1, 'mail', $2, $3, $4, 'takes over from the phones')",
            notice_id,
            rows[0]["email"],
            goes_at(quiet, kind, pressing, rows[0]["expires_at"], now),
            now,
        )


def silence(where: str, value: Any, now: datetime) -> Work[int]:
    """Forget the devices matching `where` ($1 is `value`); what waited for them falls to the mail. How many."""
    devices = yield sql(f"select id from push_device where {where} order by id for update", value)
    if not devices:
        return 0
    ids = [row["id"] for row in devices]
    waiting = yield sql(
        f"update delivery set status = 'gone', outcome = 'device removed', done_at = $1, claimed_until = null "
        f"where status = 'waiting' and push_device_id in ({marks(len(ids), 2)}) returning notice_id",
        now,
        *ids,
    )
    for notice_id in sorted({row["notice_id"] for row in waiting}):
        yield from _hold(notice_id)
        yield from _take_over(notice_id, now)
    yield sql(f"delete from push_device where id in ({marks(len(ids))})", *ids)
    return len(ids)


def worn_out(held: Claim) -> bool:
    """Whether this row has been claimed so often that it must be what kills the workers."""
    return held.tries > TRIES + 2
