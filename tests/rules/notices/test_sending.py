"""When to try again, and for how long."""

from datetime import UTC, datetime, timedelta

import pytest

from server.notices.rules.sending import LONGEST_WAIT, TRIES, lifetime, next_try, retry_after_seconds

NOW = datetime(2026, 11, 16, 8, tzinfo=UTC)
FAR = NOW + timedelta(days=300)


def wait(channel: str, important: bool, tries: int, asked: int | None = None) -> int | None:
    due = next_try(channel, important, tries, FAR, NOW, asked)
    return None if due is None else int((due - NOW).total_seconds())


def test_the_waits_grow() -> None:
    assert [wait("mail", True, tries) for tries in range(1, 8)] == [10, 60, 300, 1800, 7200, 14400, 14400]


def test_an_important_push_gives_way_to_mail_within_three_hours() -> None:
    assert wait("push", True, 5) == 7200
    assert wait("push", True, 6) is None
    assert wait("push", False, 6) == 14400


def test_mail_insists_for_more_than_a_day() -> None:
    total = sum(wait("mail", True, tries) or 0 for tries in range(1, TRIES))
    assert timedelta(hours=36) < timedelta(seconds=total) < timedelta(days=3)
    assert wait("mail", True, TRIES) is None


def test_retry_after_is_taken_at_its_word_within_a_day() -> None:
    assert wait("push", True, 1, 3) == 3
    assert wait("push", True, 1, 0) == 1
    assert wait("push", True, 1, 10**8) == LONGEST_WAIT


def test_no_push_is_tried_after_the_event() -> None:
    assert next_try("push", False, 1, NOW + timedelta(seconds=10), NOW) is None
    assert next_try("mail", False, 1, NOW + timedelta(seconds=10), NOW) is not None


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        (" 7 ", 7),
        ("Mon, 16 Nov 2026 08:02:00 GMT", 120),
        ("Mon, 16 Nov 2026 07:00:00 GMT", 0),
        ("", None),
        (None, None),
        ("soon", None),
        ("-5", None),
        ("²", None),
        ("9" * 400, 999_999_999),
    ],
)
def test_both_forms_of_retry_after_are_read(header: str | None, seconds: int | None) -> None:
    assert retry_after_seconds(header, NOW) == seconds


def test_the_lifetime_of_a_push_ends_with_the_event() -> None:
    assert lifetime(NOW + timedelta(hours=5), NOW) == 5 * 3600
    assert lifetime(NOW - timedelta(hours=5), NOW) == 60
    assert lifetime(FAR, NOW) == 28 * 24 * 3600
