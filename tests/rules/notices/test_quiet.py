"""Quiet hours: what waits for the morning, what does not, and the nights on which the clock changes."""

from datetime import UTC, date, datetime, timedelta

import pytest

from server.notices.rules.kinds import KINDS
from server.notices.rules.quiet import DEFAULT, Quiet, goes_at, quiet_from, quiet_until

TWO = Quiet(True, 60, 150)  # from 1:00 to 2:30, hours that a night may skip or strike twice


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("quiet", "now", "until"),
    [
        (DEFAULT, "2026-11-16T20:59:59+01:00", None),
        (DEFAULT, "2026-11-16T21:00:00+01:00", "2026-11-17T07:00:00+01:00"),
        (DEFAULT, "2026-11-17T00:00:00+01:00", "2026-11-17T07:00:00+01:00"),
        (DEFAULT, "2026-11-17T06:59:59+01:00", "2026-11-17T07:00:00+01:00"),
        (DEFAULT, "2026-11-17T07:00:00+01:00", None),
        (DEFAULT, "2026-12-31T23:00:00+01:00", "2027-01-01T07:00:00+01:00"),
        (DEFAULT, "2027-03-27T23:30:00+01:00", "2027-03-28T07:00:00+02:00"),  # summer begins in between
        (DEFAULT, "2026-10-24T23:30:00+02:00", "2026-10-25T07:00:00+01:00"),  # winter begins in between
        (TWO, "2027-03-28T01:30:00+01:00", "2027-03-28T01:30:00+00:00"),  # 2:30 is skipped: 3:30 it is
        (TWO, "2026-10-25T01:30:00+02:00", "2026-10-25T02:30:00+02:00"),  # the first 2:30 of two
        (TWO, "2026-10-25T02:10:00+01:00", "2026-10-25T02:30:00+01:00"),  # after the first: the second
        (Quiet(True, 13 * 60, 14 * 60), "2026-11-16T13:30:00+01:00", "2026-11-16T14:00:00+01:00"),
        (Quiet(True, 13 * 60, 14 * 60), "2026-11-16T12:59:00+01:00", None),
        (Quiet(False, 21 * 60, 7 * 60), "2026-11-16T23:00:00+01:00", None),
    ],
)
def test_when_the_quiet_ends(quiet: Quiet, now: str, until: str | None) -> None:
    assert quiet_until(quiet, at(now)) == (at(until) if until else None)


def test_the_end_is_always_ahead_whatever_the_night() -> None:
    for first in (datetime(2026, 10, 24, 22, tzinfo=UTC), datetime(2027, 3, 27, 22, tzinfo=UTC)):
        for minutes in range(0, 8 * 60, 5):
            now = first + timedelta(minutes=minutes)
            for quiet in (DEFAULT, TWO, Quiet(True, 120, 180), Quiet(True, 150, 60)):
                end = quiet_until(quiet, now)
                assert end is None or now < end <= now + timedelta(days=1, hours=1)


NIGHT, MORNING = at("2026-11-16T22:00:00+01:00"), at("2026-11-17T07:00:00+01:00")
FAR = NIGHT + timedelta(days=9)


@pytest.mark.parametrize(
    ("kind", "first_day", "expires_at", "goes"),
    [
        ("bookings_validated", date(2026, 11, 17), FAR, MORNING),
        ("bookings_refused", date(2026, 11, 17), FAR, NIGHT),  # for tomorrow: no time to lose
        ("bookings_refused", date(2026, 11, 18), FAR, MORNING),
        ("day_closed", date(2026, 11, 17), FAR, NIGHT),
        ("waiting_list_promoted", date(2026, 11, 20), FAR, MORNING),
        ("waiting_list_promoted", date(2026, 11, 20), MORNING, NIGHT),  # over before the morning
        ("cutoff_tomorrow", date(2026, 11, 18), at("2026-11-17T06:00:00+01:00"), NIGHT),
        ("cutoff_tomorrow", date(2026, 11, 18), at("2026-11-17T10:00:00+01:00"), MORNING),
        ("test", None, NIGHT + timedelta(days=1), NIGHT),
        ("new_sign_in", None, FAR, NIGHT),
    ],
)
def test_what_waits_and_what_does_not(kind: str, first_day: date | None, expires_at: datetime, goes: datetime) -> None:
    assert goes_at(DEFAULT, KINDS[kind], first_day, expires_at, NIGHT) == goes
    assert goes_at(Quiet(False), KINDS[kind], first_day, expires_at, NIGHT) == NIGHT


@pytest.mark.parametrize(("starts", "ends"), [("", "07:00"), ("21:00", "x"), ("24:00", "7:00"), ("07:00", "07:00")])
def test_hours_that_are_none_are_refused(starts: str, ends: str) -> None:
    assert quiet_from(True, starts, ends) is None


def test_hours_of_a_form_are_minutes() -> None:
    assert quiet_from(True, "22:30", "06:15") == Quiet(True, 22 * 60 + 30, 6 * 60 + 15)
