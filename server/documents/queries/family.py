"""A family's own half: what is asked of it, what it sent, what is there for it. Never another home's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from server.database import Work, sql
from server.documents.queries.values import Document, File, documents
from server.documents.rules.asking import Asked, Item, Paper, Wanted, items_of
from server.documents.rules.kinds import HEALTH
from server.documents.rules.states import INFECTED
from server.families.queries import Child, children_of
from server.families.queries.authority import children_in_care, held, in_care
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


def standing_of(family_id: int | None, asked: Asked, today: date, reader: Visitor | None = None) -> Work[Standing]:
    """What is asked of this family: three statements; one more for a `reader` of it, who sees what is theirs to see."""
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
    if reader is not None and any(item.kind in HEALTH for item in items):
        care = yield from children_in_care(reader)
        items = tuple(item for item in items if item.kind not in HEALTH or item.child_id in care)
    return Standing(items, children)


def to_send_of(visitor: Visitor, asked: Asked, today: date) -> Work[int]:
    """How many documents the home page says are to be sent; one statement in a town that asks none of everybody."""
    if not asked.required:
        return len((yield sql(OPEN_ASKS, visitor.family_id)))
    return (yield from standing_of(visitor.family_id, asked, today, visitor)).to_send


# An account that declares its family has none yet: what it sent with that request is its own.
# What tells of a child's health is for those who may read its file; when it says no child, for those who may read all.
# Of a child who has left the household it is for nobody here any more.
OF_HEALTH = f"""(d.kind in ({", ".join(f"'{name}'" for name in HEALTH)})
  or exists (select 1 from request q where q.id = d.request_id and q.kind = 'health_file'))"""
ABOUT = "coalesce(d.child_id, (select q.child_id from request q where q.id = d.request_id))"
CLOSED = f"""case when {ABOUT} is null
  then exists (select 1 from household_child h where h.family_id = {{family}} and not {{held}}) else not {{care}} end"""


def mine(family: str, account: str) -> str:
    """The condition that a document is this account's to see; both are marks."""
    care = in_care(ABOUT, family, account)
    closed = CLOSED.format(family=family, held=held("h.child_id", family, account), care=care)
    own = f"(d.family_id = {family} or (d.family_id is null and d.shelf = 'sent' and d.sent_by = {account}))"
    return f"({own} and not ({OF_HEALTH} and {closed}))"


def sent_by_me(visitor: Visitor, most: int = 200) -> Work[list[Document]]:
    """« Mes envois », newest first."""
    where = f"d.shelf = 'sent' and d.message_ref is null and {mine('$1', '$2')}"
    return (yield from documents(where, visitor.family_id or 0, visitor.account_id, most=most))


def sent_by_family(family_id: int, most: int = 200) -> Work[list[Document]]:
    """The same for an agent who opened the family's file."""
    return (
        yield from documents("d.family_id = $1 and d.shelf = 'sent' and d.message_ref is null", family_id, most=most)
    )


def sent_with(request_id: int) -> Work[list[Document]]:
    """What goes with one request; whoever asks has been found to have that request."""
    return (yield from documents("d.request_id = $1 and d.shelf = 'sent'", request_id))


@dataclass(frozen=True)
class Received:
    """What the town put there: for this family, and for all."""

    own: Sequence[Document]
    town: Sequence[Document]


def received_by(visitor: Visitor, today: date) -> Work[Received]:
    """What waits to be downloaded."""
    where = f"d.shelf = 'family' and d.state = 'clean' and d.message_ref is null and {mine('$1', '$2')}"
    own = yield from documents(where, visitor.family_id or 0, visitor.account_id)
    town = yield from documents(TOWN, today)
    return Received(own, town)


def file_for(visitor: Visitor, ref: str, position: int, today: date) -> Work[tuple[Document, File] | None]:
    """A file this family may open: its own once clean, the town's while it is shown. Nobody else's exists."""
    shown = SHOWN.format(today="$3")
    where = f"d.ref = $1 and d.state = 'clean' and ({mine('$2', '$4')} or (d.shelf = 'town' and {shown}))"
    for document in (yield from documents(where, ref, visitor.family_id or 0, today, visitor.account_id)):
        for file in document.files:
            if file.position == position:
                return document, file
    return None
