"""Reads for the agents' screens that belong to no single room: finding a family, and its file at a glance."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from server.database import Row, Work, marks, sql
from server.families.finding import find_families

MOST_SHOWN = 50  # on the page of the search
MOST_OFFERED = 8  # under the finder


@dataclass(frozen=True)
class Found:
    """A family as the search lists it: enough to choose, no address and no telephone."""

    ref: str
    number: str
    name: str
    resident: bool
    guardians: tuple[str, ...]
    children: tuple[str, ...]


@dataclass(frozen=True)
class Search:
    """What a search found; `more` says that only the first are shown."""

    families: tuple[Found, ...]
    total: int

    @property
    def more(self) -> bool:
        """Whether the list is cut."""
        return self.total > len(self.families)


FAMILIES = "select id, ref, number, name, resident from family where id in ({marks})"
GUARDIANS = """
select family_id, first_name, last_name from guardian
where family_id in ({marks}) order by holder desc, id
"""
CHILDREN = """
select h.family_id, c.first_name, c.last_name, c.grade from household_child h join child c on c.id = h.child_id
where h.family_id in ({marks}) order by c.birth_date, c.id
"""


def search_families(text: str, most: int = MOST_SHOWN) -> Work[Search]:
    """The best families by name, child, number, telephone or e-mail, case and accents folded: four statements."""
    ids = yield from find_families(text, most + 1)
    if not ids:
        return Search((), 0)
    shown = ids[:most]
    here = marks(len(shown))
    rows = {row["id"]: row for row in (yield sql(FAMILIES.format(marks=here), *shown))}
    guardians = _by_family((yield sql(GUARDIANS.format(marks=here), *shown)))
    children = _by_family((yield sql(CHILDREN.format(marks=here), *shown)))
    return Search(tuple(_found(rows[id_], guardians, children) for id_ in shown), len(ids))


Rows = dict[int, list[Row]]


def _by_family(rows: Sequence[Row]) -> Rows:
    found: Rows = {}
    for row in rows:
        found.setdefault(row["family_id"], []).append(row)
    return found


def _found(family: Row, guardians: Rows, children: Rows) -> Found:
    return Found(
        family["ref"],
        family["number"],
        family["name"],
        family["resident"],
        tuple(f"{row['first_name']} {row['last_name']}" for row in guardians.get(family["id"], ())),
        tuple(f"{row['first_name']} {row['grade']}".strip() for row in children.get(family["id"], ())),
    )


@dataclass(frozen=True)
class Guardian:
    """An adult of the family, for the agent who calls them back."""

    name: str
    email: str
    phone: str
    holder: bool
    signs_in: bool
    photo: str = ""  # under which name an agent is shown it


@dataclass(frozen=True)
class FamilyFile:
    """The head of a family's page."""

    id: int
    ref: str
    number: str
    name: str
    resident: bool
    address: str
    guardians: tuple[Guardian, ...]


FAMILY = "select id, ref, number, name, resident, address from family where id = $1"
ADULTS = """
select g.first_name, g.last_name, g.email, g.phone, g.holder, g.account_id, p.ref as photo from guardian g
left join account_photo p on p.account_id = g.account_id where g.family_id = $1 order by g.holder desc, g.id
"""


def family_file(family_id: int) -> Work[FamilyFile]:
    """The family's number, address and adults: two statements."""
    row = (yield sql(FAMILY, family_id))[0]
    adults = yield sql(ADULTS, family_id)
    return FamilyFile(**dict(row), guardians=tuple(_guardian(adult) for adult in adults))


def _guardian(row: Row) -> Guardian:
    name = f"{row['first_name']} {row['last_name']}"
    return Guardian(name, row["email"], row["phone"], row["holder"], row["account_id"] is not None, row["photo"] or "")


@dataclass(frozen=True)
class Event:
    """One line of a square's history."""

    at: datetime
    action: str
    by: str
    after: str
    reason: str


@dataclass(frozen=True)
class Owner:
    """Whose booking it is, when not this family's."""

    family_id: int
    name: str
    number: str


@dataclass(frozen=True)
class SquareFile:
    """What an agent must know of a square beyond what the calendar shows."""

    owner: Owner | None
    events: tuple[Event, ...]


OWNER = """
select b.family_id, f.name, f.number from booking b join family f on f.id = b.family_id
join child c on c.id = b.child_id where c.ref = $1 and b.session_id = $2
"""
HISTORY = """
select u.at, u.action, u.detail, a.kind, a.first_name, a.last_name
from audit u join child c on c.id = u.child_id left join account a on a.id = u.actor_id
where c.ref = $1 and u.session_id = $2 order by u.id desc limit 20
"""


def square_file(child_ref: str, session_id: int) -> Work[SquareFile]:
    """Whose it is and what happened to it, latest first: two statements."""
    owners = yield sql(OWNER, child_ref, session_id)
    rows = yield sql(HISTORY, child_ref, session_id)
    owner = Owner(owners[0]["family_id"], owners[0]["name"], owners[0]["number"]) if owners else None
    return SquareFile(owner, tuple(_event(row) for row in rows))


def _event(row: Row) -> Event:
    detail = msgspec.json.decode(row["detail"])
    by = f"{row['first_name']} {row['last_name']}" if row["kind"] is not None else ""
    return Event(row["at"], row["action"], by, detail.get("to", ""), detail.get("reason", ""))
