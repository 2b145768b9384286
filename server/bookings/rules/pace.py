"""How many changes one sender may send: a reserve that empties with each and fills again with time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

RESERVE = timedelta(minutes=5)  # of the steady pace: 3,000 changes at 600 a minute, a whole year of three children


@dataclass(frozen=True)
class Pace:
    """The steady pace, in changes a minute, and the reserve on top of it."""

    per_minute: int

    @property
    def reserve(self) -> float:
        """How many changes a sender who was quiet for `RESERVE` may send at once."""
        return self.per_minute * (RESERVE / timedelta(minutes=1))


@dataclass(frozen=True)
class Sender:
    """What is left of a sender's reserve, and when it was counted."""

    left: float
    at: datetime


def left_of(sender: Sender | None, pace: Pace, now: datetime) -> float:
    """The reserve as it is `now`: full for a sender never seen. A clock set back fills nothing."""
    if sender is None:
        return pace.reserve
    minutes = max((now - sender.at) / timedelta(minutes=1), 0)
    return min(sender.left + minutes * pace.per_minute, pace.reserve)


def seconds_short(left: float, wanted: int, pace: Pace) -> int:
    """How long until `wanted` changes may pass, in whole seconds; 0 when they may now."""
    short = wanted - left
    return 0 if short <= 0 else int(-(-short * 60 // pace.per_minute))
