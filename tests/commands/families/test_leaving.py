"""Members leave a file at the same instant as something else happens: never the last adult, no booking left behind."""

import asyncio
from typing import Any

import pytest

from server.bookings.commands.judging import TapRequest
from server.bookings.commands.leaving import BOOKINGS_END
from server.bookings.commands.taps import apply_taps
from server.enrolments.commands import ENROLMENTS_END
from server.families.commands.leaving import take_out
from server.health.commands.leaving import PERSONS_END
from tests.commands.bookings.phone import Phone
from tests.desk import THURSDAY, put, rows_of

ENDINGS = (BOOKINGS_END, ENROLMENTS_END, PERSONS_END)
WHY = "Déménagement."


async def test_of_two_adults_taken_out_at_once_one_stays(db, town, clock) -> None:
    refs = await db.read(rows_of, "select ref from guardian where family_id = $1 order by id", town.families["dupont"])
    agent = town.visitor("agent")
    told = await asyncio.gather(
        *(db.write(take_out, agent, "fam-dupont", "adulte", row["ref"], WHY, ENDINGS, clock()) for row in refs)
    )
    assert sorted(bool(fault) for fault in told) == [False, True]
    left = await db.read(rows_of, "select holder from guardian where family_id = $1", town.families["dupont"])
    assert [bool(row["holder"]) for row in left] == [True]


@pytest.mark.parametrize("first", ["tap", "agent"])
@pytest.mark.parametrize("booked", [False, True])
async def test_a_tap_at_the_same_instant_leaves_nothing_booked(db, town, clock, first: str, booked: bool) -> None:
    if booked:
        await put(db, town, "tom", "cantine", THURSDAY, "booked", clock())
    alice, agent, now = Phone(town, db, clock), town.visitor("agent"), clock()
    acts: dict[str, Any] = {
        "tap": db.write(apply_taps, [TapRequest(alice.visitor, alice.tap("tom", "atelier", THURSDAY), now)], now),
        "agent": db.write(take_out, agent, "fam-dupont", "enfant", "kidtom", WHY, ENDINGS, now),
    }
    order = [first, *(name for name in acts if name != first)]
    done = dict(zip(order, await asyncio.gather(*(acts[name] for name in order)), strict=True))
    assert done["agent"] == ""
    states = await db.read(rows_of, "select state from booking where child_id = $1", town.children["tom"])
    assert {row["state"] for row in states} <= {"free"}
    assert await db.read(rows_of, "select id from session where taken > 0") == []
