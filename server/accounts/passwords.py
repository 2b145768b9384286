"""Passwords: argon2id off the event loop, one at a time, so that the opening minute leaves the rest of the site alone."""

import anyio
import anyio.to_thread
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# OWASP's parameters: 17 ms of CPU where the library's default takes 128 (docs/benchmarks.md).
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def hash_now(password: str) -> str:
    """The stored form of a password, computed in this thread (command line, demo town)."""
    return _hasher.hash(password)


def cheap_hash(password: str) -> str:
    """A fast hash in the same format, for tests and for big demo towns only."""
    return _cheap.hash(password)


async def verify(stored: str, password: str, limiter: anyio.CapacityLimiter) -> bool:
    """Whether `password` is the one behind `stored`, in a thread behind `limiter`."""
    return await anyio.to_thread.run_sync(_matches, stored, password, limiter=limiter)


def _matches(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False
