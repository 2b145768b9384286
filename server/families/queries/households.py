"""Reads of one household: its adults and its children. Never anything of the other household of a child."""

from dataclasses import dataclass
from datetime import date

from server.database import Row, Work, sql
from server.families.rules import Custody, custody_from


@dataclass(frozen=True)
class Adult:
    """A guardian of the household."""

    id: int
    first_name: str
    last_name: str
    email: str
    phone: str
    holder: bool
    signs_in: bool  # has an account


@dataclass(frozen=True)
class Child:
    """A child, as whoever may know them names them."""

    id: int
    ref: str
    first_name: str
    last_name: str
    birth_date: date
    colour: int
    grade: str

    @property
    def initial(self) -> str:
        """The letter in the chalk square."""
        return self.first_name[:1].upper()


@dataclass(frozen=True)
class ChildAtHome(Child):
    """A child as their own household sees them."""

    school: str
    custody: Custody


@dataclass(frozen=True)
class Household:
    """One household: what its adults may see of it."""

    id: int
    ref: str
    number: str
    name: str
    resident: bool
    address: str
    adults: tuple[Adult, ...]
    children: tuple[ChildAtHome, ...]


ADULTS = """
select id, first_name, last_name, email, phone, holder, (account_id is not null) as signs_in
from guardian where family_id = $1 order by holder desc, id
"""
CHILDREN = """
select c.id, c.ref, c.first_name, c.last_name, c.birth_date, c.colour, c.grade, h.custody, s.name as school
from household_child h join child c on c.id = h.child_id left join site s on s.id = c.site_id
where h.family_id = $1 order by c.birth_date, c.id
"""


def household_of(family_id: int | None) -> Work[Household | None]:
    """The household, or None for an account that has none yet. Three statements."""
    rows = yield sql("select id, ref, number, name, resident, address from family where id = $1", family_id or 0)
    if not rows:
        return None
    adults = yield sql(ADULTS, family_id)
    children = yield from children_of(rows[0]["id"])
    return Household(
        **dict(rows[0]),
        adults=tuple(Adult(**{**dict(row), "signs_in": bool(row["signs_in"])}) for row in adults),
        children=children,
    )


def household_by_ref(ref: str) -> Work[Household | None]:
    """Any household of the town, for agents."""
    rows = yield sql("select id from family where ref = $1", ref)
    return (yield from household_of(rows[0]["id"])) if rows else None


def children_of(family_id: int) -> Work[tuple[ChildAtHome, ...]]:
    """The children who live in this household, the eldest first."""
    rows = yield sql(CHILDREN, family_id)
    return tuple(_child(row) for row in rows)


def _child(row: Row) -> ChildAtHome:
    values = dict(row)
    return ChildAtHome(**{**values, "school": row["school"] or "", "custody": custody_from(row["custody"])})
