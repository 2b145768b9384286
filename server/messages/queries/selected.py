"""Whom a message to many families would go to, and what a town offers to choose them by."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from server.database import Row, Work, sql
from server.documents.rules.kinds import KINDS
from server.messages.rules.selection import Offer, Selection
from server.web.pagination import Leaf

PAGE = 50

LINKED = "exists (select 1 from guardian g where g.family_id = f.id and g.account_id is not null)"
REACHED = f"({LINKED} or exists (select 1 from guardian g where g.family_id = f.id and g.email <> ''))"
CHILD = "exists (select 1 from household_child h join child c on c.id = h.child_id where h.family_id = f.id{more})"
ENROLLED = """ and exists (select 1 from enrolment e join activity a on a.id = e.activity_id
 where e.child_id = c.id and e.family_id = f.id and e.status = 'accepted' and a.ref = {activity}
 and e.first_day <= {today} and e.last_day >= {today})"""
BOOKED = """ and exists (select 1 from booking b join session s on s.id = b.session_id join activity a
 on a.id = s.activity_id where b.child_id = c.id and b.family_id = f.id and s.day = {day}
 and b.state in ('booked', 'requested', 'to_pay', 'cancel_requested'){activity})"""
VALID = """exists (select 1 from document d where d.family_id = f.id and d.shelf = 'sent' and d.kind = {kind}
 and d.state = 'clean' and d.decision = 'accepted' and (d.valid_until is null or d.valid_until >= {today}){child})"""


@dataclass(frozen=True)
class Recipient:
    """A family a message would go to, or went to."""

    id: int
    ref: str
    number: str
    name: str
    linked: bool  # one of its adults has an account
    reached: bool  # or at least an address
    outcome: str = ""
    read: bool = False


@dataclass(frozen=True)
class Chosen:
    """Those of a selection: one page, and how many by the way they are reached."""

    families: tuple[Recipient, ...]
    leaf: Leaf
    linked: int
    by_mail: int

    @property
    def nobody(self) -> int:
        """How many are reached in no way."""
        return self.leaf.total - self.linked - self.by_mail


class _Where:
    """A condition as it grows, with its values in the order of their marks."""

    def __init__(self) -> None:
        self.args: list[Any] = []

    def mark(self, value: Any) -> str:
        self.args.append(value)
        return f"${len(self.args)}"


def _condition(chosen: Selection, today: date) -> tuple[str, list[Any]]:
    """The families of a selection, as a condition on `family f`."""
    where, parts = _Where(), ["f.id > 0"]
    child, paper = "", KINDS.get(chosen.piece)
    if chosen.ecole.isdecimal():
        child += f" and c.site_id = {where.mark(int(chosen.ecole))}"
    if chosen.niveau:
        child += f" and c.grade = {where.mark(chosen.niveau)}"
    if chosen.jour:
        here = f" and a.ref = {where.mark(chosen.activite)}" if chosen.activite else ""
        child += BOOKED.format(day=where.mark(date.fromisoformat(chosen.jour)), activity=here)
    elif chosen.activite:
        child += ENROLLED.format(activity=where.mark(chosen.activite), today=where.mark(today))
    if paper:
        own = " and d.child_id = c.id" if paper.per_child else ""
        lacks = "not " + VALID.format(kind=where.mark(paper.name), today=where.mark(today), child=own)
        if paper.per_child:
            child += f" and {lacks}"
        else:
            parts.append(lacks)
    if child:
        parts.append(CHILD.format(more=child))
    if chosen.comptes:
        parts.append(LINKED if chosen.comptes == "avec" else f"not {LINKED}")
    if chosen.commune:
        parts.append(f"f.resident = {where.mark(chosen.commune == 'oui')}")
    return " and ".join(parts), where.args


def chosen_families(chosen: Selection, today: date, page: int) -> Work[Chosen]:
    """One page of them by name, and the counts: two statements."""
    condition, args = _condition(chosen, today)
    counts = yield sql(
        f"select count(*) as n, sum(case when {LINKED} then 1 else 0 end) as linked, "
        f"sum(case when {REACHED} then 1 else 0 end) as reached from family f where {condition}",
        *args,
    )
    total, linked = int(counts[0]["n"]), int(counts[0]["linked"] or 0)
    leaf = Leaf(page, PAGE, total)
    rows = yield sql(
        f"select f.id, f.ref, f.number, f.name, {LINKED} as linked, {REACHED} as reached from family f "
        f"where {condition} order by f.sort_name, f.id limit {PAGE} offset {leaf.offset}",
        *args,
    )
    families = tuple(recipient_from(row) for row in rows)
    return Chosen(families, leaf, linked, int(counts[0]["reached"] or 0) - linked)


def ids_of(chosen: Selection, today: date) -> Work[list[int]]:
    """All of them, in the order they are written to."""
    condition, args = _condition(chosen, today)
    return [row["id"] for row in (yield sql(f"select f.id from family f where {condition} order by f.id", *args))]


def recipient_from(row: Row) -> Recipient:
    """The family of one row."""
    values = dict(row)
    return Recipient(**{**values, **{name: bool(values[name]) for name in ("linked", "reached")}})


def offer_of(papers: Sequence[str], departments: tuple[str, ...]) -> Work[Offer]:
    """What may be chosen in this town."""
    activities = yield sql("select ref, name from activity order by position, id")
    schools = yield sql("select id, name from site where kind = 'school' order by name, id")
    grades = yield sql("select distinct grade from child where grade <> '' order by grade")
    return Offer(
        [(row["ref"], row["name"]) for row in activities],
        [(str(row["id"]), row["name"]) for row in schools],
        [(row["grade"], row["grade"]) for row in grades],
        [(name, KINDS[name].label) for name in papers if name in KINDS],
        departments,
    )
