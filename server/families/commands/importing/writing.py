"""A plan is written: many rows a statement, so that thousands of lines hold the database for a moment only."""

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from server.database import Row, Work, flat, sql, values_marks
from server.families.commands.importing.known import Known, parts
from server.families.commands.importing.plan import Adult, Child, Plan
from server.families.commands.sharing import other_weeks
from server.families.finding import index_families
from server.families.rules import custody_from

OpenAccount = Callable[[int, int, str, str, str], Work[str]]  # guardian, family, first name, last name, e-mail: why not
SOME = 500  # rows of one statement


class Refused(Exception):
    """An account could not be opened after all: the portal changed since the plan was made."""


def carry_out(plan: Plan, known: Known, open_account: OpenAccount | None, now: datetime) -> Work[None]:
    """Write all of it; whoever calls has locked what `known` was read from. Raises Refused."""
    ids = dict(known.families)
    rows = yield from _insert(
        "family (ref, number, name, resident, address, created_at)", "id, number",
        [(secrets.token_urlsafe(12), one.number, one.name, one.resident, one.address, now) for one in plan.homes],
    )  # fmt: skip
    ids |= {row["number"]: int(row["id"]) for row in rows}
    adults = yield from _adults(plan.adults, ids)
    children = yield from _children(plan.children)
    yield from _insert(
        "household_child (family_id, child_id, custody)", "id",
        [(ids[number], child.id or children[child.ref], custody) for number, child, custody in plan.lives],
    )  # fmt: skip
    for number, child, custody in plan.lives:
        if child.id:  # the portal knows it in another home
            yield from other_weeks(child.id, ids[number], custody_from(custody).kind, child.first_name, now)
    if open_account is not None:
        for one in plan.accounts:
            who = one.id or adults[one.ref]
            if (yield from open_account(who, ids[one.number], one.first_name, one.last_name, one.email)):
                raise Refused(one.email)
    yield from index_families(sorted(ids[number] for number in plan.numbers))


def _adults(wanted: Sequence[Adult], ids: dict[str, int]) -> Work[dict[str, int]]:
    """The ids of the new ones by their refs."""
    for one in wanted:
        if one.id:
            yield sql(
                "update guardian set title = $2, email = $3, phone = $4, holder = $5, version = version + 1 "
                "where id = $1",
                one.id, one.title, one.email, one.phone, one.holder,
            )  # fmt: skip
    rows = yield from _insert(
        "guardian (ref, family_id, title, first_name, last_name, email, phone, holder)", "id, ref",
        [
            (one.ref, ids[one.number], one.title, one.first_name, one.last_name, one.email, one.phone, one.holder)
            for one in wanted
            if not one.id
        ],
    )  # fmt: skip
    return {row["ref"]: int(row["id"]) for row in rows}


def _children(wanted: Sequence[Child]) -> Work[dict[str, int]]:
    """The same of children."""
    for one in wanted:
        if one.id:
            yield sql("update child set site_id = $2, grade = $3 where id = $1", one.id, one.site_id, one.grade)
    rows = yield from _insert(
        "child (ref, first_name, last_name, birth_date, colour, site_id, grade)", "id, ref",
        [
            (one.ref, one.first_name, one.last_name, one.birth_date, one.colour, one.site_id, one.grade)
            for one in wanted
            if not one.id
        ],
    )  # fmt: skip
    return {row["ref"]: int(row["id"]) for row in rows}


def _insert(into: str, returning: str, rows: Sequence[tuple[Any, ...]]) -> Work[list[Row]]:
    found: list[Row] = []
    for some in parts(rows, SOME):
        values = values_marks(len(some), len(some[0]))
        found += yield sql(f"insert into {into} values {values} returning {returning}", *flat(some))
    return found
