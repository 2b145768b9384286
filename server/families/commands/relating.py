"""An agent says what each adult of a file is to each of its children, and who holds parental authority."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import msgspec

from server.database import Row, Work, sql
from server.errors import NotFound
from server.families.rules.people import QUALITIES
from server.families.rules.relations import Tie, Ties, changed_ties, said_of
from server.notices.commands import tell
from server.web.visitor import Visitor

Outcome = Literal["done", "same", "stale"]

FAMILY = "select id, ref, number, name from family where ref = $1"
ADULTS = """
select id, ref, first_name, last_name, account_id from guardian where family_id = $1 order by holder desc, id
"""
CHILDREN = """
select c.id, c.ref, c.first_name, c.last_name from household_child h join child c on c.id = h.child_id
where h.family_id = $1 order by c.birth_date, c.id
"""
LINKS = """
select l.guardian_id, l.child_id, l.quality, l.authority from child_link l join guardian g on g.id = l.guardian_id
where g.family_id = $1 order by l.id
"""
WRITE = """
insert into child_link (guardian_id, child_id, quality, authority) values ($1, $2, $3, $4)
on conflict (guardian_id, child_id) do update set quality = excluded.quality, authority = excluded.authority
"""
NOTE = "insert into audit (at, actor_id, action, child_id, family_id, detail) values ($1, $2, $3, $4, $5, $6)"


@dataclass(frozen=True)
class Person:
    """An adult or a child of the file."""

    id: int
    ref: str
    first_name: str
    last_name: str
    account_id: int | None = None

    @property
    def name(self) -> str:
        """« Camille Dupont »."""
        return f"{self.first_name} {self.last_name}"


@dataclass(frozen=True)
class Relations:
    """Who is what to whom within one household; of a child's other home nothing is here."""

    family_id: int
    ref: str
    number: str
    name: str
    adults: tuple[Person, ...]
    children: tuple[Person, ...]
    ties: Ties

    @property
    def stamp(self) -> str:
        """What the agent's page was made from."""
        people = [[one.id, one.name] for one in (*self.adults, *self.children)]
        ties = sorted([*key, tie.quality, tie.authority] for key, tie in self.ties.items())
        return hashlib.sha256(msgspec.json.encode([people, ties])).hexdigest()[:32]


def relations_of(family_ref: str, lock: bool = False) -> Work[Relations]:
    """The ties of one household. Raises NotFound."""
    found = yield sql(FAMILY + (" for update" if lock else ""), family_ref)
    if not found:
        raise NotFound
    family = found[0]["id"]
    adults: Sequence[Row] = yield sql(ADULTS, family)
    children: Sequence[Row] = yield sql(CHILDREN, family)
    links: Sequence[Row] = yield sql(LINKS, family)
    ties = {(row["child_id"], row["guardian_id"]): Tie(row["quality"], bool(row["authority"])) for row in links}
    return Relations(
        family, found[0]["ref"], found[0]["number"], found[0]["name"], tuple(Person(**dict(row)) for row in adults),
        tuple(Person(**dict(row)) for row in children), ties,
    )  # fmt: skip


def relate(agent: Visitor, family_ref: str, seen: str, wanted: Ties, reason: str, now: datetime) -> Work[Outcome]:
    """Write what differs, note it child by child, tell the household. "stale": somebody else came first."""
    file = yield from relations_of(family_ref, lock=True)
    if file.stamp != seen:
        return "stale"
    changes = changed_ties(file.ties, wanted)
    if not changes:
        return "same"
    for (to, of), (_, tie) in changes.items():
        if tie is None:
            yield sql("delete from child_link where guardian_id = $1 and child_id = $2", of, to)
        else:
            yield sql(WRITE, of, to, tie.quality, tie.authority)
    lines = {child.id: _lines(file, child, changes) for child in file.children}
    for child in file.children:
        if lines[child.id]:
            detail = msgspec.json.encode({"lines": lines[child.id], "reason": reason}).decode()
            yield sql(NOTE, now, agent.account_id, "ties_changed", child.id, file.family_id, detail)
    text = "La mairie a mis à jour ce que les adultes de votre dossier sont pour vos enfants."
    payload = {"text": text, "url": "/dossier", "more": [line for told in lines.values() for line in told]}
    accounts = [one.account_id for one in file.adults if one.account_id is not None]
    yield from tell(accounts, "file_changed", f"ties-{file.family_id}", payload, now)
    return "done"


def _lines(
    file: Relations, child: Person, changes: Mapping[tuple[int, int], tuple[Tie | None, Tie | None]]
) -> list[str]:
    """« Camille Dupont, pour Lina : mère, avec autorité parentale »."""
    return [
        f"{adult.name}, pour {child.first_name}\u00a0: {said_of(changes[child.id, adult.id][1], dict(QUALITIES))}."
        for adult in file.adults
        if (child.id, adult.id) in changes
    ]
