"""Passwords: argon2id off the event loop, few at a time and after everybody else, so that the opening minute leaves the
rest of the site alone.

A file of its own: neither a pure rule nor a query, it costs a core for 17 ms, nearly twice that when all cores work.
"""

import asyncio
import os
import sys
import threading
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import anyio
import anyio.lowlevel
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from server.database import Busy

T = TypeVar("T")

# OWASP's parameters: 17 ms of CPU where the library's default takes 128 (docs/benchmarks.md).
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

# Nobody's password, with the same parameters: an unknown name costs what a wrong password costs.
NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$AlTJNCu1GU7AFdRy9voVsg$Bc4Z6afJ9ZOV6X2o2iW8mZR6ahFdY/lK0oVaIJP0qyY"

# One would do for 42 families a second on a core left alone; two cores that are both at work hash 35 each, no more.
AT_ONCE = min(2, os.cpu_count() or 1)
AFTER_OTHERS = 3  # niceness: pages and taps get two thirds of a core that all of them want
MOST_WAITING = 1_500  # half a minute of hashing; beyond, better to say so at once
_waiting = Counter[str]()
_limiter: anyio.lowlevel.RunVar[anyio.CapacityLimiter] = anyio.lowlevel.RunVar("passwords")


@dataclass(frozen=True)
class Checked:
    """Whether the password was right, and its new stored form when the parameters have changed since."""

    right: bool
    new_hash: str = ""


def hash_now(password: str) -> str:
    """The stored form of a password, computed in this thread (command line, demo town)."""
    return _hasher.hash(_normal(password))


def cheap_hash(password: str) -> str:
    """A fast hash in the same format, for tests only."""
    return _cheap.hash(_normal(password))


@contextmanager
def place() -> Iterator[None]:
    """A place among those who wait. To be taken before an attempt is counted: whoever is sent away has tried nothing.

    Raises Busy when more wait than can be served in half a minute.
    """
    if _waiting["inside"] >= MOST_WAITING:
        raise Busy("too many sign-ins waiting", retry_after=15)
    _waiting["inside"] += 1
    try:
        yield
    finally:
        _waiting["inside"] -= 1


async def check(stored: str | None, password: str) -> Checked:
    """Whether `password` is the one behind `stored`; with None the same work and a no. The caller has a `place`."""
    return await _in_turn(_checked, stored, password)


async def hash_of(password: str) -> str:
    """The stored form of a new password, in turn with the checks. Raises Busy like `place`."""
    with place():
        return await _in_turn(hash_now, password)


async def _in_turn(work: Callable[..., T], *args: Any) -> T:
    async with _limiter_of_this_loop():
        return await asyncio.get_running_loop().run_in_executor(_hands, work, *args)


def _after_others() -> None:
    """Linux gives each thread a niceness of its own; elsewhere it would be the whole process's."""
    if sys.platform == "linux":
        mine = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, mine, min(19, os.getpriority(os.PRIO_PROCESS, mine) + AFTER_OTHERS))


_hands = ThreadPoolExecutor(AT_ONCE, "passwords", _after_others)


def _limiter_of_this_loop() -> anyio.CapacityLimiter:
    """One for the whole application: whoever waits is counted."""
    try:
        return _limiter.get()
    except LookupError:
        _limiter.set(anyio.CapacityLimiter(AT_ONCE))
        return _limiter.get()


def _checked(stored: str | None, password: str) -> Checked:
    password = _normal(password)
    if not _matches(stored or NOBODY, password) or stored is None:
        return Checked(False)
    return Checked(True, _hasher.hash(password) if _hasher.check_needs_rehash(stored) else "")


def _matches(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def _normal(password: str) -> str:
    """The same letters whatever the keyboard: é in one character or in two."""
    return unicodedata.normalize("NFC", password)
