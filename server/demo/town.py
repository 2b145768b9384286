"""The demo town as the database has it already: homes, their ids, sessions; and the shape of a booking's row."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from server.activities.rules.days import TownCalendar
from server.demo.people import Household, Kid

COLUMNS = "child_id, session_id, family_id, state, version, unit, rank, reason, changed_by, changed_at"
Row = tuple[object, ...]


@dataclass(frozen=True)
class Slot:
    """A session as the database has it."""

    id: int
    day: date
    starts_at: datetime
    capacity: int | None


@dataclass(frozen=True)
class Town:
    """What is in the database already, by the names the demo gave it."""

    homes: Sequence[Household]
    children: Mapping[str, int]
    families: Mapping[str, int]
    accounts: Mapping[str, int]
    slots: Mapping[str, Mapping[date, Slot]]
    calendar: TownCalendar
    now: datetime
    today: date

    @property
    def monday(self) -> date:
        """Of this week."""
        return self.today - timedelta(days=self.today.weekday())

    def row(self, home: Household, kid: Kid, slot: Slot, at: datetime, state: str = "booked", **more: object) -> Row:
        """A row of the booking table, in the order of COLUMNS."""
        by = more.get("by") or self.accounts[home.adults[0].email]
        return (
            self.children[kid.ref], slot.id, self.families[home.ref], state, 1, more.get("unit", ""),
            more.get("rank"), more.get("reason", ""), by, at,
        )  # fmt: skip

    def asked(self, slot: Slot, early: timedelta) -> datetime:
        """A moment before now and before every cutoff of the session."""
        return min(self.now - timedelta(minutes=5), slot.starts_at - timedelta(days=10)) - early

    def asked_lately(self, slot: Slot, early: timedelta) -> datetime:
        """The same for what an agent has not seen yet, three days before a Wednesday at the latest."""
        return min(self.now - timedelta(minutes=5) - early, slot.starts_at - timedelta(days=3))


def slots_of(town: Town, activity: str, week: int, weekdays: Sequence[int]) -> Iterator[Slot]:
    """The sessions of an activity on these weekdays, so many weeks from this one."""
    for weekday in weekdays:
        day = town.monday + timedelta(days=7 * week + weekday)
        if slot := town.slots[activity].get(day):
            yield slot
