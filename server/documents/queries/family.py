"""A family's own half: what is asked of it, what it sent, what is there for it. Never another home's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from server.database import Work, sql
from server.documents.queries.values import Document, File, documents
from server.documents.rules.asking import Asked, Item, Paper, Wanted, items_of
from server.documents.rules.states import INFECTED
from server.families.queries import Child, children_of
from server.web.visitor import Visitor

OPEN_ASKS = """
select ref, kind, child_id, note from document_ask where family_id = $1 and document_id is null order by id
"""
# What is valid however old, and the newest of each type: more would not change where anything stands.
PAPERS = """
select kind, child_id, state, decision, reason, valid_until, ref from document
where family_id = $1 and shelf = 'sent' and kind <> 'other' order by created_at desc, id desc
"""
SHOWN = "d.shown_from <= {today} and (d.shown_until is null or d.shown_until >= {today})"
TOWN = f"d.shelf = 'town' and d.state = 'clean' and {SHOWN.format(today='$1')}"


@dataclass(frozen=True)
class Standing:
    """Where a family stands: each document asked of it, and the children they are about."""

    items: tuple[Item, ...]
    children: tuple[Child, ...]

    @property
    def to_send(self) -> int:
        """How many it must send."""
        return sum(item.to_send for item in self.items)

    def child_of(self, item: Item) -> Child | None:
        """Whom an item is about."""
        return next((child for child in self.children if child.id == item.child_id), None)


def standing_of(family_id: int | None, asked: Asked, today: date) -> Work[Standing]:
    """What is asked of this family: three statements."""
    if family_id is None:
        return Standing((), ())
    children = yield from children_of(family_id)
    papers = [
        Paper(
            row["kind"],
            row["child_id"],
            row["decision"],
            INFECTED if row["state"] == "refused" else row["reason"],
            row["valid_until"],
            row["ref"],
            row["state"] == "refused",
        )
        for row in (yield sql(PAPERS, family_id))
    ]
    wanted = [Wanted(**dict(row)) for row in (yield sql(OPEN_ASKS, family_id))]
    items = items_of(asked, [child.id for child in children], papers, wanted, today)
    return Standing(items, children)


def to_send_of(family_id: int | None, asked: Asked, today: date) -> Work[int]:
    """How many documents the home page says are to be sent; one statement in a town that asks none of everybody."""
    if not asked.required:
        return len((yield sql(OPEN_ASKS, family_id)))
    return (yield from standing_of(family_id, asked, today)).to_send


# An account that declares its family has none yet: what it sent with that request is its own.
MINE = "(d.family_id = {family} or (d.family_id is null and d.shelf = 'sent' and d.sent_by = {account}))"


def sent_by_me(visitor: Visitor, most: int = 200) -> Work[list[Document]]:
    """« Mes envois », newest first."""
    mine = MINE.format(family="$1", account="$2")
    where = f"d.shelf = 'sent' and {mine}"
    return (yield from documents(where, visitor.family_id or 0, visitor.account_id, most=most))


def sent_by_family(family_id: int, most: int = 200) -> Work[list[Document]]:
    """The same for an agent who opened the family's file."""
    return (yield from documents("d.family_id = $1 and d.shelf = 'sent'", family_id, most=most))


def sent_with(request_id: int) -> Work[list[Document]]:
    """What goes with one request; whoever asks has been found to have that request."""
    return (yield from documents("d.request_id = $1 and d.shelf = 'sent'", request_id))


@dataclass(frozen=True)
class Received:
    """What the town put there: for this family, and for all."""

    own: Sequence[Document]
    town: Sequence[Document]


def received_by(family_id: int | None, today: date) -> Work[Received]:
    """What waits to be downloaded."""
    own = yield from documents("d.family_id = $1 and d.shelf = 'family' and d.state = 'clean'", family_id or 0)
    town = yield from documents(TOWN, today)
    return Received(own, town)


def file_for(visitor: Visitor, ref: str, position: int, today: date) -> Work[tuple[Document, File] | None]:
    """A file this family may open: its own once clean, the town's while it is shown. Nobody else's exists."""
    mine, shown = MINE.format(family="$2", account="$4"), SHOWN.format(today="$3")
    where = f"d.ref = $1 and d.state = 'clean' and ({mine} or (d.shelf = 'town' and {shown}))"
    for document in (yield from documents(where, ref, visitor.family_id or 0, today, visitor.account_id)):
        for file in document.files:
            if file.position == position:
                return document, file
    return None
