"""Public forms while a town is attacked: past so many an hour, each must cost its sender a calculation, or a minute.

Counted for the whole town: whoever attacks has many addresses, and each of them stays below its own limits.
"""

import hashlib
from datetime import datetime, timedelta
from typing import Literal

from server.accounts.commands.limits import count_try
from server.accounts.rules import Limit
from server.database import Work

Puzzle = Literal["never", "attacked", "always"]
Effort = Literal["none", "waited", "solved"]
HOUR = timedelta(hours=1)
USES = Limit(3, timedelta(hours=2))  # of one form as it was drawn: a mistake in a field must not cost another puzzle


def admit(puzzle: Puzzle, most: int, stamp: str, effort: Effort, now: datetime) -> Work[bool]:
    """Whether the form is taken. `most` an hour are, from the whole town, without any effort; as many that waited."""
    if puzzle == "never":
        return True
    if puzzle == "attacked" and (yield from count_try({"forms:town": Limit(most, HOUR)}, now)):
        return True
    if effort == "none":
        return False
    limits = {f"form:{hashlib.sha256(stamp.encode()).hexdigest()}": USES}
    if effort == "waited":
        limits["forms:waited"] = Limit(most, HOUR)
    return (yield from count_try(limits, now))
