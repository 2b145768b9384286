"""What agents do: accept or refuse, ask for one more, take away, read (noted); what families do: take back."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime

import msgspec

from server.database import Row, Work, sql
from server.documents.commands.putting import REOPEN
from server.documents.commands.telling import tell_family
from server.documents.queries.family import mine
from server.documents.rules.states import may_decide, may_withdraw
from server.errors import NotFound
from server.families.commands.readings import open_family
from server.web.visitor import Visitor

NOTE = "insert into audit (at, actor_id, action, child_id, detail, family_id) values ($1, $2, $3, $4, $5, $6)"
ONE = """
select d.id, d.ref, d.shelf, d.family_id, d.sent_by, d.child_id, d.kind, d.title, d.state, d.decision, d.version,
       d.message_ref, c.first_name as child
from document d left join child c on c.id = d.child_id where d.ref = $1{more} for update of d
"""


@dataclass(frozen=True)
class Verdict:
    """An agent's answer: the type it turned out to be, until when it counts, or why not."""

    decision: str  # accepted | refused
    kind: str
    child_id: int | None
    valid_until: date | None = None
    reason: str = ""


DECIDE = """
update document set decision = $1, reason = $2, valid_until = $3, kind = $4, child_id = $5, decided_by = $6,
  decided_at = $7, reminded = 0, version = version + 1 where id = $8
"""


def decide(agent: Visitor, ref: str, seen: int, verdict: Verdict, now: datetime) -> Work[bool]:
    """Judge a document; False when it has changed since the agent's page was drawn. Raises NotFound."""
    row = yield from _one(ref)
    if row["shelf"] != "sent":
        raise NotFound
    if row["version"] != seen or not may_decide(row["state"], row["decision"], verdict.decision):
        return False
    yield sql(
        DECIDE,
        verdict.decision,
        verdict.reason,
        verdict.valid_until,
        verdict.kind,
        verdict.child_id,
        agent.account_id,
        now,
        row["id"],
    )
    detail = _json(row, verdict=verdict.decision, reason=verdict.reason)
    yield sql(NOTE, now, agent.account_id, "document_decision", verdict.child_id, detail, row["family_id"])
    if verdict.decision == "refused":
        yield sql(REOPEN, row["id"])
    about = (verdict.kind, row["title"], row["child"] or "", verdict.reason)
    yield from tell_family(row["family_id"], now, verdict.decision, *about, sender=row["sent_by"], document=row["id"])
    return True


CHILD = "select child_id from household_child where family_id = $1 and child_id = $2"
ASK = """
insert into document_ask (ref, family_id, child_id, kind, note, asked_by, asked_at) values ($1, $2, $3, $4, $5, $6, $7)
"""


def ask_for(agent: Visitor, family_ref: str, kind: str, child_id: int | None, note: str, now: datetime) -> Work[None]:
    """Ask a family for a document, whatever the town asks of everybody. Raises NotFound."""
    family_id = yield from open_family(agent, family_ref, now)
    if child_id is not None and not (yield sql(CHILD, family_id, child_id)):
        raise NotFound
    yield sql(ASK, secrets.token_urlsafe(12), family_id, child_id, kind, note, agent.account_id, now)
    detail = msgspec.json.encode({"kind": kind, "reason": note}).decode()
    yield sql(NOTE, now, agent.account_id, "document_asked", child_id, detail, family_id)
    yield from tell_family(family_id, now, "asked", kind, words=note, child_id=child_id)


def give_up_asking(agent: Visitor, family_ref: str, ask_ref: str, now: datetime) -> Work[None]:
    """The document is not needed after all."""
    family_id = yield from open_family(agent, family_ref, now)
    gone = yield sql(
        "delete from document_ask where ref = $1 and family_id = $2 and document_id is null returning kind, child_id",
        ask_ref,
        family_id,
    )
    if not gone:
        raise NotFound
    detail = msgspec.json.encode({"kind": gone[0]["kind"]}).decode()
    yield sql(NOTE, now, agent.account_id, "document_not_asked", gone[0]["child_id"], detail, family_id)


FILES = "select name from document_file where document_id = $1"


def take_back(parent: Visitor, ref: str, now: datetime) -> Work[tuple[str, ...] | None]:
    """A family takes back what it sent; its files, or None when somebody has judged it meanwhile. Raises NotFound."""
    row = yield from _one(ref, parent)
    if row["shelf"] != "sent":
        raise NotFound
    if row["message_ref"] or not may_withdraw(row["shelf"], row["decision"]):
        return None
    return (yield from _remove(row, parent, now))


def take_away(agent: Visitor, ref: str, shelf: str, now: datetime) -> Work[tuple[str, ...]]:
    """An agent takes away what was put for a family or for all; its files. Raises NotFound."""
    row = yield from _one(ref)
    if row["shelf"] != shelf:
        raise NotFound
    return (yield from _remove(row, agent, now))


def _remove(row: Row, by: Visitor, now: datetime) -> Work[tuple[str, ...]]:
    names = tuple(each["name"] for each in (yield sql(FILES, row["id"])))
    yield sql(REOPEN, row["id"])
    yield sql("delete from document where id = $1", row["id"])
    yield sql(NOTE, now, by.account_id, "document_removed", row["child_id"], _json(row), row["family_id"])
    return names


def note_read(agent: Visitor, ref: str, position: int, now: datetime) -> Work[None]:
    """An agent opens a file: every time, one line. Raises NotFound, or TooMany beyond the cap of families."""
    row = yield from _one(ref)
    if row["shelf"] == "town":
        return  # what is offered to everybody
    for family in (yield sql("select ref from family where id = $1", row["family_id"] or 0)):
        yield from open_family(agent, family["ref"], now)
    detail = _json(row, file=position)
    yield sql(NOTE, now, agent.account_id, "document_read", row["child_id"], detail, row["family_id"])


REMIND = "update document set reminded = $1 where id = $2 and reminded < $1 returning id"


def remind(document: int, step: int, family_id: int, kind: str, child: str, now: datetime) -> Work[bool]:
    """Tell a family once that a document ends soon (1) or is over (2)."""
    if not (yield sql(REMIND, step, document)):
        return False
    why = "ends_soon" if step == 1 else "over"
    yield from tell_family(family_id, now, why, kind, child=child, document=document)
    return True


def _one(ref: str, parent: Visitor | None = None) -> Work[Row]:
    """The document; a parent's only among their own."""
    more = f" and {mine('$2', '$3')}" if parent else ""
    args = (parent.family_id or 0, parent.account_id) if parent else ()
    rows: list[Row] = yield sql(ONE.format(more=more), ref, *args)
    if not rows:
        raise NotFound
    return rows[0]


def _json(row: Row, **more: object) -> str:
    told = {"document": row["ref"], "kind": row["kind"], "shelf": row["shelf"], **more}
    return msgspec.json.encode({**told, "title": row["title"]} if row["kind"] == "other" else told).decode()
