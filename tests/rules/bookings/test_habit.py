"""Who is told that a date limit is near and nothing booked: those who usually come, and nobody else."""

from datetime import date

import pytest

from server.bookings.rules.habit import week_of, weekday_before, worth_telling


@pytest.mark.parametrize(
    ("came", "lately", "ahead", "told"),
    [(4, 8, 5, True), (2, 2, 5, True), (1, 8, 5, False), (0, 8, 5, False), (0, 3, 0, True), (0, 0, 0, False)],
)
def test_habit_or_an_empty_week_after_weeks_of_coming(came: int, lately: int, ahead: int, told: bool) -> None:
    assert worth_telling(came, lately, ahead) is told


def test_the_weekdays_before_and_the_week_s_name() -> None:
    assert weekday_before(date(2026, 11, 19))[0] == date(2026, 11, 12)
    assert weekday_before(date(2026, 11, 19))[-1] == date(2026, 10, 22)
    assert week_of(date(2026, 11, 22)) == date(2026, 11, 16)
