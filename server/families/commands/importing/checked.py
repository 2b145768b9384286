"""A list tried out on a screen is kept with its report; what an agent then imports is that list, and that report."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import msgspec

from server.database import Work, sql
from server.errors import NotFound
from server.families.commands.importing.known import Known, known_of
from server.families.commands.importing.plan import Plan
from server.families.commands.importing.writing import OpenAccount, carry_out
from server.families.rules.importing import Person
from server.families.rules.reports import Report
from server.web.visitor import Visitor

NOTE = "insert into audit (at, actor_id, action, detail) values ($1, $2, 'families_imported', $3)"
Went = Literal["done", "changed", "over"]


@dataclass(frozen=True)
class Arrived:
    """A list that was read: what its sender calls it, where it is in the safe, its SHA-256."""

    name: str
    file: str
    digest: str


def keep_check(agent: Visitor, arrived: Arrived, report: Report, now: datetime) -> Work[str]:
    """Keep a list and what it would do; its ref."""
    ref = secrets.token_urlsafe(12)
    yield sql(
        "insert into family_import (ref, name, file, digest, checked, state, report, made_by, made_at) "
        "values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        ref, arrived.name, arrived.file, arrived.digest, report.digest, _state(report), _stored(report),
        agent.account_id, now,
    )  # fmt: skip
    return ref


def renew_check(ref: str, report: Report, now: datetime) -> Work[None]:
    """The portal changed since: this is what the list would do now."""
    yield sql(
        "update family_import set checked = $2, state = $3, report = $4, made_at = $5 "
        "where ref = $1 and state <> 'done'",
        ref, report.digest, _state(report), _stored(report), now,
    )  # fmt: skip


def import_checked(
    agent: Visitor,
    ref: str,
    people: Sequence[Person],
    plan: Plan,
    known: Known,
    open_account: OpenAccount,
    now: datetime,
) -> Work[Went]:
    """Write the plan, in this one transaction, when what it was made of still holds; a second click finds it over."""
    now_known = yield from known_of(people, lock=True)  # first, so that two imports wait for each other here
    rows = yield sql("select state, checked, name from family_import where ref = $1 for update", ref)
    if not rows:
        raise NotFound
    if rows[0]["state"] != "checked":
        return "over"
    if now_known != known or rows[0]["checked"] != plan.report.digest:
        return "changed"
    yield from carry_out(plan, known, open_account, now)
    yield sql(
        "update family_import set state = 'done', file = null, done_by = $2, done_at = $3 where ref = $1",
        ref, agent.account_id, now,
    )  # fmt: skip
    report = plan.report
    counts = {"families": report.families, "lines": len(report.lines), "accounts": report.accounts}
    detail = msgspec.json.encode({"name": rows[0]["name"], **counts}).decode()
    yield sql(NOTE, now, agent.account_id, detail)
    return "done"


def give_up(ref: str) -> Work[str]:
    """Forget a list that was not imported; its file. Raises NotFound."""
    rows = yield sql("delete from family_import where ref = $1 and state <> 'done' returning file", ref)
    if not rows:
        raise NotFound
    return str(rows[0]["file"])


def _state(report: Report) -> str:
    return "refused" if report.refused or not report.lines else "checked"


def _stored(report: Report) -> str:
    return msgspec.json.encode(report).decode()
