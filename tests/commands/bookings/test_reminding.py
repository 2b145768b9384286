"""« Date limite demain, rien de réservé » on both engines: once, to the right home, never to those who said no."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from server.bookings.commands.reminding import KIND, empty_days, remind_round
from server.database import Database, Work, open_database, sql
from tests.cast import Town
from tests.commands.bookings.phone import Phone
from tests.commands.notices.office import NOTICES, office_of, run_down, select
from tests.conftest import FrozenClock
from tests.counting import counted
from tests.desk import rows_of

TUESDAY, THURSDAY = date(2026, 11, 17), date(2026, 11, 19)


def came(town: Town, child: str, home: str, days: list[date], at: Any, activity: str = "cantine") -> Work[None]:
    """Bookings of the past, as the agents' lists have them."""
    for day in days:
        yield sql(
            "insert into booking (child_id, session_id, family_id, state, version, changed_at) "
            "values ($1, $2, $3, 'booked', 1, $4)",
            town.children[child], town.sessions[activity, day], town.families[home], at,
        )  # fmt: skip


@pytest.fixture
async def tom_comes(db: Database, town: Town, clock: FrozenClock) -> None:
    """Tom ate here on the last two Tuesdays and Thursdays, and will this Friday; Tuesday closes tonight at 18 h."""
    before = [day - timedelta(weeks=n) for n in (1, 2) for day in (TUESDAY, THURSDAY)]
    await db.write(came, town, "tom", "dupont", [*before, date(2026, 11, 20)], clock())


async def outbox(db: Database) -> list[tuple[int, str]]:
    rows = await db.read(rows_of, f"select account_id, payload from outbox where kind = '{KIND}' order by id")
    return [(row["account_id"], msgspec.json.decode(row["payload"])["day"]) for row in rows]


@pytest.mark.usefixtures("tom_comes")
async def test_both_parents_are_told_once_whatever_the_rounds(db: Database, town: Town, clock: FrozenClock) -> None:
    assert await remind_round(db, clock()) == 1
    both = [(town.accounts["owner"], str(TUESDAY)), (town.accounts["coguardian"], str(TUESDAY))]
    assert await outbox(db) == both
    clock.move(minutes=15)
    assert await remind_round(db, clock()) == 0
    clock.set("2026-11-18T12:00:00+01:00")  # Thursday's meal of the same week: not again
    assert await remind_round(db, clock()) == 0
    assert await outbox(db) == both


@pytest.fixture
async def beside(database_url: str) -> AsyncIterator[Database]:
    """A second worker's own connection to the same town."""
    database = open_database(database_url)
    await database.start()
    yield database
    await database.stop()


@pytest.mark.usefixtures("tom_comes")
async def test_two_workers_at_once_tell_once(db: Database, beside: Database, town: Town, clock: FrozenClock) -> None:
    rounds = [remind_round(each, clock()) for _ in range(4) for each in (db, beside)]
    assert sum(await asyncio.gather(*rounds)) == 1
    assert len(await outbox(db)) == 2


@pytest.mark.usefixtures("tom_comes")
async def test_the_notice_says_until_when_and_a_locked_screen_no_name(
    db: Database, town: Town, clock: FrozenClock
) -> None:
    await remind_round(db, clock())
    await run_down(office_of(db, clock))
    notice = (await db.read(select, NOTICES))[0]
    body = notice["body"].replace("\u00a0", " ")
    assert notice["title"] == "Date limite proche, rien de réservé"
    assert body == "Tom, Cantine : mar. 17 novembre, à réserver avant lundi 16 novembre à 18 h."
    assert notice["brief"].replace("\u00a0", " ") == "Cantine : mar. 17 novembre. Ouvrez Marelle pour le détail."
    assert notice["url"] == f"/planning/jour/{TUESDAY}"
    assert notice["expires_at"].isoformat() == "2026-11-16T17:00:00+00:00"


@pytest.mark.usefixtures("tom_comes")
@pytest.mark.parametrize(
    ("instant", "told"),
    [
        ("2026-11-15T17:59:00+01:00", 0),  # more than a day before
        ("2026-11-15T18:00:00+01:00", 1),
        ("2026-11-16T17:59:59+01:00", 1),
        ("2026-11-16T18:00:00+01:00", 0),  # too late to be of use
    ],
)
async def test_only_within_a_day_of_the_date(db: Database, clock: FrozenClock, instant: str, told: int) -> None:
    clock.set(instant)
    assert await remind_round(db, clock()) == told


@pytest.mark.usefixtures("tom_comes")
async def test_a_day_cancelled_on_purpose_is_not_asked_about(db: Database, town: Town, clock: FrozenClock) -> None:
    phone = Phone(town, db, clock)
    await phone.wish("tom", "cantine", TUESDAY)
    assert await remind_round(db, clock()) == 0
    await phone.wish("tom", "cantine", TUESDAY, want="free", seen=1)
    assert await remind_round(db, clock()) == 0


@pytest.mark.usefixtures("tom_comes")
async def test_a_closed_day_is_not_asked_about(db: Database, town: Town, clock: FrozenClock) -> None:
    def close() -> Work[None]:
        yield sql("update session set closed_reason = 'Grève' where id = $1", town.sessions["cantine", TUESDAY])

    await db.write(close)
    assert await remind_round(db, clock()) == 0


async def test_who_never_comes_is_left_in_peace(db: Database, clock: FrozenClock, town: Town) -> None:
    assert await remind_round(db, clock()) == 0


async def test_each_home_is_told_of_its_own_days_only(db: Database, town: Town, clock: FrozenClock) -> None:
    """Week 47 is Chloe's: what Lina did there is no habit of Alice's, and Alice is not told of Chloe's days."""
    before = [TUESDAY - timedelta(weeks=n) for n in (1, 2)]
    await db.write(came, town, "lina", "martin", before, clock())
    assert await remind_round(db, clock()) == 1
    assert {account for account, _ in await outbox(db)} == {town.accounts["other_home"]}


@pytest.mark.usefixtures("tom_comes")
async def test_as_many_statements_as_sessions_close_soon(db: Database, clock: FrozenClock) -> None:
    await db.read(empty_days, clock())
    count = [0]
    await db.read(lambda: counted(empty_days(clock()), count))
    assert count[0] == 4  # the version, the sessions, and the meal and the workshop of Tuesday
