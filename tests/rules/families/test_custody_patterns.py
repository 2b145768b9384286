"""Custody as families ask for it: change-over days, cycles, holiday halves by year, exceptions, and what was before."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.families.rules.custody import (
    Custody,
    Stay,
    moved_days,
    overlapping,
    seen_from_the_other,
    starting,
    whose_day,
)
from server.families.rules.custody_text import custody_from, custody_to

DAYS = st.dates(date(2024, 1, 1), date(2037, 12, 31))
CHRISTMAS_26 = (date(2026, 12, 19), date(2027, 1, 3))
CHRISTMAS_27 = (date(2027, 12, 18), date(2028, 1, 2))
KNOWN = (CHRISTMAS_26, CHRISTMAS_27)
MONDAYS = st.dates(date(2025, 1, 1), date(2030, 1, 1)).map(lambda day: day - timedelta(days=day.weekday()))


@st.composite
def custodies(draw: st.DrawFn) -> Custody:
    half = draw(st.sampled_from(["", "first", "second", "first_even", "second_even"]))
    stays = draw(st.lists(st.tuples(DAYS, st.integers(0, 9), st.sampled_from(["here", "away"])), max_size=3))
    more = {
        "half": half,
        "holidays": KNOWN if half else (),
        "stays": tuple(Stay(day, day + timedelta(days=n), home) for day, n, home in stays),  # type: ignore[arg-type]
    }
    if draw(st.booleans()):
        kind = draw(st.sampled_from(["even", "odd"]))
        return Custody(kind, change=draw(st.integers(0, 6)), evening=draw(st.booleans()), **more)  # type: ignore[arg-type]
    weeks = draw(st.integers(1, 4))
    days = frozenset(draw(st.sets(st.integers(0, 7 * weeks - 1))))
    anchor = draw(MONDAYS) if weeks > 1 else None
    return Custody("weekdays", days, weeks=weeks, anchor=anchor, **more)  # type: ignore[arg-type]


@given(custodies(), DAYS)
def test_every_day_is_one_of_two_homes_and_one_only(custody: Custody, day: date) -> None:
    assert {whose_day(custody, day), whose_day(seen_from_the_other(custody), day)} == {"here", "away"}


@given(custodies())
def test_seen_twice_from_the_other_home_is_the_same(custody: Custody) -> None:
    assert seen_from_the_other(seen_from_the_other(custody)) == custody


@given(custodies(), custodies(), DAYS)
def test_what_is_written_is_read_again(custody: Custody, before: Custody, since: date) -> None:
    whole = starting(custody, since, before)
    assert custody_from(custody_to(whole)) == whole


@given(custodies(), custodies(), DAYS, DAYS)
def test_a_change_leaves_the_days_before_it_as_they_were(old: Custody, new: Custody, since: date, day: date) -> None:
    whole = starting(new, since, old)
    assert whose_day(whole, day) == whose_day(old if day < since else new, day)


@pytest.mark.parametrize(
    ("day", "home"),
    [
        (date(2026, 11, 26), "away"),  # Thursday of week 48, before the change
        (date(2026, 11, 27), "away"),  # Friday of the change, in the evening: still the other home's
        (date(2026, 11, 28), "here"),
        (date(2026, 12, 4), "here"),  # the Friday the child leaves again
        (date(2026, 12, 5), "away"),
    ],
)
def test_a_friday_evening_change_gives_the_day_to_the_home_the_child_leaves(day: date, home: str) -> None:
    assert whose_day(Custody("even", change=4, evening=True), day) == home


def test_a_wednesday_morning_change_gives_the_day_to_the_home_the_child_comes_to() -> None:
    custody = Custody("even", change=2)
    assert whose_day(custody, date(2026, 11, 24)) == "away"  # Tuesday of week 48
    assert whose_day(custody, date(2026, 11, 25)) == "here"
    assert whose_day(custody, date(2026, 12, 1)) == "here"  # Tuesday of week 49
    assert whose_day(custody, date(2026, 12, 2)) == "away"


def test_a_cycle_of_two_weeks_runs_from_its_own_monday_over_week_53() -> None:
    custody = Custody("weekdays", frozenset({0, 1, 9}), weeks=2, anchor=date(2026, 12, 21))
    found = [n for n in range(28) if whose_day(custody, date(2026, 12, 21) + timedelta(days=n)) == "here"]
    assert found == [0, 1, 9, 14, 15, 23]
    assert whose_day(custody, date(2026, 12, 7)) == "here"  # backwards too


def test_holiday_halves_alternate_by_the_year_the_holiday_begins_in() -> None:
    custody = Custody("weekdays", frozenset(), half="first_even", holidays=KNOWN)
    assert whose_day(custody, date(2026, 12, 20)) == "here"  # 2026 is even: the first half
    assert whose_day(custody, date(2027, 1, 2)) == "away"
    assert whose_day(custody, date(2027, 12, 20)) == "away"  # 2027 is odd: the second
    assert whose_day(custody, date(2028, 1, 1)) == "here"
    assert whose_day(custody, date(2026, 12, 18)) == "away"  # not a holiday


def test_an_exception_wins_over_a_half_and_a_half_over_the_pattern() -> None:
    custody = Custody(
        "odd", half="first", holidays=KNOWN, stays=(Stay(date(2026, 12, 24), date(2026, 12, 24), "away"),)
    )
    assert whose_day(custody, date(2026, 12, 22)) == "here"  # week 52, an even one
    assert whose_day(custody, date(2026, 12, 24)) == "away"


def test_the_days_that_change_homes_are_told_with_the_home_they_come_to() -> None:
    old, new = Custody("even"), Custody("odd")
    monday = date(2026, 11, 23)
    moved = list(moved_days(old, replace(new, since=None), monday, monday + timedelta(days=13)))
    assert [home for _, home in moved] == ["away"] * 7 + ["here"] * 7


@pytest.mark.parametrize(
    ("stays", "both"),
    [
        ((("2026-12-01", "2026-12-05"), ("2026-12-06", "2026-12-09")), None),
        ((("2026-12-01", "2026-12-05"), ("2026-12-05", "2026-12-09")), (0, 1)),
        ((("2026-12-10", "2026-12-12"), ("2026-12-20", "2026-12-21"), ("2026-12-01", "2026-12-30")), (0, 2)),
    ],
)
def test_exceptions_that_speak_of_a_same_day_are_found(
    stays: tuple[tuple[str, str], ...], both: tuple[int, int] | None
) -> None:
    told = [Stay(date.fromisoformat(first), date.fromisoformat(last), "here") for first, last in stays]
    assert overlapping(told) == both


@pytest.mark.parametrize(
    "text",
    [
        '{"kind":"even","change":7}',
        '{"kind":"weekdays","weeks":5}',
        '{"kind":"weekdays","weeks":2,"weekdays":[3]}',  # a cycle that began nowhere
        '{"kind":"weekdays","weeks":2,"anchor":"2026-11-24","weekdays":[3]}',  # a Tuesday
        '{"kind":"even","half":"third"}',
    ],
)
def test_a_custody_nobody_could_have_meant_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        custody_from(text)
