"""The negative control: the same commands with the locks taken out, on a database that does not hold the line itself."""

from collections.abc import Callable
from typing import Any

from server.database import Statement, Work

# What PostgreSQL would refuse by itself: too many places taken, two with one rank on the list.
CONSTRAINTS = """
alter table session drop constraint session_check;
alter table session drop constraint session_taken_check;
drop index booking_rank;
"""


def without_locks(command: Callable[..., Work[Any]]) -> Callable[..., Work[Any]]:
    """The command, its statements sent without « for update »."""

    def unlocked(*args: Any, **kwargs: Any) -> Work[Any]:
        conversation, rows = command(*args, **kwargs), None
        while True:
            try:
                wanted = conversation.send(rows)
            except StopIteration as end:
                return end.value
            if isinstance(wanted, Statement):
                wanted = wanted._replace(text=wanted.text.replace("for update", ""))
            rows = yield wanted

    return unlocked
