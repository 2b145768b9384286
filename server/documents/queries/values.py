"""Documents and their files as plain values, and the one way to read them with their files."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from server.database import Row, Work, marks, sql
from server.documents.rules.kinds import OTHER, kind_of
from server.documents.rules.states import may_withdraw

SUFFIXES = {"image/jpeg": "jpg", "application/pdf": "pdf"}


@dataclass(frozen=True)
class File:
    """One file of a document: its number, what it is, how heavy."""

    position: int
    name: str  # in the safe
    media: str
    size: int
    pages: int

    @property
    def image(self) -> bool:
        """Whether it can be shown in a page."""
        return self.media == "image/jpeg"

    @property
    def words(self) -> str:
        """« Photo, 340 Ko », « PDF, 3 pages, 1,2 Mo »."""
        kilobytes = max(1, round(self.size / 1024))
        weight = f"{kilobytes} Ko" if kilobytes < 1000 else f"{self.size / 1024**2:.1f} Mo".replace(".", ",")
        pages = "" if self.image else f", {self.pages} page{'s' if self.pages > 1 else ''}"
        return f"{'Photo' if self.image else 'PDF'}{pages}, {weight}"


@dataclass(frozen=True)
class Document:
    """One document with its files, as those may see it who asked."""

    id: int
    ref: str
    shelf: str
    family_id: int | None
    child_id: int | None
    child: str
    kind: str
    title: str
    state: str
    decision: str
    reason: str
    valid_until: date | None
    shown_from: date | None
    shown_until: date | None
    created_at: datetime
    version: int
    by: str  # who sent it
    message_ref: str | None = None  # the message it goes with
    files: tuple[File, ...] = ()

    @property
    def label(self) -> str:
        """What it is called."""
        if self.kind == OTHER:
            return self.title or kind_of(OTHER).label
        return kind_of(self.kind).label

    @property
    def may_be_withdrawn(self) -> bool:
        """Whether its family may take it back."""
        return may_withdraw(self.shelf, self.decision)


COLUMNS = """
d.id, d.ref, d.shelf, d.family_id, d.child_id, d.kind, d.title, d.state, d.decision, d.reason, d.valid_until,
d.shown_from, d.shown_until, d.created_at, d.version, d.message_ref, c.first_name as child,
a.first_name as by_first, a.last_name as by_last
"""
DOCUMENTS = f"""
select {COLUMNS} from document d left join child c on c.id = d.child_id left join account a on a.id = d.sent_by
where {{where}} order by d.created_at desc, d.id desc limit {{most}}
"""
FILES = """
select document_id, position, name, media, size, pages from document_file
where document_id in ({marks}) order by document_id, position
"""


def documents(where: str, *args: Any, most: int = 500) -> Work[list[Document]]:
    """The documents of a condition, newest first, with their files: two statements."""
    rows = yield sql(DOCUMENTS.format(where=where, most=most), *args)
    return (yield from with_files(rows))


def with_files(rows: Sequence[Row]) -> Work[list[Document]]:
    """Rows of COLUMNS as documents."""
    if not rows:
        return []
    ids = [row["id"] for row in rows]
    files: dict[int, list[File]] = {}
    for each in (yield sql(FILES.format(marks=marks(len(ids))), *ids)):
        values = dict(each)
        files.setdefault(values.pop("document_id"), []).append(File(**values))
    return [_document(row, tuple(files.get(row["id"], ()))) for row in rows]


def _document(row: Row, files: tuple[File, ...]) -> Document:
    values = {name: row[name] for name in Document.__dataclass_fields__ if name not in ("by", "files", "child")}
    by = f"{row['by_first']} {row['by_last']}" if row["by_first"] else ""
    return Document(**values, child=row["child"] or "", by=by, files=files)
