"""`retention`: what the town's periods no longer allow to keep is removed, and said; `--dry-run` only counts.

`deliver` does the same every day. Any number of workers may do it at once: each removal is by itself.
"""

import argparse
import asyncio
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import msgspec

from server.accounts.commands.closing import close_account
from server.accounts.commands.letters import send_letter
from server.adapters.clock import clock_from
from server.database import Database, DatabaseError, Work, open_database, sql
from server.french import day_long
from server.profiles import profile_of
from server.profiles.retention import RetentionChoices
from server.settings import Settings, settings_from_environment
from server.zone import PARIS, town_day

MOST, AT_ONCE = 500, 20  # rows of one transaction; accounts closed in one
LOCK = " for update of a skip locked"  # each worker takes its own
YEAR = timedelta(days=365)
NOTE = "insert into audit (at, actor_id, action, detail) values ($1, null, 'retention', $2)"

# Nobody signed in, nor opened a page in a session that lives on.
UNUSED = (
    "a.kind = 'parent' and a.disabled_at is null and a.created_at < $1 "
    "and (a.last_sign_in_at is null or a.last_sign_in_at < $1) "
    "and not exists (select 1 from sign_in s where s.account_id = a.id and s.last_seen_at >= $1)"
)


@dataclass(frozen=True)
class Removal:
    """One kind of thing removed by age: its name for people, its table, the condition ($1: the day or instant)."""

    name: str
    table: str
    condition: str
    before: Any


def removals(choices: RetentionChoices, now: datetime) -> tuple[Removal, ...]:
    """What is removed, in an order in which nothing points at what has gone."""
    today = town_day(now)
    term = school_year(today, choices.booking_school_years)
    started = datetime.combine(term, time(), PARIS)
    settled = now - choices.exchange_years * YEAR
    left = today - timedelta(days=choices.health_days)
    return (
        Removal("réservations", "booking", "session_id in (select id from session where day < $1)", term),
        Removal("lignes du journal", "audit", "at < $1", started),
        Removal("échanges réglés", "thread", "closed_at is not null and last_at < $1", settled),
        Removal("envois groupés", "mailing", "state = 'sent' and done_at < $1", settled),
        Removal("démarches décidées", "request", DECIDED, settled),
        *(Removal(name, table, GONE_CHILDREN.format(table=table), left) for name, table in OF_HEALTH),
    )


DECIDED = "status in ('accepted', 'refused', 'cancelled') and changed_at < $1"
OF_HEALTH = (
    ("dossiers santé", "health_record"),
    ("autorisations", "permission"),
    ("personnes à appeler", "pickup_person"),
    ("lectures de dossiers santé", "health_read"),
)
# The last enrolment is over, and nobody has filled the file in since: a family renews it before it enrols again.
GONE_CHILDREN = (
    "child_id in (select e.child_id from enrolment e group by e.child_id having max(e.last_day) < $1) and not exists "
    "(select 1 from audit u where u.child_id = {table}.child_id and u.action = 'health_saved' and u.at >= $1)"
)


def school_year(today: date, years: int) -> date:
    """The first of September before which bookings are older than `years` whole school years."""
    current = today.year if today.month >= 9 else today.year - 1
    return date(current - years, 9, 1)


async def keep_no_longer(db: Database, choices: RetentionChoices, now: datetime, dry: bool) -> Mapping[str, int]:
    """Remove (or count) all of it; how many of each. One line in the audit trail says so."""
    found: dict[str, int] = {}
    for one in removals(choices, now):
        found[one.name] = await (db.read(_count, one) if dry else _all_of(db, one))
    cut = now - choices.account_years * YEAR
    if dry:
        found["comptes prévenus"] = len(await db.read(_to_warn, cut))
        found["comptes fermés"] = len(await db.read(_to_close, cut, now - _warning(choices)))
        return found
    found["comptes prévenus"] = await db.write(_warn, cut, now, choices.account_warning_days)
    found["comptes fermés"] = 0
    while closed := await db.write(_close, cut, now - _warning(choices), now):
        found["comptes fermés"] += closed
    if any(found.values()):
        said = {name: count for name, count in found.items() if count}
        await db.write(_note, now, msgspec.json.encode({"removed": said}).decode())
    return found


def _warning(choices: RetentionChoices) -> timedelta:
    return timedelta(days=choices.account_warning_days)


async def _all_of(db: Database, one: Removal) -> int:
    total = 0
    while gone := await db.write(_remove, one):
        total += gone
    return total


def _count(one: Removal) -> Work[int]:
    return int((yield sql(f"select count(*) as n from {one.table} where {one.condition}", one.before))[0]["n"])


def _remove(one: Removal) -> Work[int]:
    rows = yield sql(
        f"delete from {one.table} where id in (select id from {one.table} where {one.condition} limit $2) returning id",
        one.before,
        MOST,
    )
    return len(rows)


def _to_warn(cut: datetime, most: int = 10_000, lock: str = "") -> Work[list[Any]]:
    rows = yield sql(
        f"select a.id, a.email, a.first_name from account a where {UNUSED} "
        f"and (a.warned_at is null or a.warned_at < $1) order by a.id limit $2{lock}",
        cut,
        most,
    )
    return list(rows)


def _warn(cut: datetime, now: datetime, days: int) -> Work[int]:
    rows = yield from _to_warn(cut, MOST, LOCK)
    until = day_long(town_day(now + timedelta(days=days)))
    for row in rows:
        yield sql("update account set warned_at = $2 where id = $1", row["id"], now)
        if row["email"]:
            yield from send_letter(row["email"], "account_unused", {"until": until}, now, account_id=row["id"])
    return len(rows)


def _to_close(cut: datetime, warned: datetime, most: int = 10_000, lock: str = "") -> Work[list[Any]]:
    rows = yield sql(
        f"select a.id from account a where {UNUSED} and a.warned_at >= $1 and a.warned_at < $2 "
        f"order by a.id limit $3{lock}",
        cut,
        warned,
        most,
    )
    return list(rows)


def _close(cut: datetime, warned: datetime, now: datetime) -> Work[int]:
    rows = yield from _to_close(cut, warned, AT_ONCE, LOCK)
    for row in rows:
        yield from close_account(row["id"], now)
    return len(rows)


def _note(now: datetime, detail: str) -> Work[None]:
    yield sql(NOTE, now, detail)


def retention(arguments: list[str]) -> int:
    """Remove, or with --dry-run only count; a line each."""
    parser = argparse.ArgumentParser(prog="python -m server retention", description="Remove what may not be kept.")
    parser.add_argument("--dry-run", action="store_true", help="count only")
    asked = parser.parse_args(arguments)
    settings = settings_from_environment()
    try:
        found = asyncio.run(_with_database(settings, asked.dry_run))
    except DatabaseError as error:
        print(f"Nothing was removed ({error}): run `python -m server migrate` first.", file=sys.stderr)
        return 1
    for name, count in found.items():
        print(f"{count:>8}  {name}")
    print("Rien n’a été retiré : essai." if asked.dry_run else "C’est fait.")
    return 0


async def _with_database(settings: Settings, dry: bool) -> Mapping[str, int]:
    db = open_database(settings.database_url)
    await db.start()
    try:
        return await keep_no_longer(db, profile_of(settings).retention, clock_from(settings.now)(), dry)
    finally:
        await db.stop()
