"""The catalogue as it is remembered, the calendar as it is corrected, and the sessions made from both."""

from datetime import UTC, date, datetime
from typing import Any

from server.activities.commands import bump_version, keep_public_holidays, make_sessions, replace_periods
from server.activities.queries import Catalogue, catalogue_of
from server.activities.rules.days import PublicHoliday, SchoolPeriod
from server.database import Database
from tests.cast import Town
from tests.desk import rows_of


def christmas(first: date = date(2026, 12, 19), last: date = date(2027, 1, 3), source: str = "shipped") -> SchoolPeriod:
    return SchoolPeriod("C", "2026-2027", "Vacances de Noël", first, last, source)


def statements_of(version: int) -> Any:
    """The catalogue, and how many statements it took."""

    def work() -> Any:
        conversation, rows, count = catalogue_of(version), None, 0
        try:
            while True:
                statement = conversation.send(rows)
                count += 1
                rows = yield statement
        except StopIteration as end:
            return end.value, count

    return work


async def test_the_catalogue_is_read_once_a_version(db: Database, town: Town) -> None:
    first, asked = await db.read(statements_of(1))
    again, asked_again = await db.read(statements_of(1))
    assert asked > 0
    assert asked_again == 0
    assert again is first


async def test_a_new_version_is_read_anew(db: Database, town: Town) -> None:
    await db.read(catalogue_of, 1)
    await db.write(replace_periods, [christmas()])
    catalogue: Catalogue = await db.read(catalogue_of, 2)
    assert catalogue.calendar.is_holiday_period(date(2026, 12, 22))
    assert await db.write(bump_version) == 3


async def test_sessions_follow_the_calendar_and_are_made_once(db: Database, town: Town) -> None:
    await db.write(replace_periods, [christmas()])
    await db.write(keep_public_holidays, [PublicHoliday("metropole", date(2027, 1, 5), "Fête du port")])
    span = (date(2026, 12, 14), date(2027, 1, 8))
    made = await db.write(make_sessions, town.activities["cantine"], *span, None)
    assert made == 3  # the cast has those before Christmas; Monday, Thursday and Friday of the new year
    assert await db.write(make_sessions, town.activities["cantine"], *span, None) == 0


async def test_a_session_starts_at_the_towns_clock(db: Database, town: Town) -> None:
    await db.write(make_sessions, town.activities["cantine"], date(2027, 6, 7), date(2027, 6, 7), 30)
    (row,) = await db.read(rows_of, "select starts_at, capacity from session where day = $1", date(2027, 6, 7))
    assert row == {"starts_at": datetime(2027, 6, 7, 10, tzinfo=UTC), "capacity": 30}


async def test_a_session_made_on_a_closed_day_says_why(db: Database, town: Town) -> None:
    await db.write(
        rows_of,
        "insert into closure (activity_id, first_day, last_day, reason, created_at) values ($1, $2, $2, 'Travaux', $3) returning id",
        town.activities["cantine"],
        date(2027, 6, 7),
        datetime(2026, 11, 1, tzinfo=UTC),
    )
    await db.write(make_sessions, town.activities["cantine"], date(2027, 6, 7), date(2027, 6, 8), None)
    rows = await db.read(rows_of, "select closed_reason from session where day >= $1 order by day", date(2027, 6, 7))
    assert [row["closed_reason"] for row in rows] == ["Travaux", None]


async def test_an_official_correction_replaces_what_it_overlaps_and_nothing_else(db: Database, town: Town) -> None:
    autumn = SchoolPeriod(
        "C", "2026-2027", "Vacances de la Toussaint", date(2026, 10, 17), date(2026, 11, 1), "shipped"
    )
    other_zone = SchoolPeriod("A", "2026-2027", "Vacances de Noël", date(2026, 12, 19), date(2027, 1, 3), "shipped")
    await db.write(replace_periods, [autumn, christmas(), other_zone])
    await db.write(replace_periods, [christmas(date(2026, 12, 18), date(2027, 1, 4), "arrêté du 2 mars")])
    rows = await db.read(rows_of, "select zone, first_day, source from school_period order by zone, first_day")
    assert [(row["zone"], row["first_day"], row["source"]) for row in rows] == [
        ("A", date(2026, 12, 19), "shipped"),
        ("C", date(2026, 10, 17), "shipped"),
        ("C", date(2026, 12, 18), "arrêté du 2 mars"),
    ]
