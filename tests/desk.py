"""Squares put straight into the database, and any of its rows looked at, for tests."""

from datetime import date, datetime
from typing import Any

from server.bookings.rules.states import HOLDS_A_PLACE
from server.database import Database, Work, sql
from server.families.finding import index_families
from server.web.visitor import Visitor
from tests.cast import Town

MONDAY, TUESDAY, WEDNESDAY, THURSDAY = date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 25), date(2026, 11, 26)
HOMES = {"lina": "dupont", "tom": "dupont", "zoe": "bernard"}


def rows_of(text: str, *args: Any) -> Work[list[dict[str, Any]]]:
    """The rows of one statement."""
    return [dict(row) for row in (yield sql(text, *args))]


async def put(
    db: Database,
    town: Town,
    child: str,
    activity: str,
    day: date,
    state: str,
    now: datetime,
    version: int = 1,
    family: str = "",
) -> int:
    """A square in `state`, its session's places counted; the booking's id."""
    return await db.write(
        _put,
        town.children[child],
        town.families[family or HOMES[child]],
        town.sessions[activity, day],
        state,
        now,
        version,
    )


def _put(child: int, family: int, session: int, state: str, now: datetime, version: int = 1) -> Work[int]:
    rank = None
    if state == "waiting":
        rank = (yield sql("update session set next_rank = next_rank + 1 where id = $1 returning next_rank", session))[
            0
        ]["next_rank"] - 1
    if state in HOLDS_A_PLACE:
        yield sql("update session set taken = taken + 1 where id = $1", session)
    rows = yield sql(
        "insert into booking (child_id, session_id, family_id, state, version, rank, changed_at) values ($1, $2, $3, $4, $5, $6, $7) returning id",
        child, session, family, state, version, rank, now,
    )  # fmt: skip
    return int(rows[0]["id"])


async def crowd(
    db: Database, town: Town, count: int, activity: str, day: date, state: str, now: datetime, families: int = 10
) -> list[int]:
    """`count` more children of a few more families, all in `state` on that day; the bookings' ids, oldest first."""
    return await db.write(_crowd, count, town.activities[activity], town.sessions[activity, day], state, now, families)


def _crowd(count: int, activity: int, session: int, state: str, now: datetime, families: int) -> Work[list[int]]:
    homes, bookings = [], []
    start = (yield sql("select count(*) as n from family"))[0]["n"]
    for n in range(start, start + families):
        rows = yield sql(
            "insert into family (ref, number, name, created_at) values ($1, $2, $3, $4) returning id",
            f"fam{n}",
            f"G{n:04}",
            f"Foule{n}",
            now,
        )
        homes.append(rows[0]["id"])
    for n in range(count):
        home = homes[n % families]
        ref = f"kid{home}x{n}"
        kid = (
            yield sql(
                "insert into child (ref, first_name, last_name, birth_date) values ($1, $2, 'Foule', $3) returning id",
                ref,
                f"Enfant{n:03}",
                date(2018, 1, 1),
            )
        )[0]["id"]
        yield sql("insert into household_child (family_id, child_id) values ($1, $2)", home, kid)
        yield sql(
            "insert into enrolment (child_id, activity_id, family_id, first_day, last_day) values ($1, $2, $3, $4, $5)",
            kid, activity, home, date(2026, 9, 1), date(2027, 7, 3),
        )  # fmt: skip
        bookings.append((yield from _put(kid, home, session, state, now)))
    yield from index_families(homes)
    return bookings


async def square(db: Database, booking_id: int) -> dict[str, Any]:
    """The booking as it stands."""
    return (await db.read(rows_of, "select * from booking where id = $1", booking_id))[0]


async def states(db: Database, ids: list[int]) -> list[str]:
    """The states of these bookings, in order."""
    return [(await square(db, id_))["state"] for id_ in ids]


async def session_row(db: Database, town: Town, activity: str, day: date) -> dict[str, Any]:
    """The session as it stands."""
    return (await db.read(rows_of, "select * from session where id = $1", town.sessions[activity, day]))[0]


async def told(db: Database) -> list[tuple[int, str]]:
    """Whom the outbox tells what."""
    rows = await db.read(rows_of, "select account_id, kind from outbox order by id")
    return [(row["account_id"], row["kind"]) for row in rows]


async def run(db: Database, text: str, *args: Any) -> None:
    """One statement of arrangement."""
    await db.write(rows_of, text, *args)


def agent_of(town: Town, *rights: str) -> Visitor:
    """The agent of the cast."""
    return town.visitor("agent", rights or ("bookings", "dossiers", "attendance", "settings"))
