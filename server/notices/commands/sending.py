"""Record what became of a delivery; let the mail take over from phones that are gone."""

from datetime import datetime
from typing import Any

from server.database import Rows, Work, marks, sql
from server.notices.commands.claiming import Claim
from server.notices.queries import choices_of, quiet_of
from server.notices.rules.kinds import KINDS, wants
from server.notices.rules.quiet import goes_at
from server.notices.rules.sending import STEPS


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
