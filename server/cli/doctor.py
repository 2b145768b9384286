"""`doctor`: what would stop the portal or surprise the town, each thing in one sentence; changes nothing."""

import asyncio
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import anyio

from server.activities.holidays import coverage
from server.adapters.clock import clock_from
from server.database import Database, DatabaseError, Work, open_database, sql
from server.settings import BadSetting, Settings, settings_from_environment

LEAST_FREE = 500 * 1024 * 1024  # bytes on the volume of the data folder
OLDEST_WAITING = timedelta(minutes=15)
COMMON_MARKS = {"ok": "ok  ", "note": "note", "fault": "FAULT"}


@dataclass(frozen=True)
class Finding:
    """One sentence; a fault makes the command fail, a note does not."""

    kind: str  # ok | note | fault
    sentence: str


def doctor(_: list[str]) -> int:
    """Look at everything; 1 when something must be repaired."""
    try:
        settings = settings_from_environment()
    except BadSetting as bad:
        print(f"{COMMON_MARKS['fault']} {bad}")
        return 1
    findings = [*look_at_settings(settings), *asyncio.run(look_at_database(settings))]
    for finding in findings:
        print(f"{COMMON_MARKS[finding.kind]} {finding.sentence}")
    return 1 if any(finding.kind == "fault" for finding in findings) else 0


def look_at_settings(settings: Settings) -> Iterator[Finding]:
    """What can be seen without a database."""
    yield Finding("ok", f"Settings can be read; the portal is in {settings.env} mode at {settings.url}.")
    folder = Path(settings.data)
    if not folder.is_dir():
        yield Finding("note", f"The data folder {folder} does not exist yet; `migrate` or `run` makes it.")
    elif not os.access(folder, os.W_OK):
        yield Finding("fault", f"The data folder {folder} cannot be written by this user.")
    elif (free := shutil.disk_usage(folder).free) < LEAST_FREE:
        yield Finding("fault", f"Only {free // 1024**2} MB are free on the volume of {folder}.")
    if settings.env == "demo":
        yield Finding(
            "note", "Demo mode: the demo logins and their printed password work; never put real families here."
        )
    if not settings.smtp_url:
        yield Finding("note", "No SMTP server is set (MARELLE_SMTP_URL): mails stay in the development mailbox.")
    key = folder / "vapid.pem"
    if key.exists() and key.stat().st_mode & 0o077:
        yield Finding("fault", f"Others can read the push key {key}: chmod 600 it.")


async def look_at_database(settings: Settings) -> list[Finding]:
    """What the database says."""
    path = anyio.Path(settings.database_url.removeprefix("sqlite:///"))
    if settings.database_url.startswith("sqlite") and not await path.exists():
        return [Finding("fault", f"There is no database at {path}: run `python -m server migrate`.")]
    db = open_database(settings.database_url)
    try:
        await db.start()
    except Exception as error:  # whatever the driver raises, the operator needs one sentence
        return [Finding("fault", f"The database cannot be opened: {error}.")]
    try:
        return await _examine(db, settings)
    except DatabaseError as error:
        sentence = f"The database does not answer as this version expects ({error}): run `python -m server migrate`."
        return [Finding("fault", sentence)]
    finally:
        await db.stop()


async def _examine(db: Database, settings: Settings) -> list[Finding]:
    now = clock_from(settings.now)()
    found = [Finding("ok", f"The database ({db.engine}) answers and knows this version's tables.")]
    for look in (integrity, places, calendar, accounts, backlog):
        if look is integrity and db.engine != "sqlite":
            continue
        found += await db.read(look, now, settings.env == "demo")
    return found


def integrity(now: datetime, demo: bool) -> Work[list[Finding]]:
    """SQLite's own check of its file, and foreign keys."""
    result = (yield sql("pragma quick_check(1)"))[0][0]
    broken = yield sql("pragma foreign_key_check")
    if result != "ok":
        return [Finding("fault", f"The database file is damaged ({result}): restore the last backup.")]
    if broken:
        return [Finding("fault", f"{len(broken)} rows name something that does not exist: restore the last backup.")]
    return [Finding("ok", "The database file is sound.")]


PLACES = """
select count(*) as n from session s where s.taken <>
  (select count(*) from booking b where b.session_id = s.id
   and b.state in ('requested', 'to_pay', 'booked', 'cancel_requested'))
"""


def places(now: datetime, demo: bool) -> Work[list[Finding]]:
    """The counted places agree with the bookings."""
    wrong = (yield sql(PLACES))[0]["n"]
    if wrong:
        return [Finding("fault", f"{wrong} sessions count other places than their bookings take: tell the developers.")]
    return [Finding("ok", "Every session counts exactly the places its bookings take.")]


def calendar(now: datetime, demo: bool) -> Work[list[Finding]]:
    """The town's catalogue, its school year and its sessions ahead."""
    rows = yield sql("select zone, time_zone from catalogue where id = 1")
    if not rows:
        return [Finding("note", "No town has been set up yet: no catalogue, no activities.")]
    zone = rows[0]["zone"]
    today = now.astimezone(ZoneInfo(rows[0]["time_zone"])).date()
    begins = today.year if today.month >= 8 else today.year - 1
    found = []
    known = yield sql(
        "select count(*) as n from school_period where zone = $1 and first_day <= $2 and last_day >= $3",
        zone, today + timedelta(days=200), today,
    )  # fmt: skip
    if not known[0]["n"]:
        found.append(Finding("fault", f"No school holiday is known ahead for zone {zone}: `import` the official file."))
    elif (warning := coverage(zone, f"{begins}-{begins + 1}")).state != "complete":
        found.append(Finding("note", f"School calendar: {warning.warning}"))
    ahead = yield sql("select count(*) as n from session where day between $1 and $2", today, today + timedelta(60))
    if not ahead[0]["n"]:
        found.append(Finding("fault", "There is no session in the next two months: families can book nothing."))
    return found or [Finding("ok", "The school calendar and the sessions cover the weeks ahead.")]


def accounts(now: datetime, demo: bool) -> Work[list[Finding]]:
    """Who can work, and whether demo logins lie around."""
    agents = yield sql(
        "select count(*) as n from account where kind = 'agent' and disabled_at is null and (demo = $1 or $2)",
        False,
        demo,
    )
    fictional = yield sql("select count(*) as n from account where demo = $1", True)
    found = []
    if not agents[0]["n"]:
        found.append(Finding("note", "No agent can sign in: nobody can validate a request."))
    if fictional[0]["n"] and not demo:
        found.append(
            Finding("note", f"{fictional[0]['n']} demo accounts are in this database; they cannot sign in here.")
        )
    return found or [Finding("ok", "At least one agent can sign in.")]


def backlog(now: datetime, demo: bool) -> Work[list[Finding]]:
    """Notices that should have left long ago: the deliver worker is probably not running."""
    rows = yield sql(
        "select count(*) as n from delivery where status = 'waiting' and due_at < $1", now - OLDEST_WAITING
    )
    events = yield sql("select count(*) as n from outbox where notice_id is null and due_at < $1", now - OLDEST_WAITING)
    late = rows[0]["n"] + events[0]["n"]
    if late:
        return [
            Finding("note", f"{late} notices have waited for more than a quarter of an hour: is `deliver` running?")
        ]
    return [Finding("ok", "No notice is late.")]
