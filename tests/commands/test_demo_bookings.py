"""What the demo town has booked: true to the portal's own rules at any time of the year, and something for everybody."""

import json
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest

from server.activities.rules.days import every_day
from server.bookings.queries.deadlines import rules_of, terms_of
from server.bookings.queries.squares import Span, span_of
from server.bookings.rules.cutoff import SessionTime, closes_at
from server.bookings.rules.opening import opens_at
from server.bookings.rules.states import HOLDS_A_PLACE
from server.bookings.rules.wishes import Wish as Tapped
from server.bookings.rules.wishes import decide
from server.database import Database
from server.families.rules import whose_day
from tests.commands.demo_town import NOW, catalogue_of, load, rows
from tests.counting import counted

MONDAY, THURSDAY, FRIDAY = date(2026, 11, 16), date(2026, 11, 26), date(2026, 11, 27)
STRANGE_TIMES = (
    "2026-11-21T05:00:00+00:00",  # a Saturday
    "2026-11-03T09:00:00+00:00",  # the next holiday is not open for booking yet
    "2026-12-22T09:00:00+00:00",  # in the middle of a holiday
    "2026-08-12T09:00:00+00:00",  # in summer
    "2027-05-05T22:30:00+00:00",  # already the next day in Paris, and a bridge begins
    "2028-06-20T09:00:00+00:00",  # the last school year whose holidays are known
    "2030-10-07T09:00:00+00:00",  # holidays nobody has published
)


@pytest.mark.parametrize("now", [NOW.isoformat(), *STRANGE_TIMES])
async def test_the_town_is_true_to_its_own_rules_at_any_time(db: Database, now: str) -> None:
    moment = datetime.fromisoformat(now)
    await load(db, moment)
    await the_places_are_counted_right(db)
    await everything_was_asked_in_time(db, moment)
    await every_booking_has_its_enrolment(db)


async def the_places_are_counted_right(db: Database) -> None:
    sessions = await rows(db, "select id, capacity, taken, next_rank from session")
    found = await rows(db, "select session_id, state, rank from booking order by session_id, rank")
    held: dict[int, int] = {}
    ranks: dict[int, list[int]] = {}
    for row in found:
        held[row["session_id"]] = held.get(row["session_id"], 0) + (row["state"] in HOLDS_A_PLACE)
        if row["rank"] is not None:
            ranks.setdefault(row["session_id"], []).append(row["rank"])
    for session in sessions:
        waiting = ranks.get(session["id"], [])
        assert session["taken"] == held.get(session["id"], 0)
        assert sorted(waiting) == list(range(1, session["next_rank"]))
        assert not waiting or session["taken"] == session["capacity"]


async def everything_was_asked_in_time(db: Database, moment: datetime) -> None:
    catalogue = await catalogue_of(db)
    asked = await rows(
        db,
        "select b.state, b.changed_at, s.activity_id, s.day, s.starts_at, f.resident from booking b "
        "join session s on s.id = b.session_id join family f on f.id = b.family_id where b.state <> 'absent_excused'",
    )
    assert asked
    for row in asked:
        activity = catalogue.activities[row["activity_id"]]
        book, cancel, opening = rules_of(catalogue, activity)
        time = SessionTime(row["day"], row["starts_at"], activity.id, catalogue.zone)
        opened = opens_at(opening, time, catalogue.calendar, resident=row["resident"]).opens_at
        until = closes_at(cancel if row["state"] == "cancel_requested" else book, time, catalogue.calendar).closes_at
        assert row["changed_at"] <= moment
        assert row["changed_at"] < until, (activity.ref, row)
        assert opened is None or opened <= row["changed_at"], (activity.ref, row)


async def every_booking_has_its_enrolment(db: Database) -> None:
    orphans = await rows(
        db,
        "select b.id from booking b join session s on s.id = b.session_id left join enrolment e on e.child_id = b.child_id "
        "and e.family_id = b.family_id and e.activity_id = s.activity_id and s.day between e.first_day and e.last_day "
        "where e.id is null",
    )
    assert orphans == []


async def test_rules_decode_and_sessions_start_on_the_towns_clock(db: Database) -> None:
    await load(db)
    catalogue = await catalogue_of(db)
    activities = list(catalogue.activities.values())
    assert [one.ref for one in activities] == [
        "accueil-matin",
        "cantine",
        "etude",
        "accueil-soir",
        "mercredi",
        "centre",
    ]
    assert "".join(one.letter for one in activities) == "MCESJV"
    for one in activities:
        rules_of(catalogue, one)
        assert terms_of(one).late_cancel == ("billed" if one.ref == "accueil-soir" else "refused")
    noon = await rows(
        db, "select s.day, s.starts_at from session s join activity a on a.id = s.activity_id where a.ref = 'cantine'"
    )
    hours = {row["starts_at"].hour for row in noon}
    assert hours == {10, 11}  # 12:00 in Paris, in summer and in winter


async def test_sessions_follow_the_calendar(db: Database) -> None:
    await load(db)
    catalogue = await catalogue_of(db)
    found = await rows(db, "select s.day, a.ref from session s join activity a on a.id = s.activity_id")
    days = {ref: {row["day"] for row in found if row["ref"] == ref} for ref in ("cantine", "mercredi", "centre")}
    assert min(days["cantine"]) == date(2026, 9, 1)
    assert date(2027, 9, 2) in days["cantine"]  # the next school year is there too
    assert date(2026, 11, 11) not in days["mercredi"]  # a public holiday
    assert days["mercredi"] >= {date(2026, 11, 18), date(2026, 12, 9)}
    for day in every_day(date(2026, 12, 19), date(2027, 1, 3)):
        assert day not in days["cantine"]
        assert (day in days["centre"]) == (day.weekday() < 5 and day not in catalogue.calendar.public_holidays)


async def camilles(db: Database, first: date, last: date) -> Span:
    family = (await rows(db, "select id from family where name = 'Lefèvre'"))[0]["id"]
    await catalogue_of(db)
    return await db.read(span_of, family, first, last, 1)


async def test_a_month_of_three_children_and_six_activities_takes_at_most_six_statements(db: Database) -> None:
    await load(db)
    (home,) = await rows(db, "select id from family where number = '100001'")
    december, cold, warm = (date(2026, 12, 1), date(2026, 12, 31)), [0], [0]
    await db.read(lambda: counted(span_of(home["id"], *december, 3), cold))
    span = await db.read(lambda: counted(span_of(home["id"], *december, 3), warm))
    assert len({slot.child.id for slot in span.slots}) == 3
    assert len({slot.activity.id for slot in span.slots}) == 6
    visitor = 1
    assert warm[0] + visitor <= 6
    assert cold[0] - warm[0] == 6, "the catalogue, read once by each process and version"


async def test_camille_finds_free_squares_next_week(db: Database) -> None:
    await load(db)
    span = await camilles(db, THURSDAY, FRIDAY)
    assert {child.first_name for child in span.children} == {"Lina", "Tom", "Zoé"}
    mine = [slot for slot in span.slots if slot.activity.ref in ("cantine", "accueil-soir")]
    assert len(mine) == 12
    for slot in mine:
        assert slot.square.state == "free"
        wish = Tapped("booked", "classique", 0, 1)
        verdict = decide(wish, slot.square, slot.places, terms_of(slot.activity), slot.deadlines.limits, NOW)
        assert verdict.state == "booked"


async def test_a_wednesday_in_three_weeks_can_be_asked_for(db: Database) -> None:
    await load(db)
    day = date(2026, 12, 9)
    slots = [slot for slot in (await camilles(db, day, day)).slots if slot.activity.ref == "mercredi"]
    for slot in slots:
        wish = Tapped("booked", "", 0, 1)
        assert slot.square.state == "free"
        verdict = decide(wish, slot.square, slot.places, terms_of(slot.activity), slot.deadlines.limits, NOW)
        assert verdict.state == "requested"
    assert len(slots) == 3


async def test_zoe_lives_in_two_households_and_has_nothing_booked(db: Database) -> None:
    await load(db)
    span = await camilles(db, MONDAY, MONDAY + timedelta(days=13))
    zoe = next(child for child in span.children if child.first_name == "Zoé")
    assert whose_day(zoe.custody, MONDAY) == "away"
    assert whose_day(zoe.custody, THURSDAY) == "here"
    assert all(slot.square.state == "free" for slot in span.slots if slot.child.id == zoe.id)
    homes = await rows(
        db, "select family_id, custody from household_child where child_id = $1 order by custody", zoe.id
    )
    assert [json.loads(home["custody"])["kind"] for home in homes] == ["even", "odd"]


async def test_there_is_something_for_everybody_to_decide(db: Database) -> None:
    await load(db)
    found = await rows(
        db,
        "select b.state, b.rank, b.reason, a.ref from booking b join session s on s.id = b.session_id "
        "join activity a on a.id = s.activity_id where b.state not in ('booked', 'absent_excused')",
    )
    states = {state: [row for row in found if row["state"] == state] for state in {row["state"] for row in found}}
    assert {state: len(those) for state, those in states.items()} == {
        "requested": 12, "cancel_requested": 5, "refused": 1, "waiting": 3,
    }  # fmt: skip
    assert states["refused"][0]["reason"]
    assert {row["ref"] for row in states["waiting"]} == {"centre"}


async def test_the_first_to_ask_is_the_first_in_line(db: Database) -> None:
    await load(db)
    line = await rows(db, "select rank, changed_at from booking where rank is not null order by rank")
    assert all(before["changed_at"] <= after["changed_at"] for before, after in pairwise(line))
