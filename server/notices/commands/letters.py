"""Claim letters as deliveries are claimed: by conditional update, in order for each address, for a lease."""

from datetime import datetime, timedelta

import msgspec

from server.database import Row, Rows, Work, marks, sql
from server.notices.commands.claiming import LEASE, Claim

READY = """l.status = 'waiting' and l.due_at <= $1 and (l.claimed_until is null or l.claimed_until < $1)
and not exists (select 1 from letter e where e.address = l.address and e.status = 'waiting' and e.id < l.id
  and (e.resting or e.due_at <= $1))"""

LETTERS = (
    "select l.id, l.address, l.kind, l.payload, l.tries, l.created_at, l.account_id, k.id as link_id, k.ref, "
    "k.purpose, k.hours, k.spent_at, k.revoked_at from letter l left join link k on k.id = l.link_id where l.id in "
)


def letters_due(now: datetime) -> Work[bool]:
    """Whether there is any to claim: asked first, so that an idle worker writes nothing."""
    rows = yield sql(f"select 1 from letter l where {READY} limit 1", now)
    return bool(rows)


def claim_letters(worker: str, most: int, now: datetime) -> Work[list[Claim]]:
    """At most `most` letters that nobody else will get before the lease ends. Their links begin to live now."""
    rows: Rows = yield sql(
        f"with picked as (select l.id from letter l where {READY} "
        "order by l.due_at, l.id limit $2 for update of l skip locked) "
        "update letter set claimed_until = $3, claimed_by = $4, tries = tries + 1 "
        "where id in (select id from picked) returning id",
        now,
        most,
        now + LEASE,
        worker,
    )
    if not rows:
        return []
    claimed: Rows = yield sql(f"{LETTERS} ({marks(len(rows))}) order by l.id", *(row["id"] for row in rows))
    for row in claimed:
        if row["link_id"]:
            yield sql(
                "update link set expires_at = $1 where id = $2 and spent_at is null and revoked_at is null",
                now + timedelta(hours=row["hours"]),
                row["link_id"],
            )
    return [_claim(row, worker, now) for row in claimed]


def _claim(row: Row, worker: str, now: datetime) -> Claim:
    dead = row["spent_at"] is not None or row["revoked_at"] is not None
    names = ("kind", "ref", "purpose", "hours")
    return Claim(
        id=row["id"],
        notice_id=0,
        account_id=row["account_id"] or 0,
        channel="mail",
        tries=row["tries"],
        made_at=row["created_at"],
        worker=worker,
        notice={"kind": "", "expires_at": now},  # a letter is no notice: nothing takes over, nothing is too late
        address=row["address"],
        device=None,
        table="letter",
        letter={
            **{name: row[name] for name in names},
            "payload": msgspec.json.decode(row["payload"], type=dict[str, str]),
            "dead": dead,
        },
    )
