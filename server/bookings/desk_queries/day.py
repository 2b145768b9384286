"""The day's list: for each activity, who is expected, who asks, who waits and in which order, who is absent."""

from dataclasses import dataclass, field
from datetime import date, datetime

from server.activities.queries import Activity, Catalogue, catalogue_of
from server.bookings.rules.squares import Session
from server.database import Row, Work, marks, sql
from server.health.queries.gate import Watch, standings_of
from server.health.rules.gate import GOOD, unit_on
from server.web.folding import fold

EXPECTED = ("booked", "cancel_requested")
ASKING = ("requested", "to_pay")
ABSENT = ("absent_excused", "absent_billed")


@dataclass(frozen=True)
class Line:
    """One child on one list."""

    child_id: int
    key: str
    first_name: str
    last_name: str
    grade: str
    colour: int
    family_ref: str
    family: str
    number: str
    state: str
    unit: str
    reason: str
    position: int  # on the waiting list, from 1


@dataclass
class Register:
    """One session with its children."""

    session_id: int
    activity: Activity
    starts_at: datetime
    places: Session
    lines: list[Line] = field(default_factory=list)

    def among(self, states: tuple[str, ...]) -> list[Line]:
        """The children in one of `states`, by name; those who wait in their order."""
        found = [line for line in self.lines if line.state in states]
        return sorted(found, key=lambda line: (line.position, fold(line.last_name), fold(line.first_name)))


@dataclass(frozen=True)
class Day:
    """All registers of a day, and the days with sessions around it."""

    day: date
    before: date | None
    after: date | None
    registers: tuple[Register, ...]
    catalogue: Catalogue


SESSIONS = """
select id, activity_id, starts_at, capacity, taken, next_rank, closed_reason from session where day = $1
"""
LINES = """
select c.id as child_id, c.ref as child_ref, c.first_name, c.last_name, c.grade, c.colour, f.ref as family_ref, f.name,
       f.number, b.session_id, b.state, b.unit, b.reason, b.rank
from booking b join child c on c.id = b.child_id join family f on f.id = b.family_id
where b.session_id in ({marks}) and b.state not in ('free', 'refused')
order by b.session_id, b.rank, b.id
"""
BEFORE = "select day from session where day < $1 order by day desc limit 1"
AFTER = "select day from session where day > $1 order by day limit 1"


def day_list(day: date, activity: str, version: int, watch: Watch | None = None) -> Work[Day]:
    """The day's registers, of one activity when its ref is given: four statements, one more with a `watch`.

    The kitchen reads what it has to cook: the packed meal of a PAI counts as such, whenever the day was booked.
    """
    catalogue = yield from catalogue_of(version)
    before, after = (yield sql(BEFORE, day)), (yield sql(AFTER, day))
    registers = {
        row["id"]: _register(row, catalogue)
        for row in (yield sql(SESSIONS, day))
        if activity in ("", catalogue.activities[row["activity_id"]].ref)
    }
    if registers:
        rows = yield sql(LINES.format(marks=marks(len(registers))), *registers)
        standings = yield from standings_of(watch, sorted({row["child_id"] for row in rows}))
        for row in rows:
            register = registers[row["session_id"]]
            canteen = register.activity.kind == "canteen"
            unit = unit_on(standings.get(row["child_id"], GOOD), day, canteen) or row["unit"]
            register.lines.append(_line(row, register, unit))
    ordered = sorted(registers.values(), key=lambda each: (each.starts_at, each.activity.position))
    return Day(day, _first(before), _first(after), tuple(ordered), catalogue)


def _first(rows: object) -> date | None:
    return rows[0]["day"] if rows else None  # type: ignore[index]


def _register(row: Row, catalogue: Catalogue) -> Register:
    places = Session(row["capacity"], row["taken"], row["next_rank"], row["closed_reason"])
    return Register(row["id"], catalogue.activities[row["activity_id"]], row["starts_at"], places)


def _line(row: Row, register: Register, unit: str) -> Line:
    """Rows come in the order of their ranks, so a position is a count of those before."""
    waiting = row["state"] == "waiting"
    return Line(
        child_id=row["child_id"],
        key=f"{row['child_ref']}.{row['session_id']}",
        first_name=row["first_name"],
        last_name=row["last_name"],
        grade=row["grade"],
        colour=row["colour"],
        family_ref=row["family_ref"],
        family=row["name"],
        number=row["number"],
        state=row["state"],
        unit=unit,
        reason=row["reason"],
        position=1 + len(register.among(("waiting",))) if waiting else 0,
    )
