"""A document is put down once its files are in the safe; the same form sent twice is one document."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import msgspec

from server.database import Work, flat, sql, values_marks
from server.documents.commands.telling import tell_family
from server.families.commands.requests import move_to
from server.web.visitor import Visitor

NOTE = "insert into audit (at, actor_id, action, child_id, detail, family_id) values ($1, $2, $3, $4, $5, $6)"


class NoSpace(Exception):
    """The family keeps as much as one family may."""


@dataclass(frozen=True)
class NewFile:
    """A file that is in the safe."""

    name: str
    media: str
    size: int
    pages: int
    digest: str


@dataclass(frozen=True)
class New:
    """A document to put down."""

    shelf: str
    kind: str
    title: str
    sent_by: int
    sent_key: str
    files: tuple[NewFile, ...]
    family_id: int | None = None
    child_id: int | None = None
    shown_from: date | None = None
    shown_until: date | None = None
    request_id: int | None = None  # it goes with
    sender: Visitor | None = None  # who then answers the service
    message_ref: str | None = None  # it goes with


@dataclass(frozen=True)
class Put:
    """What became of it; `repeated` when the same form had arrived before: its files are not needed."""

    id: int
    ref: str
    repeated: bool = False


KNOWN = "select id, ref from document where sent_by = $1 and sent_key = $2"
LOCK = "select id from family where id = $1 for update"
KEPT = """
select coalesce(sum(f.size), 0) as size from document_file f join document d on d.id = f.document_id
where d.shelf = 'sent' and (d.family_id = $1 or (d.family_id is null and d.sent_by = $2))
"""
INSERT = """
insert into document (ref, shelf, family_id, child_id, kind, title, sent_by, sent_key, shown_from, shown_until,
                      created_at, next_check_at, request_id, message_ref)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $12, $13) returning id
"""
ANSWERED = """
update document_ask set document_id = $1 where family_id = $2 and kind = $3 and document_id is null
  and (child_id = $4 or (child_id is null and cast($4 as int) is null))
"""


def known(sent_by: int, sent_key: str) -> Work[Put | None]:
    """The document this form made already."""
    rows = yield sql(KNOWN, sent_by, sent_key)
    return Put(rows[0]["id"], rows[0]["ref"], repeated=True) if rows else None


def put_down(new: New, most_bytes: int, now: datetime) -> Work[Put]:
    """Write the document. Raises NoSpace; Duplicate when the same form arrives twice at the same instant."""
    if before := (yield from known(new.sent_by, new.sent_key)):
        return before
    if new.shelf == "sent":
        yield sql(LOCK, new.family_id)
        kept = (yield sql(KEPT, new.family_id or 0, new.sent_by))[0]["size"]
        if kept + sum(file.size for file in new.files) > most_bytes:
            raise NoSpace
    ref = secrets.token_urlsafe(12)
    values = (ref, new.shelf, new.family_id, new.child_id, new.kind, new.title, new.sent_by, new.sent_key)
    rows = yield sql(INSERT, *values, new.shown_from, new.shown_until, now, new.request_id, new.message_ref)
    document = int(rows[0]["id"])
    yield from _write_files(document, new.files)
    detail = msgspec.json.encode({"document": ref, "kind": new.kind, "shelf": new.shelf, "title": new.title}).decode()
    yield sql(NOTE, now, new.sent_by, "document_put", new.child_id, detail, new.family_id)
    if new.shelf == "sent" and not new.message_ref:
        yield sql(ANSWERED, document, new.family_id, new.kind, new.child_id)
    if new.request_id and new.sender:
        yield from _goes_on(new.request_id, new.sender, now)
    return Put(document, ref)


def _goes_on(request_id: int, sender: Visitor, now: datetime) -> Work[None]:
    """A request that waited for a document is the service's again."""
    rows = yield sql("select status from request where id = $1 for update", request_id)
    if rows and rows[0]["status"] == "to_complete":
        yield from move_to(request_id, sender, "in_progress", "", now)
    else:
        yield sql("update request set changed_at = $1 where id = $2", now, request_id)


FOUNDED = """
update document set family_id = $1 where family_id is null and shelf = 'sent'
  and request_id in (select id from request where family_id = $1)
"""


def follow_to_family(family_id: int, _: datetime) -> Work[None]:
    """A declared family exists now: what was sent with its declaration is in its file."""
    yield sql(FOUNDED, family_id)


def _write_files(document: int, files: Sequence[NewFile]) -> Work[None]:
    rows = [
        (document, number, file.name, file.media, file.size, file.pages, file.digest)
        for number, file in enumerate(files, 1)
    ]
    columns = "document_id, position, name, media, size, pages, digest"
    yield sql(f"insert into document_file ({columns}) values {values_marks(len(rows), 7)}", *flat(rows))


CHECKED = """
update document set state = $1, version = version + 1 where id = $2 and state = 'received'
returning id, ref, shelf, family_id, child_id, kind, title, sent_by, message_ref
"""
FILES = "select name from document_file where document_id = $1"
REOPEN = "update document_ask set document_id = null where document_id = $1"


def settle_check(document: int, clean: bool, found: str, now: datetime) -> Work[tuple[str, ...]]:
    """What the antivirus says, once; the names of files to throw away. What is put for a family is told it now."""
    rows = yield sql(CHECKED, "clean" if clean else "refused", document)
    if not rows:
        return ()
    row = rows[0]
    if clean:
        if row["shelf"] == "family" and not row["message_ref"]:  # a message tells for itself
            yield from tell_family(row["family_id"], now, "new", row["kind"], row["title"], document=document)
        return ()
    told = {"document": row["ref"], "kind": row["kind"], "title": row["title"], "found": found}
    detail = msgspec.json.encode(told).decode()
    yield sql(NOTE, now, None, "document_infected", row["child_id"], detail, row["family_id"])
    yield sql(REOPEN, document)
    names = tuple(each["name"] for each in (yield sql(FILES, document)))
    yield sql("delete from document_file where document_id = $1", document)
    if row["shelf"] == "sent":
        about = (row["kind"], row["title"])
        yield from tell_family(row["family_id"], now, "infected", *about, sender=row["sent_by"], document=document)
    return names


def check_later(document: int, due: datetime) -> Work[None]:
    """The antivirus is down: it stays where it is."""
    yield sql("update document set next_check_at = $1 where id = $2 and state = 'received'", due, document)
