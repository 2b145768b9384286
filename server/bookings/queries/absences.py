"""Reads of absences: what declaring one would do, those declared, one with all its lines."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

import msgspec

from server.bookings.queries.deadlines import terms_of
from server.bookings.queries.squares import Child, Slot, Span
from server.bookings.rules.absence import Line, line_of
from server.database import Row, Work, sql


@dataclass(frozen=True)
class Absence:
    """One declared absence, as its family sees it."""

    ref: str
    child: str
    colour: int
    first: date
    last: date
    declared_at: datetime
    undone_at: datetime | None
    lines: tuple[Line, ...]

    @property
    def may_be_undone(self) -> bool:
        """Whether there is anything to take back; whether the rules still allow it is said square by square."""
        return self.undone_at is None and any(line.changes for line in self.lines)


ABSENCES = """
select a.ref, c.first_name as child, c.colour, a.first_day, a.last_day, a.declared_at, a.undone_at, a.lines
from absence a join child c on c.id = a.child_id where a.family_id = $1
"""


def absence_of(family_id: int, ref: str) -> Work[Absence | None]:
    """One absence of this family, or None."""
    rows = yield sql(f"{ABSENCES} and a.ref = $2", family_id, ref)
    return _absence(rows[0]) if rows else None


def absences_ahead(family_id: int, today: date) -> Work[list[Absence]]:
    """The absences of this family that are not over and not taken back, the next first."""
    rows = yield sql(
        f"{ABSENCES} and a.last_day >= $2 and a.undone_at is null order by a.first_day, a.id", family_id, today
    )
    return [_absence(row) for row in rows]


def lines_from(stored: str) -> list[Line]:
    """The lines kept with an absence."""
    return msgspec.json.decode(stored, type=list[Line])


def _absence(row: Row) -> Absence:
    return Absence(
        row["ref"], row["child"], row["colour"], row["first_day"], row["last_day"], row["declared_at"],
        row["undone_at"], tuple(lines_from(row["lines"])),
    )  # fmt: skip


def promised(span: Span, child: Child, first: date, last: date, now: datetime) -> list[Line]:
    """What an absence declared now would make of the child's bookings, in the order of the days."""
    mine = (s for s in span.slots if s.child.id == child.id and first <= s.day <= last)
    return [line for slot in sorted(mine, key=lambda s: (s.starts_at, s.session_id)) if (line := _line(slot, now))]


def days_booked(span: Span, child: Child, now: datetime) -> Iterator[date]:
    """The days on which an absence of the child would change something, in order."""
    days = {s.day for s in span.slots if s.child.id == child.id and (line := _line(s, now)) and line.changes}
    return iter(sorted(days))


def _line(slot: Slot, now: datetime) -> Line | None:
    if slot.away or slot.theirs:
        return None
    activity = slot.activity
    return line_of(
        slot.session_id, slot.day, activity.name, activity.price_cents, slot.square, terms_of(activity),
        slot.deadlines.limits, activity.absence, now,
    )  # fmt: skip
