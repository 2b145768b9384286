"""Counting the statements of a conversation, for the budgets that tests hold."""

from collections.abc import Generator
from typing import Any

from server.database import Work


def counted(work: Generator[Any, Any, Any], count: list[int]) -> Work[Any]:
    """The same conversation, its statements counted."""
    rows: Any = None
    try:
        while True:
            statement = work.send(rows)
            count[0] += 1
            rows = yield statement
    except StopIteration as end:
        return end.value
