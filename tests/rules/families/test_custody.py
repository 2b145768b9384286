"""Whose day it is: cell by cell, over the turn of the year, and holiday halves."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.families.rules import Custody, Stay, custody_from, custody_to, halves, whose_day

DAYS = st.dates(date(2024, 1, 1), date(2037, 12, 31))


def test_a_child_of_one_household_is_always_here() -> None:
    assert whose_day(Custody(), date(2026, 11, 16)) == "here"
    assert not Custody().shared


@pytest.mark.parametrize(
    ("day", "home"),
    [
        (date(2026, 11, 16), "away"),  # Monday of week 47
        (date(2026, 11, 22), "away"),  # its Sunday
        (date(2026, 11, 23), "here"),  # Monday of week 48
        (date(2026, 12, 31), "away"),  # week 53 of 2026: an odd one, and so is the week after it
        (date(2027, 1, 3), "away"),
        (date(2027, 1, 4), "away"),  # week 1 of 2027
        (date(2027, 1, 11), "here"),
    ],
)
def test_even_weeks_are_iso_weeks_from_monday_to_sunday(day: date, home: str) -> None:
    assert whose_day(Custody("even"), day) == home


@given(DAYS)
def test_every_day_is_one_households_and_one_only(day: date) -> None:
    assert {whose_day(Custody("even"), day), whose_day(Custody("odd"), day)} == {"here", "away"}


def test_chosen_weekdays() -> None:
    wednesdays = Custody("weekdays", frozenset({2}))
    assert whose_day(wednesdays, date(2026, 11, 18)) == "here"
    assert whose_day(wednesdays, date(2026, 11, 19)) == "away"


@given(DAYS, st.integers(1, 60), st.sampled_from(["here", "away"]))
def test_the_halves_of_a_holiday_cover_it_and_do_not_overlap(first: date, length: int, home: str) -> None:
    last = first + timedelta(days=length)
    one, other = halves(first, last, home)
    assert (one.first, other.last) == (first, last)
    assert other.first - one.last == timedelta(days=1)
    assert one.home != other.home
    assert ((one.last - one.first) - (other.last - other.first)).days in (0, 1)


def test_a_holiday_half_wins_over_the_pattern() -> None:
    christmas = halves(date(2026, 12, 19), date(2027, 1, 3), "here")
    custody = Custody("odd", stays=christmas)
    assert whose_day(custody, date(2026, 12, 22)) == "here"  # week 52
    assert whose_day(custody, date(2026, 12, 30)) == "away"  # week 53
    assert whose_day(custody, date(2026, 12, 18)) == "here"  # before the holiday, week 51


@pytest.mark.parametrize(
    "custody",
    [Custody(), Custody("even"), Custody("weekdays", frozenset({0, 4})), Custody("odd", stays=(Stay(date(2026, 12, 19), date(2026, 12, 26), "here"),))],
)  # fmt: skip
def test_what_is_written_is_read_again(custody: Custody) -> None:
    assert custody_from(custody_to(custody)) == custody


@pytest.mark.parametrize(
    "text",
    [
        '{"kind":"sometimes"}',
        "{}",
        '{"kind":"weekdays","weekdays":[7]}',
        '{"kind":"even","stays":[{"first":"2026-12-26","last":"2026-12-19","home":"here"}]}',
        '{"kind":"even","stays":[{"first":"2026-12-19","last":"2026-12-26","home":"elsewhere"}]}',
    ],
)
def test_a_custody_nobody_could_have_meant_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        custody_from(text)
