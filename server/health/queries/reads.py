"""Who read a child's health file, latest first, for its parents and for agents."""

from dataclasses import dataclass
from datetime import datetime

from server.database import Work, sql

PAGE = 50

READS = """
select reader, agent, screen, at from health_read where child_id = $1 order by id desc limit $2 offset $3
"""


@dataclass(frozen=True)
class Reading:
    """One reading."""

    reader: str
    agent: bool
    screen: str
    at: datetime


@dataclass(frozen=True)
class Readings:
    """A page of them."""

    lines: tuple[Reading, ...]
    page: int
    further: bool


def readings_of(child_id: int, page: int = 1, size: int = PAGE) -> Work[Readings]:
    """One page; `further` says that there are older ones."""
    rows = yield sql(READS, child_id, size + 1, (page - 1) * size)
    lines = tuple(Reading(row["reader"], bool(row["agent"]), row["screen"], row["at"]) for row in rows)
    return Readings(lines[:size], page, len(lines) > size)
