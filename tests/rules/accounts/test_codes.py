"""One-time codes as RFC 6238 wants them, taken once; recovery codes long enough to be kept as a digest."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from server.accounts.rules.codes import (
    address_of_key,
    code_at,
    figures_of,
    key_in_letters,
    key_of,
    matching_step,
    recovery_codes,
    recovery_digest,
    step_of,
)

RFC_KEY = b"12345678901234567890"
VECTORS = [  # RFC 6238, appendix B, SHA-1
    (59, "94287082"),
    (1111111109, "07081804"),
    (1111111111, "14050471"),
    (1234567890, "89005924"),
    (2000000000, "69279037"),
    (20000000000, "65353130"),
]
NOW = datetime(2026, 11, 16, 8, 0, 10, tzinfo=UTC)
KEY = key_of(b"s" * 32, "nonce")


@pytest.mark.parametrize(("seconds", "code"), VECTORS)
def test_the_vectors_of_the_standard(seconds: int, code: str) -> None:
    step = step_of(datetime.fromtimestamp(seconds, UTC))
    assert code_at(RFC_KEY, step, 8) == code
    assert code_at(RFC_KEY, step) == code[-6:]


def test_a_phone_half_a_minute_off_is_understood_and_no_more() -> None:
    for seconds, known in ((-60, False), (-30, True), (0, True), (30, True), (60, False)):
        code = code_at(KEY, step_of(NOW + timedelta(seconds=seconds)))
        assert (matching_step(KEY, code, NOW, 0) is not None) == known, seconds


def test_a_code_that_was_taken_and_those_before_it_are_not_taken_again() -> None:
    here = step_of(NOW)
    assert matching_step(KEY, code_at(KEY, here), NOW, here) is None
    assert matching_step(KEY, code_at(KEY, here - 1), NOW, here) is None
    assert matching_step(KEY, code_at(KEY, here + 1), NOW, here) == here + 1


@pytest.mark.parametrize("typed", ["{0} {1}", " {0}-{1} ", "{0}.{1}", "{0}\u00a0{1}"])
def test_a_code_may_be_typed_in_groups(typed: str) -> None:
    code = code_at(KEY, step_of(NOW))
    assert matching_step(KEY, typed.format(code[:3], code[3:]), NOW, 0) is not None


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "12345é", "١٢٣٤٥٦", "\x00" * 6])
def test_anything_else_is_no_code(typed: str) -> None:
    assert figures_of(typed) == ""
    assert matching_step(KEY, typed, NOW, 0) is None


def test_the_key_depends_on_the_portals_secret_and_fits_the_phones() -> None:
    assert key_of(b"t" * 32, "nonce") != KEY
    assert len(KEY) == 20
    address = urlsplit(address_of_key(KEY, "Zoé Pinceau", "Port-Clairval"))
    assert unquote(address.path) == "/Marelle Port-Clairval:Zoé Pinceau"
    asked = parse_qs(address.query)
    assert asked["secret"] == [key_in_letters(KEY).replace(" ", "")]
    assert (asked["issuer"], asked["digits"], asked["period"]) == (["Marelle Port-Clairval"], ["6"], ["30"])


def test_recovery_codes_are_ten_different_ones_of_eighty_bits() -> None:
    codes = recovery_codes(bytes(range(100)))
    assert len(set(codes)) == 10
    assert {len(code.replace(" ", "")) * 5 for code in codes} == {80}


def test_a_recovery_code_is_known_however_it_is_typed_and_only_for_its_account() -> None:
    code = recovery_codes(bytes(range(100)))[0]
    digest = recovery_digest(b"s" * 32, 7, code)
    assert recovery_digest(b"s" * 32, 7, f" {code.upper().replace(' ', '-')} ") == digest
    assert recovery_digest(b"s" * 32, 8, code) != digest
    assert recovery_digest(b"t" * 32, 7, code) != digest
