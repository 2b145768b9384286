"""Two files of one child become one: squares, places and taps, each counted once."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from server.bookings.commands.judging import TapRequest
from server.bookings.commands.taps import apply_taps
from server.families.commands.merging import Joining, merge, preview
from tests.commands.bookings.phone import Phone
from tests.commands.families.joining import GONE, KEPT, WHY, joined, texts
from tests.desk import MONDAY, THURSDAY, TUESDAY, put, rows_of, run


@pytest.mark.parametrize(
    ("kept", "gone", "stays", "holder", "taken"),
    [
        ("booked", "booked", "booked", "dupont", 1),  # the first made
        ("requested", "booked", "booked", "bernard", 1),
        ("booked", "waiting", "booked", "dupont", 1),
        ("waiting", "booked", "booked", "bernard", 1),
        ("waiting", "waiting", "waiting", "dupont", 0),
        ("free", "booked", "booked", "bernard", 1),
        ("absent_billed", "free", "absent_billed", "dupont", 0),
        ("refused", "free", "refused", "dupont", 0),
    ],
)
async def test_a_session_of_both_files_keeps_one_square(
    db, town, clock, parts, kept, gone, stays, holder, taken
) -> None:
    session = town.sessions["atelier", THURSDAY]
    await run(
        db,
        "update session set capacity = $1 where id = $2",
        (kept + gone).count("booked") + ("request" in kept),
        session,
    )
    await put(db, town, "tom", "atelier", THURSDAY, kept, clock())
    await put(db, town, "zoe", "atelier", THURSDAY, gone, clock() + timedelta(minutes=5))
    assert await joined(db, town, clock, parts) == "done"
    (row,) = await db.read(rows_of, "select * from booking where session_id = $1", town.sessions["atelier", THURSDAY])
    assert (row["child_id"], row["state"], row["family_id"]) == (town.children["tom"], stays, town.families[holder])
    assert row["version"] > 1
    (session,) = await db.read(rows_of, "select taken from session where id = $1", town.sessions["atelier", THURSDAY])
    assert session["taken"] == taken


async def test_the_place_given_back_goes_to_the_first_who_waits(db, town, clock, parts) -> None:
    for child in ("tom", "zoe"):  # two places, both this child's
        await put(db, town, child, "atelier", THURSDAY, "booked", clock())
    await put(db, town, "lina", "atelier", THURSDAY, "waiting", clock())
    assert await joined(db, town, clock, parts) == "done"
    rows = await db.read(rows_of, "select child_id, state from booking order by child_id")
    assert {row["child_id"]: row["state"] for row in rows} == {
        town.children["lina"]: "booked",
        town.children["tom"]: "booked",
    }
    (session,) = await db.read(rows_of, "select taken from session where id = $1", town.sessions["atelier", THURSDAY])
    assert session["taken"] == 2
    kinds = await db.read(rows_of, "select kind, account_id from outbox where kind <> 'child_shared'")
    assert {(row["kind"], row["account_id"]) for row in kinds} == {
        ("booked_by_agent", town.accounts["stranger"]),
        ("waiting_list_promoted", town.accounts["owner"]),
        ("waiting_list_promoted", town.accounts["coguardian"]),
    }


async def test_squares_taps_absences_and_the_trail_follow_the_child(db, town, clock, parts) -> None:
    zoe = town.children["zoe"]
    await put(db, town, "zoe", "cantine", MONDAY, "booked", clock())
    await put(db, town, "zoe", "cantine", TUESDAY, "free", clock())
    session = town.sessions["cantine", MONDAY]
    await run(
        db,
        "insert into tap (id, account_id, device, square, seq, digest, outcome, verdict, received_at) "
        "values ('t1', $1, 'd', $2, 1, 'x', 'applied', '{}', $3)",
        town.accounts["stranger"], f"{GONE}.{session}", clock(),
    )  # fmt: skip
    await run(
        db,
        "insert into absence (ref, family_id, child_id, first_day, last_day, lines, declared_at) "
        "values ('a1', $1, $2, $3, $3, '[]', $4)",
        town.families["bernard"], zoe, MONDAY, clock(),
    )  # fmt: skip
    for child in ("tom", "zoe"):
        await run(
            db,
            "insert into cutoff_reminder (family_id, child_id, week, told_at) values ($1, $2, $3, $4)",
            town.families["bernard"], town.children[child], MONDAY, clock(),
        )  # fmt: skip
    await run(db, "insert into audit (at, action, child_id) values ($1, 'tap', $2)", clock(), zoe)
    said = await texts(db, parts, clock)
    assert "Réservations: 2 cases du planning changent de fiche, dont 1 à venir." in said
    assert await joined(db, town, clock, parts) == "done"
    tom = town.children["tom"]
    for table, count in (("booking", 2), ("absence", 1), ("cutoff_reminder", 1)):
        assert len(await db.read(rows_of, f"select id from {table} where child_id = $1", tom)) == count, table
    assert await db.read(rows_of, "select id from audit where child_id = $1", zoe) == []
    (tap,) = await db.read(rows_of, "select square from tap")
    assert tap["square"] == f"{KEPT}.{session}"


@pytest.mark.parametrize("turn", range(6))
async def test_taps_of_both_homes_while_the_files_are_joined_leave_every_place_counted_once(
    db, town, clock, parts, turn
) -> None:
    """The tap comes before, and makes what the agent read stale, or after, and finds the file it was made for gone."""
    alice = Phone(town, db, clock)
    denis = Phone(town, db, clock, "stranger", "33333333-2222-3333-4444-555555555555")
    found = await db.read(preview, KEPT, GONE, parts, clock())
    said = Joining(found.stamp, "always", WHY)
    agent, now = town.visitor("agent"), clock()

    def tapped(phone: Phone, child: str) -> Any:
        return db.write(apply_taps, [TapRequest(phone.visitor, phone.tap(child, "atelier", THURSDAY), now)], now)

    acts = [tapped(alice, "tom"), tapped(denis, "zoe"), db.write(merge, agent, KEPT, GONE, said, parts, now)]
    order = [(turn + n) % 3 for n in range(3)] if turn < 3 else [2, 1, 0]
    results: dict[int, Any] = dict(
        zip(order, await asyncio.gather(*(acts[n] for n in order), return_exceptions=True), strict=True)
    )
    assert results[2] in ("done", "stale"), results
    rows = await db.read(rows_of, "select child_id, state from booking")
    (session,) = await db.read(rows_of, "select taken from session where id = $1", town.sessions["atelier", THURSDAY])
    assert session["taken"] == sum(row["state"] == "booked" for row in rows)
    if results[2] == "done":
        assert {row["child_id"] for row in rows} <= {town.children["tom"]}
        assert len(rows) <= 1


async def test_a_tap_kept_on_a_phone_for_the_file_that_is_gone_books_for_the_one_that_stays(
    db, town, clock, parts
) -> None:
    denis = Phone(town, db, clock, "stranger", "33333333-2222-3333-4444-555555555555")
    mine, nobodys = denis.tap("zoe", "atelier", THURSDAY), Phone(town, db, clock, "other_home")
    assert await joined(db, town, clock, parts) == "done"
    (told,) = await denis.send(mine)
    assert (told.outcome, told.state, told.square) == ("applied", "booked", f"{GONE}.{mine.session_id}")
    (row,) = await db.read(rows_of, "select child_id, state, family_id from booking")
    assert row == {"child_id": town.children["tom"], "state": "booked", "family_id": town.families["bernard"]}
    assert (await denis.send(mine))[0] == told
    (refused,) = await nobodys.send(nobodys.tap("zoe", "atelier", THURSDAY))
    assert refused.code == "unknown"  # the old name opens nothing to a stranger
