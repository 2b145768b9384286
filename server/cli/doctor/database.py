"""What the database says: whether it is sound, up to date, and what in it waits, fails or does not add up."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import anyio

from server.activities.holidays import coverage
from server.adapters.clock import clock_from
from server.cli.doctor.documents import look_at_documents
from server.cli.doctor.finding import Finding, fault, note, ok
from server.cli.doctor.notices import backlog, phones, poisoned, public_key
from server.cli.readiness import missing_migrations
from server.cli.rotation import lost_keys
from server.database import Busy, Database, DatabaseError, Work, open_database, sql
from server.settings import Settings

CLOCKS_APART = 5.0  # seconds between this machine's clock and the database's


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
    return [*found, *await db.read(phones, public_key(settings))]


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
