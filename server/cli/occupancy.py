"""Who works on this portal's data: `serve` and `deliver` hold a shared lock, which `restore` must find free.

The kernel lets the lock go when a process ends, however it ends. Processes on other machines are not seen.
"""

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path

from server.settings import Settings


@contextlib.contextmanager
def occupying(settings: Settings) -> Iterator[None]:
    """Count among those who work, until the block ends."""
    with _lock_file(settings) as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        yield


def occupied(settings: Settings) -> bool:
    """Whether somebody works on this data just now."""
    with _lock_file(settings) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


@contextlib.contextmanager
def _lock_file(settings: Settings) -> Iterator[int]:
    if settings.database_url.startswith("sqlite"):
        path = Path(settings.database_url.removeprefix("sqlite:///") + ".running")
    else:
        path = Path(settings.data) / "running"
    path.parent.mkdir(0o700, parents=True, exist_ok=True)
    with path.open("a") as file:
        yield file.fileno()
