"""What the town answered to one household: the verdict on each tap, and what agents and waiting lists changed.

A file of its own: a read over two tables that no other screen needs. Taps are those of the household's own accounts
and audit lines those of its own squares: of a child with two homes, nothing of the other one is ever here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from server.activities.queries import catalogue_of
from server.bookings.queries.verdicts import Told
from server.database import Row, Work, marks, sql
from server.families.queries import Child, children_of
from server.web.visitor import Visitor

KEPT = timedelta(days=400)  # as long as taps are (cli/housekeeping.py)
PAGE, MOST_PAGES = 25, 40
TOWN = ("decision", "override", "closed", "undone", "promoted")
OWN = ("absence", "absence_undone")


@dataclass(frozen=True)
class Answer:
    """One answer: when, about which square, to which wish, what and why, and who asked or decided."""

    at: datetime
    child: str
    colour: int
    activity: str  # empty for a square that is not there
    day: date | None
    wish: str  # booked | free, an action of the audit trail, or empty for a tap of an earlier release
    outcome: str  # applied | rejected | conflict | superseded
    state: str
    label: str
    reason: str
    by: str  # "me", "town", or the first name of the other parent


@dataclass(frozen=True)
class Answers:
    """A page of answers, the newest first."""

    children: tuple[Child, ...]
    answers: tuple[Answer, ...]
    further: bool


PARENTS = "select account_id, first_name from guardian where family_id = $1 and account_id is not null"
TAPS = """
select id, account_id, square, outcome, verdict, want, received_at from tap
where account_id in (select g.account_id from guardian g where g.family_id = $1 and g.account_id is not null)
  and received_at > $2 and ($3 = '' or substr(square, 1, $4) = $3)
order by received_at desc, id limit $5
"""
LINES = f"""
select id, action, actor_id, child_id, session_id, detail, at from audit
where family_id = $1 and at > $2 and ($3 = 0 or child_id = $3) and action in ({marks(len(TOWN + OWN), 5)})
order by at desc, id limit $4
"""


def answers_of(parent: Visitor, child_ref: str, page: int, now: datetime) -> Work[Answers | None]:
    """The page of answers, of one child when `child_ref` is given; None for a child of another household.

    Five statements whatever there is to tell.
    """
    family = parent.family_id or 0
    children = yield from children_of(family)
    child = next((each for each in children if each.ref == child_ref), None)
    if child_ref and child is None:
        return None
    prefix, since, most = f"{child.ref}." if child else "", now - KEPT, page * PAGE + 1
    names = {row["account_id"]: row["first_name"] for row in (yield sql(PARENTS, family))}
    taps = yield sql(TAPS, family, since, prefix, len(prefix), most)
    lines = yield sql(LINES, family, since, child.id if child else 0, most, *TOWN, *OWN)
    found = [_Found(row["received_at"], *_square(row["square"]), row) for row in taps]
    by_id = {each.id: each.ref for each in children}
    found += [_Found(row["at"], by_id.get(row["child_id"], ""), row["session_id"] or 0, row) for row in lines]
    found.sort(key=lambda each: each.at, reverse=True)
    shown = found[(page - 1) * PAGE : page * PAGE]
    sessions = yield from _sessions(parent, shown)
    told = {each.ref: each for each in children}
    return Answers(
        children, tuple(_answer(each, told, sessions, names, parent) for each in shown), len(found) > page * PAGE
    )


@dataclass(frozen=True)
class _Found:
    """A row of either table with its square."""

    at: datetime
    child_ref: str
    session_id: int
    row: Row


def _square(key: str) -> tuple[str, int]:
    ref, _, session = key.rpartition(".")
    return ref, int(session)


SESSIONS = "select id, activity_id, day from session where id in ({marks})"


def _sessions(parent: Visitor, shown: Sequence[_Found]) -> Work[dict[int, tuple[str, date]]]:
    """The activity's name and the day of each session spoken of."""
    ids = sorted({each.session_id for each in shown})
    if not ids:
        return {}
    catalogue = yield from catalogue_of(parent.catalogue_version)
    rows = yield sql(SESSIONS.format(marks=marks(len(ids))), *ids)
    return {row["id"]: (catalogue.activities[row["activity_id"]].name, row["day"]) for row in rows}


def _answer(
    found: _Found,
    children: Mapping[str, Child],
    sessions: Mapping[int, tuple[str, date]],
    names: Mapping[int, str],
    parent: Visitor,
) -> Answer:
    """In words; a square that is not the household's is not named, whatever the tap said."""
    child = children.get(found.child_ref)
    activity, day = sessions.get(found.session_id, ("", None)) if child else ("", None)
    return Answer(
        at=found.at,
        child=child.first_name if child else "",
        colour=child.colour if child else 0,
        activity=activity,
        day=day,
        **(_of_tap(found.row) if "verdict" in found.row.keys() else _of_line(found.row)),  # noqa: SIM118
        by=_by(found.row, names, parent),
    )


def _of_tap(row: Row) -> dict[str, Any]:
    told = msgspec.json.decode(row["verdict"], type=Told)
    return {
        "wish": row["want"],
        "outcome": row["outcome"],
        "state": told.state,
        "label": told.label,
        "reason": told.reason,
    }


def _of_line(row: Row) -> dict[str, Any]:
    detail = msgspec.json.decode(row["detail"])
    return {
        "wish": row["action"],
        "outcome": "applied",
        "state": detail.get("to", ""),
        "label": "",
        "reason": detail.get("reason", ""),
    }


def _by(row: Row, names: Mapping[int, str], parent: Visitor) -> str:
    account = row["account_id"] if "account_id" in row.keys() else row["actor_id"]  # noqa: SIM118
    return "me" if account == parent.account_id else names.get(account, "town")
