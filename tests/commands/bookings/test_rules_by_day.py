"""Publications of an activity's rules: each reaches the sessions from its first day on, and no other."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import msgspec
import pytest

from server.activities.queries import Catalogue, forget_catalogues, read_catalogue
from server.bookings.queries.squares import Span, span_of
from server.database import Database, Work, sql
from tests.cast import Town
from tests.commands.bookings.phone import Phone
from tests.conftest import FrozenClock

PARIS = ZoneInfo("Europe/Paris")
FRIDAY, MONDAY = date(2026, 12, 4), date(2026, 12, 7)
TERMS = '{"kind":"always"}', "at_once", "at_once", "refused", True


def publish(town: Town, number: int, first_day: date, rule: dict[str, object]) -> Work[None]:
    """A publication put straight into the database, and the catalogue's new version."""
    text = msgspec.json.encode(rule).decode()
    yield sql(
        "insert into activity_rule (activity_id, number, first_day, book_rule, cancel_rule, opening_rule, validation, "
        "cancel_validation, late_cancel, waiting_list, reason, published_at) "
        "values ($1, $2, $3, $4, $4, $5, $6, $7, $8, $9, 'essai', $10)",
        town.activities["cantine"], number, first_day, text, *TERMS, datetime(2026, 11, 16, tzinfo=PARIS),
    )  # fmt: skip
    yield sql("update catalogue set version = version + 1")


def days_before(n: int, at: str) -> dict[str, object]:
    return {"kind": "days", "n": n, "at": at}


async def number_on(db: Database, town: Town, day: date) -> int:
    catalogue: Catalogue = await db.read(read_catalogue, 0)
    return catalogue.on(town.activities["cantine"], day).number


async def test_a_publication_reaches_its_first_day_and_what_follows(db: Database, town: Town) -> None:
    await db.write(publish, town, 1, MONDAY, days_before(3, "10:00"))
    assert [await number_on(db, town, day) for day in (FRIDAY, MONDAY, date(2027, 6, 1))] == [0, 1, 1]


async def test_the_latest_publication_wins_where_it_reaches(db: Database, town: Town) -> None:
    await db.write(publish, town, 1, MONDAY, days_before(3, "10:00"))
    await db.write(publish, town, 2, date(2027, 1, 4), days_before(2, "10:00"))
    assert [await number_on(db, town, day) for day in (FRIDAY, MONDAY, date(2027, 1, 4))] == [0, 1, 2]
    await db.write(publish, town, 3, FRIDAY, days_before(1, "10:00"))
    assert [await number_on(db, town, day) for day in (FRIDAY, MONDAY, date(2027, 1, 4))] == [3, 3, 3]


async def test_the_calendar_says_the_rule_of_each_day(db: Database, town: Town) -> None:
    await db.write(publish, town, 1, MONDAY, days_before(3, "10:00"))
    span: Span = await db.read(span_of, town.families["bernard"], FRIDAY, MONDAY, 2)
    said = {slot.day: slot.deadlines.book.closes_at for slot in span.slots if slot.activity.ref == "cantine"}
    assert said == {
        FRIDAY: datetime(2026, 12, 3, 18, tzinfo=PARIS),
        MONDAY: datetime(2026, 12, 4, 10, tzinfo=PARIS),
    }


@pytest.mark.parametrize(("day", "state"), [(FRIDAY, "booked"), (MONDAY, "free")])
async def test_a_tap_is_judged_by_the_rule_of_its_day(
    db: Database, town: Town, clock: FrozenClock, day: date, state: str
) -> None:
    await db.write(publish, town, 1, MONDAY, days_before(30, "10:00"))
    forget_catalogues()
    told = await Phone(town, db, clock, "stranger").wish("zoe", "cantine", day)
    assert told.state == state
    assert ("samedi 7 novembre à 10" in told.reason) == (state == "free")
