"""Reads of a child who lives in two homes: whose days are whose, what is asked to change, and what is booked there.

Each home is a side of one truth; what is read for a family is put in its own words, and names nobody of the other.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec

from server.database import Row, Work, sql
from server.families.rules.custody import Custody, seen_from_the_other, whose_day
from server.families.rules.custody_text import custody_from
from server.families.rules.requests import Content
from server.french import of_name

CHILD = "select c.id, c.ref, c.first_name from household_child h join child c on c.id = h.child_id"
HOMES = """
select h.family_id, h.custody, f.ref, f.name, f.number
from household_child h join family f on f.id = h.family_id where h.child_id = $1 order by h.id
"""
OPEN = """
select id, ref, number, family_id, content from request
where child_id = $1 and kind = 'custody_changed' and status in ('filed', 'in_progress', 'to_complete') order by id
"""


@dataclass(frozen=True)
class Home:
    """One of the child's homes, and what its own row says."""

    family_id: int
    ref: str
    name: str
    number: str
    custody: Custody


@dataclass(frozen=True)
class Wish:
    """A change somebody has asked for and nobody has decided, as the asking home says it."""

    ref: str
    number: int
    family_id: int | None
    custody: Custody
    since: date


@dataclass(frozen=True)
class SharedChild:
    """A child of more than one home, seen from one of them."""

    id: int
    ref: str
    first_name: str
    mine: Home
    others: tuple[Home, ...]
    wishes: tuple[Wish, ...]

    @property
    def of_name(self) -> str:
        """« de Zoé », « d’Anna »."""
        return of_name(self.first_name)

    @property
    def in_two(self) -> bool:
        """Whether there are exactly two homes, so that what is not here is there."""
        return len(self.others) == 1

    @property
    def stamp(self) -> str:
        """What a form was drawn from: it changes with the custody and with every wish."""
        told = (repr(self.mine.custody.asked), str(self.mine.custody.since), *(wish.ref for wish in self.wishes))
        return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]

    @property
    def asked_here(self) -> Wish | None:
        """What this home itself has asked for."""
        return next((wish for wish in self.wishes if wish.family_id == self.mine.family_id), None)

    @property
    def asked_there(self) -> Wish | None:
        """What the other home has asked for, said from this one."""
        found = next((wish for wish in self.wishes if wish.family_id != self.mine.family_id), None)
        if found is None:
            return None
        return Wish(found.ref, found.number, found.family_id, seen_from_the_other(found.custody), found.since)


def shared_child(family_id: int | None, ref: str, lock: bool = False) -> Work[SharedChild | None]:
    """A child of this household who lives elsewhere too; None for any other. Three statements."""
    # "no key": a tap under way, whose session is locked after the child, may still write its square.
    text = f"{CHILD} where h.family_id = $1 and c.ref = $2{' for no key update of c' if lock else ''}"
    rows = yield sql(text, family_id or 0, ref)
    if not rows:
        return None
    child = rows[0]
    homes = [_home(row) for row in (yield sql(HOMES, child["id"]))]
    others = tuple(home for home in homes if home.family_id != family_id)
    if not others:
        return None
    mine = next(home for home in homes if home.family_id == family_id)
    wishes = tuple(_wish(row) for row in (yield sql(OPEN, child["id"])))
    return SharedChild(child["id"], child["ref"], child["first_name"], mine, others, wishes)


def shared_children(family_id: int | None) -> Work[frozenset[int]]:
    """The ids of the household's children who live elsewhere too."""
    text = """
select h.child_id from household_child h where h.family_id = $1
and exists (select 1 from household_child o where o.child_id = h.child_id and o.family_id <> h.family_id)
"""
    return frozenset(row["child_id"] for row in (yield sql(text, family_id or 0)))


def _home(row: Row) -> Home:
    return Home(row["family_id"], row["ref"], row["name"], row["number"], custody_from(row["custody"]))


def _wish(row: Row) -> Wish:
    data = wished_in(msgspec.json.decode(row["content"], type=Content).data)
    return Wish(row["ref"], row["number"], row["family_id"], *data)


def wished_in(data: Mapping[str, Any]) -> tuple[Custody, date]:
    """What a request of this kind asks: the custody, and from which day on."""
    return custody_from(data["custody"]), date.fromisoformat(data["since"])


Holidays = tuple[tuple[date, date], ...]


@dataclass(frozen=True)
class Held:
    """A square somebody has asked for: whose, when, what."""

    family_id: int
    session_id: int
    day: date
    activity: str


@dataclass(frozen=True)
class Around:
    """What rooms to the right lend to custody: the town's school holidays, and the child's squares from a day on."""

    holidays: Callable[[], Work[Holidays]]
    held: Callable[[int, date], Work[Sequence[Held]]]


def losing(held: Sequence[Held], custodies: Mapping[int, Custody]) -> list[Held]:
    """The squares that would fall on a day of the other home."""
    return [
        one for one in held if one.family_id in custodies and whose_day(custodies[one.family_id], one.day) == "away"
    ]
