"""One child's health file: the child among a household's own, the sealed record, the consents."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from server.adapters.vault import Vault
from server.database import Row, Work, sql
from server.errors import NotFound
from server.families.queries import Child
from server.families.queries.authority import CLOSED, held
from server.health.sealing import Record, opened
from server.web.visitor import Visitor


@dataclass(frozen=True)
class Consent:
    """One answer, as it was given."""

    kind: str
    granted: bool
    by: str
    at: datetime
    wording: str = ""  # of the question then; empty before it was kept


CHILD = "c.id, c.ref, c.first_name, c.last_name, c.birth_date, c.colour, c.grade"
MINE = f"""
select {CHILD}, {held("c.id", "$1", "$3")} as open from household_child h join child c on c.id = h.child_id
where h.family_id = $1 and c.ref = $2
"""
OURS = f"""
select {CHILD} from household_child h join child c on c.id = h.child_id
where h.family_id = $1 and {held("c.id", "$1", "$2")} order by c.birth_date, c.id
"""
ANYBODYS = f"select {CHILD} from child c where c.ref = $1"
RECORD = "select child_id, sheet, vaccines, plans, admission from health_record where child_id = $1"
CONSENTS = "select kind, granted, given_name, at, wording from permission where child_id = $1 order by id"


def child_of(parent: Visitor, ref: str) -> Work[Child]:
    """A child of this household over whom the parent holds authority.

    Raises NotFound for any other: a stranger's without a word, the household's own with the reason.
    """
    if not ref.isprintable():  # PostgreSQL would stumble over a NUL
        raise NotFound
    rows = yield sql(MINE, parent.family_id or 0, ref, parent.account_id)
    if not rows:
        raise NotFound
    values = dict(rows[0])
    if not values.pop("open"):
        raise NotFound(CLOSED)
    return Child(**values)


def children_held(parent: Visitor) -> Work[tuple[Child, ...]]:
    """The household's children over whom the parent holds authority, the eldest first."""
    rows = yield sql(OURS, parent.family_id or 0, parent.account_id)
    return tuple(Child(**dict(row)) for row in rows)


def child_by_ref(ref: str) -> Work[Child | None]:
    """Any child, for agents."""
    if not ref.isprintable():
        return None
    rows = yield sql(ANYBODYS, ref)
    return Child(**dict(rows[0])) if rows else None


def record_of(vault: Vault, child_id: int) -> Work[Record]:
    """The record, opened; an empty one for a child nobody has told anything of. Raises Sealed."""
    rows = yield sql(RECORD, child_id)
    return opened(vault, rows[0]) if rows else Record()


def consents_of(child_id: int) -> Work[tuple[Consent, ...]]:
    """Every answer ever given, oldest first."""
    rows = yield sql(CONSENTS, child_id)
    return tuple(_consent(row) for row in rows)


def holding(consents: tuple[Consent, ...]) -> Mapping[str, Consent]:
    """The answer that holds for each question: the last one."""
    return {consent.kind: consent for consent in consents}


def _consent(row: Row) -> Consent:
    return Consent(row["kind"], row["granted"], row["given_name"], row["at"], row["wording"])
