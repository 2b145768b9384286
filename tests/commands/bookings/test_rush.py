"""Opening morning: 24 places, 200 families, 500 taps at once. Exactly 24 are booked, the others wait in order."""

import asyncio
import random
import uuid
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from server.bookings.commands.judging import TapRequest
from server.bookings.routes.gather import TapGatherer
from server.bookings.rules.taps import Tap
from server.database import Database, Work, flat, open_database, sql, values_marks
from server.web.visitor import Visitor
from tests.cast import Town
from tests.conftest import FrozenClock

PLACES, FAMILIES, TAPS = 24, 200, 500
DAY = date(2026, 11, 26)


def crowd(town: Town, now: datetime) -> Work[list[tuple[int, str]]]:
    """200 families of one child each, all enrolled; one session of 24 places."""
    numbers = range(FAMILIES)
    yield sql(
        f"insert into family (ref, number, name, created_at) values {values_marks(FAMILIES, 4)}",
        *flat((f"r{n}", f"R{n}", f"Rush {n}", now) for n in numbers),
    )
    yield sql(
        f"insert into child (ref, first_name, last_name, birth_date) values {values_marks(FAMILIES, 4)}",
        *flat((f"k{n}", f"Enfant {n}", "Rush", date(2019, 1, 1)) for n in numbers),
    )
    pairs = yield sql(
        "select f.id as family_id, c.id as child_id, c.ref from family f join child c on c.ref = replace(f.ref, 'r', 'k')"
    )
    yield sql(
        f"insert into household_child (family_id, child_id) values {values_marks(len(pairs), 2)}",
        *flat((pair["family_id"], pair["child_id"]) for pair in pairs),
    )
    yield sql(
        f"insert into enrolment (child_id, activity_id, family_id, first_day, last_day) values {values_marks(len(pairs), 5)}",
        *flat(
            (p["child_id"], town.activities["atelier"], p["family_id"], date(2026, 9, 1), date(2027, 7, 3))
            for p in pairs
        ),
    )
    yield sql("update session set capacity = $1 where id = $2", PLACES, town.sessions["atelier", DAY])
    return [(pair["family_id"], pair["ref"]) for pair in pairs]


def requests_of(pairs: list[tuple[int, str]], session: int, account: int, now: datetime) -> list[TapRequest]:
    """500 taps of those families: every family once, many two or three times from other phones."""
    dice = random.Random(24)
    chosen = pairs + [dice.choice(pairs) for _ in range(TAPS - len(pairs))]
    dice.shuffle(chosen)
    return [
        TapRequest(
            Visitor(account, "", "parent", "", "", frozenset(), 0, False, family_id, 0, 1),
            Tap(
                str(uuid.UUID(int=dice.getrandbits(128))), str(uuid.UUID(int=n)), ref, session, "booked", "", 1, 0, None
            ),
            now,
        )
        for n, (family_id, ref) in enumerate(chosen)
    ]


def final(session: int) -> Work[dict[str, Any]]:
    states = yield sql("select state, rank from booking where session_id = $1 order by rank", session)
    taken = yield sql("select taken from session where id = $1", session)
    ranks = [row["rank"] for row in states if row["state"] == "waiting"]
    return {"booked": sum(row["state"] == "booked" for row in states), "ranks": ranks, "taken": taken[0]["taken"]}


async def test_exactly_the_places_are_booked_and_the_rest_wait_in_order(
    town: Town, db: Database, clock: FrozenClock, database_url: str
) -> None:
    pairs = await db.write(crowd, town, clock())
    session = town.sessions["atelier", DAY]
    rush = requests_of(pairs, session, town.accounts["owner"], clock())
    # Two processes' worth on PostgreSQL: two pools, two gatherers. SQLite has one process by design.
    databases = [db] if db.engine == "sqlite" else [db, open_database(database_url)]
    for other in databases[1:]:
        await other.start()
    gatherers = [TapGatherer(database, clock, timedelta(0)) for database in databases]
    told = await asyncio.gather(*(gatherers[n % len(gatherers)].submit([request]) for n, request in enumerate(rush)))
    for other in databases[1:]:
        await other.stop()

    assert all(answer.outcome == "applied" for (answer,) in told)
    result = await db.read(final, session)
    assert result == {"booked": PLACES, "ranks": list(range(1, FAMILIES - PLACES + 1)), "taken": PLACES}

    again = await asyncio.gather(*(gatherers[0].submit([request]) for request in rush))
    assert msgspec.json.encode(again) == msgspec.json.encode(told)
    assert await db.read(final, session) == result
