"""Days of the town: the same day months later."""

from datetime import date

import pytest

from server.zone import months_after


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [
        (date(2026, 10, 15), 2, date(2026, 12, 15)),
        (date(2026, 11, 16), 13, date(2027, 12, 16)),
        (date(2026, 1, 1), 12, date(2027, 1, 1)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
        (date(2026, 10, 31), 2, date(2026, 12, 31)),
        (date(2026, 8, 31), 1, date(2026, 9, 30)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2027, 12, 31), 2, date(2028, 2, 29)),
    ],
)
def test_months_later_it_is_the_same_day_or_the_last_of_a_shorter_month(day: date, months: int, after: date) -> None:
    assert months_after(day, months) == after
