"""What the database says of notices: those that wait, those nobody can word, and the phones that ring for them."""

from datetime import datetime, timedelta
from pathlib import Path

from server.adapters.keys import push_public_key
from server.cli.doctor.finding import Finding, fault, note, ok
from server.database import Work, sql
from server.settings import Settings

OLDEST_WAITING = timedelta(minutes=15)
FAILED_SINCE = timedelta(days=1)


def backlog(now: datetime, demo: bool) -> Work[list[Finding]]:
    """Notices that should have left long ago: the deliver worker is probably not running."""
    late = now - OLDEST_WAITING
    rows = yield sql(
        "select (select count(*) from delivery where status = 'waiting' and due_at < $1) + "
        "(select count(*) from letter where status = 'waiting' and due_at < $1) as n",
        late,
    )
    events = yield sql(
        "select count(*) as n from outbox where notice_id is null and trouble = '' and due_at < $1", late
    )
    resting = yield sql(
        "select outcome from delivery where status = 'waiting' and resting = $1 and outcome <> '' union all "
        "select outcome from letter where status = 'waiting' and resting = $1 and outcome <> '' limit 1",
        True,
    )
    found = []
    if count := rows[0]["n"] + events[0]["n"]:
        found.append(note(f"{count} notices have waited for more than a quarter of an hour: is `deliver` running?"))
    if resting:
        found.append(note(f"A mail or push service is down and its notices wait for it: {resting[0]['outcome']}."))
    return found or [ok("No notice is late.")]


def poisoned(now: datetime, demo: bool) -> Work[list[Finding]]:
    """Events nobody can word, and deliveries given up lately."""
    aside = yield sql("select kind, trouble from outbox where notice_id is null and trouble <> '' order by id desc")
    failed = yield sql(
        "select outcome, done_at from delivery where status = 'failed' and done_at > $1 union all "
        "select outcome, done_at from letter where status = 'failed' and done_at > $1 order by done_at desc",
        now - FAILED_SINCE,
    )
    found = []
    if aside:
        kind, trouble = aside[0]["kind"], aside[0]["trouble"]
        found.append(fault(f"{len(aside)} notices cannot be written, the last of kind {kind}: {trouble}."))
    if failed:
        found.append(note(f"{len(failed)} deliveries failed since yesterday, the last one: {failed[0]['outcome']}."))
    return found or [ok("Every notice can be written and delivered.")]


def phones(key: str) -> Work[list[Finding]]:
    """Subscribed phones ring for one key only."""
    rows = yield sql(
        "select count(*) as n, sum(case when key <> '' and key <> $1 then 1 else 0 end) as deaf from push_device", key
    )
    if rows[0]["n"] and not key:
        return [fault(f"The push key is missing and {rows[0]['n']} phones ring for it: put vapid.pem back.")]
    if rows[0]["deaf"]:
        return [fault(f"{rows[0]['deaf']} phones ring for another push key: put back the vapid.pem of the backups.")]
    return []


def public_key(settings: Settings) -> str:
    """The portal's key if it has one: the doctor makes none."""
    try:
        return push_public_key(settings.data) if (Path(settings.data) / "vapid.pem").exists() else ""
    except (OSError, ValueError):
        return ""
