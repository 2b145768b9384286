"""The agents' half: what waits to be looked at, one document and whose it is, what is put for all, what is checked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from server.database import Row, Work, marks, sql
from server.documents.queries.values import COLUMNS, Document, File, documents, with_files
from server.web.pagination import Leaf

LOOSE = "d.message_ref is null"  # what goes with a message is looked at there
WAITING = f"{LOOSE} and d.shelf = 'sent' and d.state = 'clean' and d.decision = ''"
FILTERS = {
    "a-verifier": WAITING,
    "acceptees": f"{LOOSE} and d.shelf = 'sent' and d.decision = 'accepted'",
    "refusees": f"{LOOSE} and d.shelf = 'sent' and (d.decision = 'refused' or d.state = 'refused')",
    "en-controle": f"{LOOSE} and d.shelf = 'sent' and d.state = 'received'",
}
LIST = f"""
select {COLUMNS}, f.name as family, f.number, f.ref as family_ref, r.number as request_number, r.ref as request_ref
from document d left join child c on c.id = d.child_id left join account a on a.id = d.sent_by
left join family f on f.id = d.family_id left join request r on r.id = d.request_id
where {{where}} order by d.created_at{{order}}, d.id{{order}} limit $1 offset $2
"""
COUNT = "select count(*) as n from document d where {where}"


@dataclass(frozen=True)
class Filed:
    """A document and whose it is: a family's, or, before there is one, the account's that declares it."""

    document: Document
    family: str
    number: str
    family_ref: str
    request: str  # « n° 73 », when it goes with one
    request_ref: str


@dataclass(frozen=True)
class Pile:
    """A page of documents, and how many wait in all."""

    lines: Sequence[Filed]
    leaf: Leaf
    waiting: int


def pile_of(which: str, kind: str, page: int, size: int) -> Work[Pile]:
    """What families sent, the oldest first while it waits, the newest first once it is judged."""
    where = FILTERS[which] + (" and d.kind = $1" if kind else "")
    total = (yield sql(COUNT.format(where=where), *((kind,) if kind else ())))[0]["n"]
    leaf = Leaf(page, size, total)
    shifted = where.replace("$1", "$3")
    text = LIST.format(where=shifted, order="" if which == "a-verifier" else " desc")
    rows = yield sql(text, size, leaf.offset, *((kind,) if kind else ()))
    found = yield from with_files(rows)
    waiting = yield from waiting_of()
    return Pile([_filed(row, each) for row, each in zip(rows, found, strict=True)], leaf, waiting)


def waiting_of() -> Work[int]:
    """How many documents wait for an agent."""
    return int((yield sql(COUNT.format(where=WAITING)))[0]["n"])


def one_of(ref: str) -> Work[Filed | None]:
    """One document a family sent, or that was put for it."""
    rows = yield sql(LIST.format(where="d.ref = $3", order=""), 1, 0, ref)
    found = yield from with_files(rows)
    return _filed(rows[0], found[0]) if found else None


def _filed(row: Row, document: Document) -> Filed:
    request = f"n° {row['request_number']}" if row["request_number"] else ""
    whose = row["family"] or document.by or "Sans dossier"
    return Filed(document, whose, row["number"] or "", row["family_ref"] or "", request, row["request_ref"] or "")


def file_of(ref: str, position: int) -> Work[tuple[Document, File] | None]:
    """A file an agent may open: whosever it is, once it is clean."""
    for document in (yield from documents("d.ref = $1 and d.state = 'clean'", ref)):
        for file in document.files:
            if file.position == position:
                return document, file
    return None


def put_for(family_id: int) -> Work[list[Document]]:
    """What agents put for one family."""
    return (yield from documents(f"d.family_id = $1 and d.shelf = 'family' and {LOOSE}", family_id))


def put_for_all() -> Work[list[Document]]:
    """What is offered to everybody, past and to come."""
    return (yield from documents("d.shelf = 'town'"))


@dataclass(frozen=True)
class Ask:
    """A document an agent asked a family for, still to come."""

    ref: str
    kind: str
    child: str
    note: str
    asked_at: datetime


ASKS = """
select k.ref, k.kind, k.note, k.asked_at, c.first_name as child from document_ask k
left join child c on c.id = k.child_id where k.family_id = $1 and k.document_id is null order by k.id
"""


def asks_of(family_id: int) -> Work[list[Ask]]:
    """What this family was asked for."""
    rows = yield sql(ASKS, family_id)
    return [Ask(**{**dict(row), "child": row["child"] or ""}) for row in rows]


@dataclass(frozen=True)
class Unchecked:
    """A document the antivirus has not seen yet, and its files in the safe."""

    id: int
    files: tuple[str, ...]


def unchecked(now: datetime, most: int = 20) -> Work[list[Unchecked]]:
    """What is still in quarantine and due for a try, the oldest first."""
    found = yield from documents("d.state = 'received' and d.next_check_at <= $1", now, most=most)
    return [Unchecked(each.id, tuple(file.name for file in each.files)) for each in reversed(found)]


ENDING = """
select d.id, d.kind, d.child_id, d.family_id, d.valid_until, c.first_name as child from document d
left join child c on c.id = d.child_id
where d.decision = 'accepted' and d.shelf = 'sent' and d.valid_until is not null and d.kind in ({marks})
  and (d.child_id is null or exists (select 1 from household_child h
    where h.child_id = d.child_id and h.family_id = d.family_id))
  and not exists (select 1 from document n where n.family_id = d.family_id and n.kind = d.kind and n.shelf = 'sent'
    and coalesce(n.child_id, 0) = coalesce(d.child_id, 0) and n.created_at > d.created_at
    and n.state <> 'refused' and n.decision <> 'refused')
  and ((d.reminded < 1 and d.valid_until <= $1 and d.valid_until >= $2) or (d.reminded < 2 and d.valid_until < $2))
order by d.family_id, d.id limit 500
"""


@dataclass(frozen=True)
class Ending:
    """An accepted document that ends soon, or is over."""

    id: int
    kind: str
    child_id: int | None
    child: str
    family_id: int
    valid_until: date


def ending(kinds: Sequence[str], soon: date, today: date) -> Work[list[Ending]]:
    """Documents of these kinds whose end nobody has been told of yet, unless a newer one has been sent."""
    if not kinds:
        return []
    rows = yield sql(ENDING.format(marks=marks(len(kinds), 3)), soon, today, *kinds)
    return [Ending(**{**dict(row), "child": row["child"] or ""}) for row in rows]


def names_in_use() -> Work[frozenset[str]]:
    """Every file some document names, and the lists of families that wait to be imported."""
    rows = yield sql(
        "select name from document_file union all select file as name from family_import where file is not null"
    )
    return frozenset(row["name"] for row in rows)
