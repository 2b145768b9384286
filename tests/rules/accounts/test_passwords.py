"""Passwords: right, wrong and nobody's; always off the event loop, few at a time, after everybody else."""

import os
import sys
import threading

import anyio
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


async def test_few_passwords_are_hashed_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    under_way: list[int] = []
    most: list[int] = []

    def counted(stored: str | None, password: str) -> Checked:
        under_way.append(1)
        most.append(len(under_way))
        try:
            return passwords_checked(stored, password)
        finally:
            under_way.pop()

    passwords_checked = passwords._checked
    monkeypatch.setattr(passwords, "_checked", counted)
    async with anyio.create_task_group() as tasks:
        for _ in range(6):
            tasks.start_soon(check, None, "x")
    assert len(most) == 6
    assert max(most) <= passwords.AT_ONCE <= 2


@pytest.mark.skipif(sys.platform != "linux", reason="a thread has a niceness of its own on Linux only")
async def test_hashing_comes_after_pages_and_only_hashing() -> None:
    before = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    await check(None, "x")
    nice = passwords._hands.submit(lambda: os.getpriority(os.PRIO_PROCESS, threading.get_native_id())).result()
    assert nice == min(19, before + passwords.AFTER_OTHERS)
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == before


async def test_beyond_what_can_be_served_the_door_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "MOST_WAITING", 0)
    with pytest.raises(Busy), passwords.place():
        pass
    with pytest.raises(Busy):
        await passwords.hash_of("x")
