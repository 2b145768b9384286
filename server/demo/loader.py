"""Loads the whole town in one transaction: either it is all there, or nothing is."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Literal

from server.accounts.commands.consents import Shown, keep_consents
from server.accounts.texts import texts_of
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
from server.demo.people import AGENTS, NEWCOMER, SCHOOLS, Household, households
from server.demo.registrations import write_registrations
from server.demo.requests import write_requests
from server.demo.rows import insert, insert_named
from server.demo.town import COLUMNS as BOOKING
from server.demo.town import Slot, Town
from server.demo.words import write_words
from server.families.finding import index_families
from server.settings import Settings
from server.zone import PARIS, TIME_ZONE

ACCOUNT = (
    "ref, kind, user_name, email, number, first_name, last_name, password_hash, rights, demo, created_at"
)  # fmt: skip
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
    today = now.astimezone(PARIS).date()
    year = school_year_of(today)
    calendar = yield from _write_calendar(year)
    slots = yield from _write_offer(year, max(1, families // SHARE))
    homes = tuple(households(families, school_year_of(today + timedelta(days=92))))
    accounts = yield from _write_accounts(homes, password_hash, now - timedelta(days=75))
    ids, children = yield from _write_families(homes, accounts, now - timedelta(days=75))
    yield from _write_enrolments(homes, ids, children, year, school_year_of(today + timedelta(days=92)))
    town = Town(homes, children, ids, accounts, slots, calendar, now, today)
    yield from insert("booking", BOOKING, bookings(town))
    yield from write_registrations(now)
    yield from write_requests(homes, ids, accounts, now)
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


def _write_accounts(homes: Sequence[Household], password_hash: str, at: datetime) -> Work[dict[str, int]]:
    """Every login of the town, by its e-mail."""

    def rows() -> Iterator[tuple[object, ...]]:
        for agent in AGENTS:
            rights = "[" + ",".join(f'"{right}"' for right in agent.rights) + "]"
            user_name = agent.email.split("@")[0]
            number = f"mairie-{user_name}"
            yield (
                f"demo-{user_name}", "agent", user_name, agent.email, number, agent.first_name, agent.last_name,
                password_hash, rights, True, at,
            )  # fmt: skip
        for adult in (*(adult for home in homes for adult in home.adults if adult.user_name), NEWCOMER):
            yield (
                f"demo-{adult.number}", "parent", adult.user_name, adult.email, adult.number, adult.first_name,
                adult.last_name, password_hash, "[]", True, at,
            )  # fmt: skip

    accounts = yield from insert_named("account", ACCOUNT, rows(), "email")
    texts = [Shown(one.kind, one.version, one.digest, one.body, "accepted") for one in texts_of(Settings()).values()]
    yield from keep_consents(next(iter(accounts.values())), texts, at)
    others = (
        (account, one.kind, one.version, one.digest, one.how, at)
        for account in list(accounts.values())[1:]
        for one in texts
    )
    yield from insert("consent", "account_id, kind, version, digest, how, at", others)
    return accounts


def _write_families(
    homes: Sequence[Household], accounts: dict[str, int], at: datetime
) -> Work[tuple[dict[str, int], dict[str, int]]]:
    """Families, guardians, children and who lives where; the ids of families and of children, by ref."""
    ids = yield from insert_named(
        "family",
        "ref, number, name, resident, address, created_at",
        ((home.ref, home.number, home.name, home.resident, home.address, at) for home in homes),
    )
    yield from insert(
        "guardian",
        "family_id, account_id, title, first_name, last_name, email, phone, holder",
        (
            (ids[home.ref], accounts.get(a.email), a.title, a.first_name, a.last_name, a.email, a.phone, a.holder)
            for home in homes
            for a in home.adults
        ),
    )
    children = yield from _write_children(homes)
    yield from insert(
        "household_child",
        "family_id, child_id, custody",
        ((ids[home.ref], children[kid.ref], kid.custody) for home in homes for kid in home.kids),
    )
    yield from index_families(list(ids.values()))
    return ids, children


def _write_children(homes: Sequence[Household]) -> Work[dict[str, int]]:
    """The children, each once although it may live in two homes; their ids by ref."""
    schools = {row["name"]: row["id"] for row in (yield sql("select id, name from site"))}
    once = {kid.ref: kid for home in homes for kid in home.kids}
    return (
        yield from insert_named(
            "child",
            "ref, first_name, last_name, birth_date, colour, site_id, grade",
            (
                (k.ref, k.first_name, k.last_name, k.birth_date, k.colour, schools[SCHOOLS[k.school]], k.grade)
                for k in once.values()
            ),
        )
    )


def _write_enrolments(
    homes: Sequence[Household], ids: dict[str, int], children: dict[str, int], first_year: int, last_year: int
) -> Work[None]:
    """Each household enrols its children for the school year; in summer, for the next one too."""
    activities = {row["ref"]: row["id"] for row in (yield sql("select id, ref from activity"))}
    first, last = date(first_year, 9, 1), date(last_year + 1, 8, 31)
    yield from insert(
        "enrolment",
        "child_id, activity_id, family_id, first_day, last_day, unit",
        (
            (
                children[kid.ref], activities[activity], ids[home.ref], first, last,
                kid.menu if activity == "cantine" else "",
            )
            for home in homes
            for kid in home.kids
            for activity in kid.activities
        ),
    )  # fmt: skip
