"""The pace of taps: a reserve that empties, fills again, and never overflows."""

from datetime import UTC, datetime, timedelta

import pytest

from server.bookings.rules.pace import Pace, Sender, left_of, seconds_short

PACE = Pace(600)
NOW = datetime(2026, 11, 16, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("sender", "left"),
    [
        (None, 3000),
        (Sender(0, NOW), 0),
        (Sender(0, NOW - timedelta(seconds=1)), 10),
        (Sender(100, NOW - timedelta(minutes=1)), 700),
        (Sender(2999, NOW - timedelta(minutes=1)), 3000),
        (Sender(0, NOW - timedelta(days=9)), 3000),
        (Sender(50, NOW + timedelta(hours=1)), 50),
    ],
    ids=["never seen", "empty", "a second later", "a minute later", "never over", "days later", "the clock set back"],
)
def test_the_reserve_fills_with_time(sender: Sender | None, left: float) -> None:
    assert left_of(sender, PACE, NOW) == left


@pytest.mark.parametrize(
    ("left", "wanted", "seconds"), [(100, 100, 0), (99, 100, 1), (90, 100, 1), (89, 100, 2), (0, 100, 10)]
)
def test_who_is_short_is_told_the_first_second_at_which_it_will_do(left: float, wanted: int, seconds: int) -> None:
    assert seconds_short(left, wanted, PACE) == seconds
    later = left_of(Sender(left, NOW), PACE, NOW + timedelta(seconds=seconds))
    assert later >= wanted
