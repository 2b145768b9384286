"""A tap is read strictly: what our page could not have sent is named, never guessed."""

from typing import Any

import pytest

from server.bookings.rules.taps import BadTap, tap_from

DEVICE = "11111111-2222-3333-4444-555555555555"
GOOD: dict[str, Any] = {
    "id": "AAAAAAAA-bbbb-cccc-dddd-eeeeeeeeeeee", "square": "kidlina.42", "want": "booked", "unit": None, "seq": 7, "seen": 0,
    "at": 1763712345678,
}  # fmt: skip


def test_a_good_tap_is_read_whole() -> None:
    tap = tap_from(DEVICE, GOOD)
    assert (tap.child_ref, tap.session_id, tap.want, tap.seq, tap.id) == (
        "kidlina",
        42,
        "booked",
        7,
        GOOD["id"].lower(),
    )
    assert tap.tapped_at
    assert tap.tapped_at.year == 2025


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "pas-un-uuid"), ("id", 4), ("id", None), ("square", "kidlina"), ("square", "kidlina.42; drop table"),
        ("square", "é.1"), ("square", "x" * 61 + ".1"), ("want", "toggle"), ("want", None), ("unit", 3), ("unit", "x" * 41),
        ("seq", -1), ("seq", "7"), ("seq", True), ("seq", 2**60), ("seen", None), ("seen", 1.5),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named(field: str, value: object) -> None:
    with pytest.raises(BadTap, match=f"^{field}$"):
        tap_from(DEVICE, {**GOOD, field: value})


@pytest.mark.parametrize("at", [None, "hier", 1e30, -1e30, float("nan"), True, {}])
def test_a_phone_clock_that_is_no_date_is_only_unknown(at: object) -> None:
    assert tap_from(DEVICE, {**GOOD, "at": at}).tapped_at is None


@pytest.mark.parametrize("at", [-62135596800000 + 86400000, 253402300799000, 0])
def test_a_phone_clock_years_off_is_kept_as_it_is(at: int) -> None:
    assert tap_from(DEVICE, {**GOOD, "at": at}).tapped_at is not None


def test_the_same_content_has_the_same_digest_and_any_change_another() -> None:
    first = tap_from(DEVICE, GOOD).digest
    assert tap_from(DEVICE, {**GOOD, "at": 5}).digest == first  # the phone's clock is no content
    for field, value in (("want", "free"), ("seq", 8), ("square", "kidlina.43"), ("unit", "végétarien"), ("seen", 1)):
        assert tap_from(DEVICE, {**GOOD, field: value}).digest != first
