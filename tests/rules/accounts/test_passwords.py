"""Passwords: right, wrong and nobody's; always off the event loop and one at a time."""

import anyio
import anyio.lowlevel
import pytest

from server.accounts import passwords
from server.accounts.passwords import NOBODY, Checked, cheap_hash, check, hash_now
from server.database import Busy


async def test_the_right_password_is_right_and_needs_nothing() -> None:
    assert await check(hash_now("correct cheval agrafe"), "correct cheval agrafe") == Checked(True)


async def test_a_wrong_password_an_unknown_account_and_a_broken_hash_are_wrong() -> None:
    for stored in (hash_now("a"), None, "", "not a hash"):
        assert not (await check(stored, "b")).right


async def test_a_password_hashed_with_other_parameters_gets_a_new_hash() -> None:
    checked = await check(cheap_hash("a"), "a")
    assert checked.right
    assert await check(checked.new_hash, "a") == Checked(True)


async def test_an_accent_typed_on_another_keyboard_is_the_same_letter() -> None:
    assert (await check(hash_now("caf\u00e9 du port"), "cafe\u0301 du port")).right


def test_the_dummy_costs_what_a_real_one_costs() -> None:
    assert not passwords._hasher.check_needs_rehash(NOBODY)


async def test_one_password_is_hashed_at_a_time() -> None:
    async with anyio.create_task_group() as tasks:
        for _ in range(4):
            tasks.start_soon(check, None, "x")
        await anyio.lowlevel.checkpoint()
        limiter = passwords._limiter_of_this_loop()
        assert limiter.total_tokens == 1


async def test_beyond_what_can_be_served_the_door_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "MOST_WAITING", 0)
    with pytest.raises(Busy):
        await check(None, "x")
