"""What a town asks of a family and where each of it stands: to send, being checked, valid, soon over, to send again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from server.documents.rules.kinds import KINDS, OTHER, TABLE
from server.zone import months_after

Standing = Literal["valid", "ends_soon", "checking", "refused", "over", "missing"]
SOON = timedelta(days=30)
TO_SEND: tuple[Standing, ...] = ("missing", "refused", "over", "ends_soon")


@dataclass(frozen=True)
class Asked:
    """The town's choice, as the rules read it: kinds by name, and how long each is valid."""

    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    maximum_without: tuple[str, ...] = ()
    months: Mapping[str, int] = field(default_factory=dict)
    school_year: tuple[str, ...] = ()

    @property
    def kinds(self) -> tuple[str, ...]:
        """Everything that may be sent by type, in the order of the table."""
        return tuple(kind.name for kind in TABLE if kind.name in self.required or kind.name in self.optional)


@dataclass(frozen=True)
class Paper:
    """What the rules know of one document a family sent: its type, whom it is about, how it was judged."""

    kind: str
    child_id: int | None
    decision: str  # "" while being checked, accepted, refused
    reason: str
    valid_until: date | None
    ref: str
    refused_by_check: bool = False  # the antivirus found something


@dataclass(frozen=True)
class Wanted:
    """An agent asked this family for it, whatever the town asks of everybody."""

    ref: str
    kind: str
    child_id: int | None
    note: str


@dataclass(frozen=True)
class Item:
    """One line of what is asked of a family."""

    kind: str
    child_id: int | None
    required: bool
    standing: Standing
    until: date | None = None  # the last day the valid one counts
    reason: str = ""  # why it was refused
    note: str = ""  # what the agent who asked wrote
    ref: str = ""  # of the paper this standing comes from

    @property
    def to_send(self) -> bool:
        """Whether the family must do something: required and not there, refused, over or soon over."""
        return self.required and self.standing in TO_SEND


def items_of(
    asked: Asked, children: Sequence[int], papers: Iterable[Paper], wanted: Iterable[Wanted], today: date
) -> tuple[Item, ...]:
    """Each document asked of a family, in the table's order, the children's in the order given."""
    calls = {(call.kind, call.child_id): call for call in wanted}
    known = list(papers)
    lines = {**_of_town(asked, children), **dict.fromkeys(calls, True)}
    order = [*(kind.name for kind in TABLE), OTHER]
    keys = sorted(
        (key for key in lines if key[0] in order),
        key=lambda key: (order.index(key[0]), children.index(key[1]) if key[1] in children else -1),
    )
    return tuple(_item(key, lines[key], known, calls.get(key), today) for key in keys)


def _of_town(asked: Asked, children: Sequence[int]) -> dict[tuple[str, int | None], bool]:
    return {
        (name, child): name in asked.required
        for name in asked.kinds
        for child in (children if KINDS[name].per_child else (None,))
    }


def _item(
    key: tuple[str, int | None], required: bool, papers: Sequence[Paper], call: Wanted | None, today: date
) -> Item:
    """`papers` are newest first. An agent's call is answered by whatever is sent after it: the query leaves it out."""
    mine = [paper for paper in papers if (paper.kind, paper.child_id) == key]
    good = [paper for paper in mine if paper.decision == "accepted" and not paper.refused_by_check]
    valid = next((p for p in good if p.valid_until is None or p.valid_until >= today), None)
    waiting = next((p for p in mine if not p.decision and not p.refused_by_check), None)
    refused = mine[0] if mine and (mine[0].decision == "refused" or mine[0].refused_by_check) else None
    kind, child = key
    note = call.note if call else ""
    if waiting and kind != OTHER:  # of any other document nobody knows whether it is the one asked for
        return Item(kind, child, required, "checking", note=note, ref=waiting.ref)
    if call:
        standing: Standing = "refused" if refused else "missing"
        return Item(kind, child, True, standing, reason=refused.reason if refused else "", note=note)
    if valid:
        soon = valid.valid_until is not None and valid.valid_until - today <= SOON
        return Item(kind, child, required, "ends_soon" if soon else "valid", valid.valid_until, ref=valid.ref)
    if refused:
        return Item(kind, child, required, "refused", reason=refused.reason, ref=refused.ref)
    if good:
        return Item(kind, child, required, "over", good[0].valid_until, ref=good[0].ref)
    return Item(kind, child, required, "missing")


def counts_until(asked: Asked, kind: str, today: date) -> date | None:
    """The last day a document accepted today counts, as the town chose; None for one that does not age."""
    if kind in asked.school_year:
        following = today.month >= 7  # from July on it is the paper of the school year that begins in September
        return date(today.year + following, 8, 31)
    months = asked.months.get(kind)
    return months_after(today, months) if months else None
