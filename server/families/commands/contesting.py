"""An adult of a file says that an account has no place there; an agent keeps it or takes it off, with the reason."""

from datetime import datetime

import msgspec

from server.database import Row, Rows, Work, sql
from server.families.queries.links import my_link
from server.notices.commands import tell, tell_no_more
from server.web.visitor import Visitor

NOTE = "insert into audit (at, actor_id, action, detail, family_id) values ($1, $2, $3, $4, $5)"


def contest_link(visitor: Visitor, ref: str, words: str, now: datetime) -> Work[bool]:
    """Write the contest down; said twice, it is said once. False when this is no account of the visitor's file.

    The account stays on the file until an agent has looked: a parent must not be able to shut the other one out.
    """
    found = yield from my_link(visitor, ref)
    if found is None:
        return False
    rows: Rows = yield sql(
        "update file_link set contested_at = $2, contested_by = $3, contest = $4 "
        "where id = $1 and contested_at is null returning id",
        found.id,
        now,
        visitor.account_id,
        words,
    )
    if rows:
        yield sql(NOTE, now, visitor.account_id, "link_contested", _detail(name=found.name), found.family_id)
    return True


def settle(ref: str, outcome: str, reason: str, agent: int, now: datetime) -> Work[bool]:
    """The agent's answer, "kept" or "removed". False when nothing of that ref waits for one."""
    rows: Rows = yield sql(
        "update file_link set settled_at = $2, settled_by = $3, outcome = $4 "
        "where ref = $1 and contested_at is not null and settled_at is null "
        "returning family_id, guardian_id, account_id, contested_by",
        ref,
        now,
        agent,
        outcome,
    )
    if not rows:
        return False
    link = rows[0]
    if outcome == "removed":
        yield from _take_out(link)
        if link["account_id"] is not None:
            yield from tell_no_more(link["account_id"], now)
    yield sql(NOTE, now, agent, "link_settled", _detail(outcome=outcome, reason=reason), link["family_id"])
    if link["contested_by"]:
        payload = {"text": SETTLED[outcome], "url": f"/dossier/rattachements/{ref}"}
        yield from tell(link["contested_by"], "file_linked", f"settled:{ref}", payload, now)
    return True


SETTLED = {
    "removed": "La mairie a retiré du dossier le compte que vous aviez signalé.",
    "kept": "La mairie a vérifié le compte que vous aviez signalé : il garde sa place dans le dossier.",
}


def _take_out(link: Row) -> Work[None]:
    """The address goes with the account: with it, whoever read the file's number would be back in a minute."""
    yield sql(
        "update guardian set account_id = null, email = case when lower(email) = "
        "(select lower(a.email) from account a where a.id = $2) then '' else email end "
        "where id = $1 and account_id = $2",
        link["guardian_id"],
        link["account_id"],
    )


def _detail(**said: str) -> str:
    return msgspec.json.encode(said).decode()
