"""Claim deliveries by conditional update, and hold them: ours until the lease ends."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from server.database import Row, Work, marks, sql
from server.notices.rules.kinds import KINDS
from server.notices.rules.sending import TRIES

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


def worn_out(held: Claim) -> bool:
    """Whether this row has been claimed so often that it must be what kills the workers."""
    return held.tries > TRIES + 2
