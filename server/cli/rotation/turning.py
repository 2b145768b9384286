"""The steps of turning a key, whatever it seals: a new ring, everything sealed anew, the old key dropped.

Killed anywhere it is run again: a turn begun stays as it is, what is sealed anew already is passed over.
"""

import contextlib
import fcntl
import os
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from server.adapters.ring import Keys, Unreadable, keep_ring

SETTLING = 2.0  # seconds until whoever had read the old ring has written


@dataclass(frozen=True)
class Turned:
    """What a pass over everything came to."""

    turned: int
    unreadable: int = 0


@dataclass(frozen=True)
class Lock:
    """What a command turns the key of."""

    command: str
    noun: str  # what is counted: values, files
    keys: Keys
    turn_all: Callable[[], Awaitable[Turned]]
    used: Callable[[], Awaitable[frozenset[str]]]  # the ids of the keys that still seal something that opens


def prepare(lock: Lock) -> int:
    """Only add the next key: every machine learns it before one of them seals with it."""
    file = lock.keys.file
    with _alone(file):
        keep_ring(file, lock.keys.ring.with_prepared())
    print(f"A key waits in {file}. Copy the file to every machine, then run {lock.command} --keep on one.")
    return 0


async def turn(lock: Lock, keep: bool) -> int:
    """Turn to the prepared or a new key; to `keep` the old one is for several machines. Raises Unreadable."""
    file = lock.keys.file
    with _alone(file):
        old = file.with_name(f"{file.name}.before-{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
        keep_ring(old, lock.keys.ring, over=False)
        keep_ring(file, lock.keys.ring.turned())
        done = await lock.turn_all()
        time.sleep(SETTLING)  # noqa: ASYNC251  (nothing else runs in this process)
        late = await lock.turn_all()
        left = await lock.used() - {lock.keys.ring.current}
        print(f"{done.turned + late.turned} {lock.noun} are sealed with key {lock.keys.ring.current}.")
        if left:
            told = f"Some {lock.noun} are still under {', '.join(sorted(left))}: run it again."
            print(told, file=sys.stderr)
            return 1
        if not keep:
            keep_ring(file, lock.keys.ring.alone())
    if late.unreadable:
        print(f"{late.unreadable} {lock.noun} open with no key there is: `doctor` says more.", file=sys.stderr)
    print(f"{old} opens the backups made until now: keep it with your copy of the keys, destroy it with those backups.")
    return 0


@contextlib.contextmanager
def _alone(file: Path) -> Iterator[None]:
    """Two commands at once would each draw a key, and one would be lost. Raises Unreadable."""
    handle = os.open(file.parent, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise Unreadable("another command is turning a key of this folder") from error
    finally:
        os.close(handle)
