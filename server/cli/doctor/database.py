"""What the database says: whether it is sound, up to date, and what in it waits, fails or does not add up."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import anyio

from server.activities.holidays import coverage
from server.adapters.clock import clock_from
from server.adapters.keys import push_public_key
from server.cli.doctor.documents import look_at_documents
from server.cli.doctor.finding import Finding, fault, note, ok
from server.cli.readiness import missing_migrations
from server.cli.rotation import lost_keys
from server.database import Busy, Database, DatabaseError, Work, open_database, sql
from server.settings import Settings

OLDEST_WAITING = timedelta(minutes=15)
CLOCKS_APART = 5.0  # seconds between this machine's clock and the database's
FAILED_SINCE = timedelta(days=1)


async def look_at_database(settings: Settings) -> list[Finding]:
    """What the database says."""
    path = anyio.Path(settings.database_url.removeprefix("sqlite:///"))
    if settings.database_url.startswith("sqlite") and not await path.exists():
        return [fault(f"There is no database at {path}: run `python -m server migrate`.")]
    db = open_database(settings.database_url)
    try:
        await db.start()
    except Exception as error:  # whatever the driver raises, the operator needs one sentence
        return [fault(f"The database cannot be opened: {error}.")]
    try:
        if missing := await missing_migrations(db):
            return [fault(f"The database lacks {missing} migrations of this version: run `python -m server migrate`.")]
        return await _examine(db, settings)
    except Busy as busy:
        return [fault(f"The database does not answer: {busy}.")]
    except DatabaseError as error:
        sentence = f"The database does not answer as this version expects ({error}): run `python -m server migrate`."
        return [fault(sentence)]
    finally:
        await db.stop()


async def _examine(db: Database, settings: Settings) -> list[Finding]:
    now = clock_from(settings.now)()
    found = [ok(f"The database ({db.engine}) answers and knows this version's tables.")]
    for look in (integrity, places, calendar, accounts, backlog, poisoned, future):
        if look is integrity and db.engine != "sqlite":
            continue
        found += await db.read(look, now, settings.env == "demo")
    if db.engine == "postgres":
        found += await db.read(clocks)
    found += await db.read(health_keys, settings.data)
    found += await look_at_documents(db, settings, now)
    return [*found, *await db.read(phones, _public_key(settings))]


def integrity(now: datetime, demo: bool) -> Work[list[Finding]]:
    """SQLite's own check of its file, and foreign keys."""
    result = (yield sql("pragma quick_check(1)"))[0][0]
    broken = yield sql("pragma foreign_key_check")
    if result != "ok":
        return [fault(f"The database file is damaged ({result}): restore the last backup.")]
    if broken:
        return [fault(f"{len(broken)} rows name something that does not exist: restore the last backup.")]
    return [ok("The database file is sound.")]


PLACES = """
select count(*) as n from session s where s.taken <>
  (select count(*) from booking b where b.session_id = s.id
   and b.state in ('requested', 'to_pay', 'booked', 'cancel_requested'))
"""


def places(now: datetime, demo: bool) -> Work[list[Finding]]:
    """The counted places agree with the bookings."""
    wrong = (yield sql(PLACES))[0]["n"]
    if wrong:
        return [fault(f"{wrong} sessions count other places than their bookings take: tell the developers.")]
    return [ok("Every session counts exactly the places its bookings take.")]


def calendar(now: datetime, demo: bool) -> Work[list[Finding]]:
    """The town's catalogue, its school year and its sessions ahead."""
    rows = yield sql("select zone, time_zone from catalogue where id = 1")
    if not rows:
        return [note("No town has been set up yet: no catalogue, no activities.")]
    zone = rows[0]["zone"]
    today = now.astimezone(ZoneInfo(rows[0]["time_zone"])).date()
    begins = today.year if today.month >= 8 else today.year - 1
    found = []
    known = yield sql(
        "select count(*) as n from school_period where zone = $1 and first_day <= $2 and last_day >= $3",
        zone, today + timedelta(days=200), today,
    )  # fmt: skip
    if not known[0]["n"]:
        found.append(fault(f"No school holiday is known ahead for zone {zone}: `import` the official file."))
    for year in (begins, begins + 1):
        if (warning := coverage(zone, f"{year}-{year + 1}")).state != "complete":
            found.append(note(f"School calendar: {warning.warning}"))
    ahead = yield sql("select count(*) as n from session where day between $1 and $2", today, today + timedelta(60))
    if not ahead[0]["n"]:
        found.append(fault("There is no session in the next two months: families can book nothing."))
    return found or [ok("The school calendar and the sessions cover the weeks ahead.")]


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
        found.append(note("No agent can sign in: nobody can validate a request."))
    if fictional[0]["n"] and not demo:
        found.append(note(f"{fictional[0]['n']} demo accounts are in this database; they cannot sign in here."))
    return found or [ok("At least one agent can sign in.")]


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


def future(now: datetime, demo: bool) -> Work[list[Finding]]:
    """Rows written later than now: the clock was set back, and cutoffs are judged by it."""
    rows = yield sql("select received_at from tap order by received_at desc limit 1")
    if rows and rows[0]["received_at"] > now + timedelta(seconds=CLOCKS_APART):
        ahead = rows[0]["received_at"] - now
        return [fault(f"The last tap was received {ahead} after now: the clock was set back, and cutoffs go by it.")]
    return []


def clocks() -> Work[list[Finding]]:
    """This machine's clock and the database's."""
    rows = yield sql("select clock_timestamp() as now")
    apart = abs((rows[0]["now"] - datetime.now(UTC)).total_seconds())
    if apart > CLOCKS_APART:
        return [fault(f"This machine's clock and the database's are {apart:.0f} seconds apart: cutoffs go by ours.")]
    return [ok("The clocks of this machine and of the database agree.")]


def health_keys(data: str) -> Work[list[Finding]]:
    """The health files open with the keys of this machine."""
    lost = yield from lost_keys(data)
    return [fault(lost)] if lost else []


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


def _public_key(settings: Settings) -> str:
    """The portal's key if it has one: the doctor makes none."""
    try:
        return push_public_key(settings.data) if (Path(settings.data) / "vapid.pem").exists() else ""
    except (OSError, ValueError):
        return ""
