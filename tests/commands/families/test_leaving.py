"""Members leave a file at the same instant as something else happens: never the last adult, no booking left behind."""

import asyncio
from typing import Any

import pytest

from server.activities.queries import school_holidays
from server.bookings.commands.custody import held_from
from server.bookings.commands.judging import TapRequest
from server.bookings.commands.leaving import BOOKINGS_END
from server.bookings.commands.taps import apply_taps
from server.database import Work, sql
from server.enrolments.commands import ENROLMENTS_END
from server.families.commands.custody import Asked, edit_custody
from server.families.commands.leaving import take_out
from server.families.queries.custody import Around, shared_child
from server.families.rules import Custody, custody_from
from server.fields import Typed
from server.health.commands.leaving import PERSONS_END
from server.health.commands.people import save_people
from server.health.rules.people import stamp_of
from tests.commands.bookings.phone import Phone
from tests.desk import MONDAY, THURSDAY, agent_of, put, rows_of

ENDINGS = (BOOKINGS_END, ENROLMENTS_END, PERSONS_END)
WHY = "Déménagement."


def statements(count: int) -> Work[None]:
    """Time passes inside a transaction."""
    for _ in range(count):
        yield sql("select 1")


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


@pytest.mark.parametrize("late", range(0, 36, 3))
async def test_the_home_that_is_left_has_all_the_days_whatever_a_colleague_writes_meanwhile(
    db, town, clock, late: int
) -> None:
    """Half the weeks of a child with one home would be nobody's."""
    seen, now = (await db.read(shared_child, town.families["dupont"], "kidlina")).stamp, clock()
    around = Around(school_holidays, held_from)

    def edited() -> Work[Any]:
        yield from statements(late)
        asked = Asked(Custody("odd"), MONDAY, seen)
        agent = agent_of(town, "dossiers")
        return (yield from edit_custody(agent, town.families["dupont"], "kidlina", asked, around, (), now))

    def left() -> Work[Any]:
        done = yield from take_out(town.visitor("agent"), "fam-dupont", "enfant", "kidlina", WHY, ENDINGS, now)
        yield from statements(20)
        return done

    await asyncio.gather(db.write(left), db.write(edited), return_exceptions=True)
    rows = await db.read(rows_of, "select custody from household_child where child_id = $1", town.children["lina"])
    assert [custody_from(row["custody"]).shared for row in rows] == [False]


@pytest.mark.parametrize("late", range(0, 36, 3))
async def test_no_person_may_collect_a_child_in_the_name_of_a_home_it_has_left(db, town, clock, late: int) -> None:
    now, alice = clock(), town.visitor("owner")
    typed = Typed({"nom_1": "Mamie", "lien_1": "grand-mère", "telephone_1": "0612345678"})

    def saved() -> Work[Any]:
        yield from statements(late)
        return (yield from save_people(alice, "kidlina", typed, stamp_of(()), now))

    def left() -> Work[Any]:
        done = yield from take_out(town.visitor("agent"), "fam-dupont", "enfant", "kidlina", WHY, ENDINGS, now)
        yield from statements(20)
        return done

    await asyncio.gather(db.write(left), db.write(saved), return_exceptions=True)
    assert await db.read(rows_of, "select id from household_child where family_id = $1 and child_id = $2",
                         town.families["dupont"], town.children["lina"]) == []  # fmt: skip
    assert await db.read(rows_of, "select name from pickup_person") == []
