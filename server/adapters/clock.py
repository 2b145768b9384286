"""The clock: the only place that asks the machine for the time."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def clock_from(start: str = "") -> Clock:
    """The machine's clock in UTC, or one that starts at `start` (ISO with offset) and runs on from there."""
    if not start:
        return lambda: datetime.now(UTC)
    offset = datetime.fromisoformat(start) - datetime.now(UTC)
    return lambda: datetime.now(UTC) + offset
