"""Loads the whole town in one transaction: either it is all there, or nothing is."""

from datetime import date, datetime, timedelta
from typing import Literal

from server.activities.commands import keep_public_holidays, make_sessions, replace_periods
from server.activities.holidays import shipped_calendar, shipped_periods
from server.activities.rules import public_holidays
from server.activities.rules.days import TownCalendar
from server.adapters.vault import Vault
from server.database import Work, sql
from server.demo.bookings import bookings
from server.demo.health import write_health
from server.demo.offer import COLUMNS as ACTIVITY
from server.demo.offer import HOLIDAY_ZONE, OFFER, ZONE, activity_rows, school_year_of, sessions_span
from server.demo.people import SCHOOLS, households
from server.demo.registrations import write_registrations
from server.demo.registry import write_accounts, write_enrolments, write_families
from server.demo.requests import write_requests
from server.demo.rows import insert, insert_named
from server.demo.town import COLUMNS as BOOKING
from server.demo.town import Slot, Town
from server.demo.twice import write_twice
from server.demo.words import write_words
from server.zone import TIME_ZONE, town_day

Found = Literal["empty", "demo", "real", "other"]
SHARE = 60  # families for which the capacities are meant


def load_demo(now: datetime, families: int, password_hash: str, vault: Vault | None = None) -> Work[Found]:
    """Load the town into an empty database; what was found there, "empty" when the town has been loaded.

    Without a `vault` nobody has told anything of a child's health.
    """
    found = yield from what_is_there()
    if found == "empty":
        yield from _load(now, families, password_hash, vault)
    return found


def what_is_there() -> Work[Found]:
    """An empty database, the demo town, a real town, or something nobody can name."""
    if (yield sql("select id from account where email = 'parent@demo.marelle' and demo = $1", True)):
        return "demo"
    if (yield sql("select id from account where demo = $1 limit 1", False)):
        return "real"
    for table in ("account", "family", "child", "activity", "site", "catalogue"):
        if (yield sql(f"select id from {table} limit 1")):
            return "other"
    return "empty"


def _load(now: datetime, families: int, password_hash: str, vault: Vault | None) -> Work[None]:
    today = town_day(now)
    year = school_year_of(today)
    calendar = yield from _write_calendar(year)
    slots = yield from _write_offer(year, max(1, families // SHARE))
    homes = tuple(households(families, school_year_of(today + timedelta(days=92))))
    accounts = yield from write_accounts(homes, password_hash, now - timedelta(days=75))
    ids, children = yield from write_families(homes, accounts, now - timedelta(days=75))
    yield from write_enrolments(homes, ids, children, year, school_year_of(today + timedelta(days=92)))
    town = Town(homes, children, ids, accounts, slots, calendar, now, today)
    yield from insert("booking", BOOKING, bookings(town))
    yield from write_registrations(now)
    yield from write_requests(homes, ids, accounts, now)
    yield from write_twice(homes, ids)
    yield sql(COUNT_PLACES)
    yield from write_words(accounts, ids, now, today)
    if vault:
        yield from write_health(vault, homes, ids, children, now)


COUNT_PLACES = """
update session set
  taken = (select count(*) from booking b where b.session_id = session.id
           and b.state in ('requested', 'to_pay', 'booked', 'cancel_requested')),
  next_rank = 1 + (select count(*) from booking b where b.session_id = session.id and b.state = 'waiting')
where id in (select session_id from booking)
"""


def _write_calendar(year: int) -> Work[TownCalendar]:
    """The row of the catalogue, and the holidays of every zone: a town may change its zone."""
    years = range(min(2025, year), max(2028, year + 3) + 1)
    yield from insert(
        "catalogue", "id, version, zone, public_holiday_zone, time_zone", [(1, 1, ZONE, HOLIDAY_ZONE, TIME_ZONE)]
    )
    yield from replace_periods(shipped_periods())
    holidays = (
        holiday
        for zone in public_holidays.ZONES
        for number in years
        for holiday in public_holidays.public_holidays(number, zone)
    )
    yield from keep_public_holidays(tuple({(holiday.zone, holiday.day): holiday for holiday in holidays}.values()))
    return shipped_calendar(ZONE, HOLIDAY_ZONE, years)


def _write_offer(year: int, share: int) -> Work[dict[str, dict[date, Slot]]]:
    """The schools, the activities and their sessions; the sessions found, by activity and day."""
    yield from insert("site", "name, kind", [(school, "school") for school in SCHOOLS])
    ids = yield from insert_named("activity", ACTIVITY, activity_rows())
    for one in OFFER:
        yield from make_sessions(ids[one.ref], *sessions_span(year), one.capacity and one.capacity * share)
    names = {id_: ref for ref, id_ in ids.items()}
    slots: dict[str, dict[date, Slot]] = {one.ref: {} for one in OFFER}
    for row in (yield sql("select id, activity_id, day, starts_at, capacity from session")):
        slots[names[row["activity_id"]]][row["day"]] = Slot(row["id"], row["day"], row["starts_at"], row["capacity"])
    return slots
