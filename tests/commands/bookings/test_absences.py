"""« Malade aujourd'hui » on both engines: what was promised is done, once, in one transaction, and can be taken back."""

import uuid
from datetime import date, timedelta
from typing import Any

import pytest

from server.bookings.commands.absences import Declaring, declare_absence, undo_absence
from server.bookings.queries.absences import Absence, absence_of, absences_ahead, promised
from server.bookings.queries.squares import span_of
from server.bookings.rules.absence import promise_of
from server.database import Database
from server.errors import NotFound
from tests.cast import Town
from tests.commands.bookings.phone import Phone, booking
from tests.conftest import FrozenClock
from tests.counting import counted
from tests.desk import MONDAY, rows_of, run

TODAY, TOMORROW, WEDNESDAY = (date(2026, 11, 16) + timedelta(days=n) for n in range(3))


class Home:
    """A household that declares absences, and reads what its page would promise."""

    def __init__(self, town: Town, db: Database, clock: FrozenClock, who: str = "owner") -> None:
        self.town, self.db, self.clock = town, db, clock
        self.visitor = town.visitor(who)
        self.family = self.visitor.family_id or 0

    async def promise(self, child: str, first: date, last: date) -> str:
        span = await self.db.read(span_of, self.family, TODAY, TODAY + timedelta(days=13), 1)
        here = next(each for each in span.children if each.ref == self.town.refs[child])
        return promise_of(promised(span, here, first, last, self.clock()))

    async def declare(self, child: str, first: date = TODAY, last: date = TOMORROW, **changes: Any) -> tuple[bool, str]:
        ref = changes.get("ref") or str(uuid.uuid4())
        promise = changes.get("promise") or await self.promise(child, first, last)
        asked = Declaring(ref, self.town.refs[child], first, last, promise)
        return await self.db.write(declare_absence, self.visitor, asked, self.clock()), ref

    async def read(self, ref: str) -> Absence | None:
        return await self.db.read(absence_of, self.family, ref)


@pytest.fixture
def home(town: Town, db: Database, clock: FrozenClock) -> Home:
    return Home(town, db, clock)


async def states(db: Database, town: Town, child: str, *squares: tuple[str, date]) -> list[str]:
    return [(await booking(db, town, child, activity, day))["state"] for activity, day in squares]


async def booked_days(town: Town, db: Database, clock: FrozenClock) -> None:
    """Tom is expected today and tomorrow, and asked for on Wednesday; all of it on the Friday before."""
    clock.move(days=-3)
    phone = Phone(town, db, clock)
    await phone.send(
        phone.tap("tom", "cantine", TODAY),
        phone.tap("tom", "cantine", TOMORROW),
        phone.tap("tom", "mercredi", WEDNESDAY),
    )
    clock.move(days=3)


async def test_today_is_billed_tomorrow_is_cancelled_a_request_is_withdrawn(
    home: Home, db: Database, town: Town, clock: FrozenClock
) -> None:
    await booked_days(town, db, clock)
    done, ref = await home.declare("tom", TODAY, WEDNESDAY)
    assert done
    assert await states(db, town, "tom", ("cantine", TODAY), ("cantine", TOMORROW), ("mercredi", WEDNESDAY)) == [
        "absent_billed", "free", "free",
    ]  # fmt: skip
    row = await booking(db, town, "tom", "cantine", TODAY)
    assert row["reason"].startswith("Absence signalée par la famille. Trop tard")
    audit = await db.read(rows_of, "select * from audit where action = 'absence' order by id")
    assert [line["family_id"] for line in audit] == [town.families["dupont"]] * 3
    told = await home.read(ref)
    assert told
    assert [line.due_cents for line in told.lines] == [455, 0, 0]
    sessions = await db.read(rows_of, "select taken from session where taken > 0")
    assert sessions == []


async def test_a_form_sent_twice_is_one_absence(home: Home, db: Database, town: Town, clock: FrozenClock) -> None:
    await booked_days(town, db, clock)
    ref = str(uuid.uuid4())
    first = await home.declare("tom", ref=ref)
    again = await home.declare("tom", ref=ref)
    assert first == again == (True, ref)
    assert len(await db.read(rows_of, "select id from absence")) == 1
    assert len(await db.read(rows_of, "select id from audit where action = 'absence'")) == 2


async def test_a_promise_that_does_not_hold_any_more_changes_nothing(
    home: Home, db: Database, town: Town, clock: FrozenClock
) -> None:
    await booked_days(town, db, clock)
    promise = await home.promise("tom", TOMORROW, TOMORROW)
    clock.set("2026-11-16T18:00:00+01:00")  # the very instant at which tomorrow is not free of charge any more
    assert (await home.declare("tom", TOMORROW, TOMORROW, promise=promise))[0] is False
    assert await states(db, town, "tom", ("cantine", TOMORROW)) == ["booked"]
    assert await db.read(rows_of, "select id from absence") == []


async def test_a_child_with_nothing_booked_has_nothing_to_declare(home: Home, db: Database) -> None:
    assert (await home.declare("tom"))[0] is False
    assert await db.read(rows_of, "select id from absence") == []


async def test_another_s_child_does_not_exist(home: Home) -> None:
    with pytest.raises(NotFound):
        await home.declare("zoe", promise="x" * 32)


async def test_another_family_s_absence_can_neither_be_read_repeated_nor_taken_back(
    home: Home, town: Town, db: Database, clock: FrozenClock
) -> None:
    await booked_days(town, db, clock)
    _, ref = await home.declare("tom")
    stranger = Home(town, db, clock, "stranger")
    assert await stranger.read(ref) is None
    assert await db.read(absences_ahead, stranger.family, TODAY) == []
    with pytest.raises(NotFound):
        await stranger.declare("zoe", ref=ref)
    with pytest.raises(NotFound):
        await db.write(undo_absence, stranger.visitor, ref, clock())


async def test_the_other_home_of_a_child_keeps_its_bookings(
    home: Home, town: Town, db: Database, clock: FrozenClock
) -> None:
    """Week 48 is Alice's, week 49 Chloe's: neither sees nor cancels what the other has booked."""
    clock.set("2026-11-23T09:00:00+01:00")
    theirs, mine = date(2026, 12, 1), date(2026, 11, 27)
    other = Phone(town, db, clock, "other_home", str(uuid.uuid4()))
    await other.wish("lina", "cantine", theirs)
    await Phone(town, db, clock).wish("lina", "cantine", mine)
    span = await db.read(span_of, home.family, mine, theirs, 1)
    lina = next(child for child in span.children if child.ref == town.refs["lina"])
    promise = promise_of(promised(span, lina, mine, theirs, clock()))
    assert (await home.declare("lina", mine, theirs, promise=promise))[0]
    assert await states(db, town, "lina", ("cantine", mine), ("cantine", theirs)) == ["free", "booked"]


async def test_taken_back_everything_is_as_it_was(home: Home, db: Database, town: Town, clock: FrozenClock) -> None:
    await booked_days(town, db, clock)
    _, ref = await home.declare("tom")
    await db.write(undo_absence, home.visitor, ref, clock())
    assert await states(db, town, "tom", ("cantine", TODAY), ("cantine", TOMORROW)) == ["booked", "booked"]
    told = await home.read(ref)
    assert told
    assert told.undone_at == clock()
    assert [line.words for line in told.lines] == ["Réservé", "Réservé"]
    audited = len(await db.read(rows_of, "select id from audit"))
    await db.write(undo_absence, home.visitor, ref, clock())  # twice changes nothing
    assert len(await db.read(rows_of, "select id from audit")) == audited
    taken = await db.read(rows_of, "select taken from session where taken > 0")
    assert [row["taken"] for row in taken] == [1, 1, 1]


async def test_taken_back_too_late_says_why_square_by_square(
    home: Home, db: Database, town: Town, clock: FrozenClock
) -> None:
    await booked_days(town, db, clock)
    _, ref = await home.declare("tom")
    clock.set("2026-11-16T19:00:00+01:00")  # today's meal is over, tomorrow's date to book has passed
    await db.write(undo_absence, home.visitor, ref, clock())
    told = await home.read(ref)
    assert told
    assert [line.words.split()[0] for line in told.lines] == ["Trop", "Trop"]
    assert await states(db, town, "tom", ("cantine", TODAY), ("cantine", TOMORROW)) == ["absent_billed", "free"]


async def test_a_freed_place_goes_to_the_waiting_list_and_coming_back_joins_its_end(
    home: Home, db: Database, town: Town, clock: FrozenClock
) -> None:
    thursday = date(2026, 11, 19)
    for who, child in (("owner", "tom"), ("owner", "lina"), ("stranger", "zoe")):
        await Phone(town, db, clock, who, str(uuid.uuid4())).wish(child, "atelier", thursday, want="booked")
    # two places: whoever came third waits
    before = {c: (await booking(db, town, c, "atelier", thursday)).get("state") for c in ("tom", "lina", "zoe")}
    if before["lina"] is None:  # the other home's week: take it by Chloe
        await Phone(town, db, clock, "other_home", str(uuid.uuid4())).wish("lina", "atelier", thursday)
    waiting = await db.read(rows_of, "select child_id from booking where state = 'waiting'")
    assert len(waiting) == 1
    _, ref = await home.declare("tom", thursday, thursday)
    assert await db.read(rows_of, "select child_id from booking where state = 'waiting'") == []
    assert len(await db.read(rows_of, "select id from outbox where kind = 'waiting_list_promoted'")) > 0
    await db.write(undo_absence, home.visitor, ref, clock())
    told = await home.read(ref)
    assert told
    assert [line.words for line in told.lines] == ["Liste d’attente n° 1"]


@pytest.mark.parametrize("days", [1, 12])
async def test_any_number_of_bookings_takes_at_most_nine_statements(
    home: Home, db: Database, town: Town, clock: FrozenClock, days: int
) -> None:
    phone = Phone(town, db, clock)
    last = TOMORROW + timedelta(days=days - 1)
    free = [day for (activity, day) in town.sessions if activity == "cantine" and TOMORROW <= day <= last]
    await phone.send(*(phone.tap("tom", "cantine", day) for day in free))
    promise = await home.promise("tom", TOMORROW, last)
    count = [0]
    asked = Declaring(str(uuid.uuid4()), town.refs["tom"], TOMORROW, last, promise)
    assert await db.write(lambda: counted(declare_absence(home.visitor, asked, clock()), count))
    assert count[0] <= 9


@pytest.mark.parametrize(
    ("ended", "why"),
    [
        (
            'update household_child set custody = \'{"kind":"odd"}\' where family_id = $1 and child_id = $2',
            "l’autre foyer",
        ),
        ("update enrolment set status = 'ended' where family_id = $1 and child_id = $2", "inscription"),
    ],
)
async def test_taken_back_on_a_day_one_may_not_book_any_more_it_stays_as_it_is(
    home: Home, db: Database, town: Town, clock: FrozenClock, ended: str, why: str
) -> None:
    """It would be the way round custody: the other home's own day, held against it."""
    clock.move(days=-3)
    phone = Phone(town, db, clock)
    await phone.send(phone.tap("lina", "cantine", MONDAY))
    clock.move(days=3)
    _, ref = await home.declare("lina", MONDAY, MONDAY)
    before = await states(db, town, "lina", ("cantine", MONDAY))
    await run(db, ended, home.family, town.children["lina"])
    await db.write(undo_absence, home.visitor, ref, clock())
    assert await states(db, town, "lina", ("cantine", MONDAY)) == before == ["free"]
    found = await home.read(ref)
    assert found and why in found.lines[0].words
