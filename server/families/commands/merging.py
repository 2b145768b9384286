"""A child entered twice: every room moves its own records to the file that stays, in one transaction, for good.

The rooms to the right hand in their part (`Part`, gathered in server/app.py); what the file of the family itself keeps
is in `own_part.py`. A table that refers to a child and that no part answers for fails a test.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import msgspec

from server.database import Row, Work, sql
from server.errors import NotFound
from server.families.commands.own_part import OWN_TABLES, find_own, homes_of, move_own
from server.families.commands.sharing import OTHER
from server.families.finding import index_families
from server.families.rules import Custody, Kind, custody_from, custody_to
from server.families.rules.merging import Finding, Pair, stamp_of
from server.notices.commands import tell
from server.web.visitor import Visitor

Outcome = Literal["done", "stale", "stopped"]
Find = Callable[[Pair, datetime], Work[Sequence[Finding]]]
Move = Callable[[Pair, Visitor, datetime], Work[None]]
Lock = Callable[[Pair, datetime], Work[None]]

BOTH = """
select id, ref, first_name, version, last_name, birth_date, sex, grade, site_id from child where ref in ($1, $2)
order by id
"""
NOTE = "insert into audit (at, actor_id, action, child_id, family_id, detail) values ($1, $2, $3, $4, $5, $6)"
KEEP = """
insert into child_merge (kept_id, gone_ref, gone, moved, reason, merged_by, merged_at)
values ($1, $2, $3, $4, $5, $6, $7)
"""
ADULTS = "select account_id from guardian where family_id = $1 and account_id is not null"
# Title and text of the notice.
ONE_FILE = (
    "Deux fiches réunies en une",
    "La fiche de {name} était en double\u00a0: il n’y en a plus qu’une. Relisez son dossier santé et ses réservations.",
)
TWO_HOMES = (
    "Votre enfant a deux foyers",
    "{name} a maintenant deux foyers. Vous voyez et réservez vos jours, l’autre foyer les siens. "
    "Relisez son dossier santé\u00a0: il est commun.",
)


@dataclass(frozen=True)
class Part:
    """What one room does when two files of a child become one. `tables`: those of the schema it answers for.

    `find` says it beforehand, `lock` takes what must not move meanwhile; `move` does it, and loses nothing.
    """

    tables: frozenset[str]
    find: Find
    move: Move
    lock: Lock | None = None


@dataclass(frozen=True)
class Joining:
    """What the agent decided: the stamp of what was read, whose weeks the second home has, and why."""

    seen: str
    custody: Kind
    reason: str


@dataclass(frozen=True)
class Found:
    """All that joining two files does."""

    pair: Pair
    findings: tuple[Finding, ...]

    @property
    def stamp(self) -> str:
        """What the decision is about."""
        return stamp_of(self.pair, self.findings)

    @property
    def stopped(self) -> bool:
        """Whether something must be put right first."""
        return any(one.weight == "stops" for one in self.findings)


def tables_of(parts: Sequence[Part]) -> frozenset[str]:
    """Every table somebody answers for."""
    return OWN_TABLES.union(*(part.tables for part in parts))


def preview(kept_ref: str, gone_ref: str, parts: Sequence[Part], now: datetime) -> Work[Found]:
    """What joining these two would do; writes nothing. Raises NotFound when there are no two such children."""
    pair, _ = yield from _pair(kept_ref, gone_ref)
    return (yield from _found(pair, parts, now))


def merge(
    agent: Visitor, kept_ref: str, gone_ref: str, said: Joining, parts: Sequence[Part], now: datetime
) -> Work[Outcome]:
    """Join the second file to the first. "stale": something has changed since it was read, nothing was done.

    Sessions are locked before the children, in the order of taps. Raises NotFound.
    """
    pair, _ = yield from _pair(kept_ref, gone_ref)
    for part in parts:
        if part.lock:
            yield from part.lock(pair, now)
    pair, gone = yield from _pair(kept_ref, gone_ref, lock=True)
    found = yield from _found(pair, parts, now)
    if found.stamp != said.seen:
        return "stale"
    if found.stopped:
        return "stopped"
    before = yield from homes_of(pair)
    for part in parts:
        yield from part.move(pair, agent, now)
    yield from move_own(pair)
    yield from _share(pair, before, said.custody)
    yield from _record(found, gone, said.reason, agent, now)
    yield sql("delete from child where id = $1", pair.gone)
    homes = sorted({home for ids in before.values() for home in ids})
    yield from index_families(homes)
    yield from _tell(pair, before, now)
    return "done"


APART = """
insert into child_apart (one_id, other_id, said_by, said_at) values ($1, $2, $3, $4)
on conflict (one_id, other_id) do nothing
"""


def say_two(agent: Visitor, one_ref: str, other_ref: str, now: datetime) -> Work[None]:
    """These are two children: the pair is not shown again. Raises NotFound."""
    pair, _ = yield from _pair(one_ref, other_ref)
    one, other = sorted((pair.kept, pair.gone))
    yield sql(APART, one, other, agent.account_id, now)
    yield sql(NOTE, now, agent.account_id, "children_apart", pair.kept, None, _json({}))


def _pair(kept_ref: str, gone_ref: str, lock: bool = False) -> Work[tuple[Pair, Row]]:
    rows = yield sql(BOTH + (" for update" if lock else ""), kept_ref, gone_ref)
    by_ref = {row["ref"]: row for row in rows}
    if len(by_ref) != 2:
        raise NotFound
    kept, gone = by_ref[kept_ref], by_ref[gone_ref]
    versions = (kept["version"], gone["version"])
    return Pair(kept["id"], gone["id"], kept_ref, gone_ref, kept["first_name"], versions), gone


def _found(pair: Pair, parts: Sequence[Part], now: datetime) -> Work[Found]:
    findings = list((yield from find_own(pair, now)))
    for part in parts:
        findings += yield from part.find(pair, now)
    return Found(pair, tuple(findings))


def _share(pair: Pair, before: dict[int, list[int]], kind: Kind) -> Work[None]:
    """Homes that come with the other file have these weeks, those of the file that stays the others."""
    coming = [home for home in before[pair.gone] if home not in before[pair.kept]]
    if kind not in OTHER or not coming or not before[pair.kept]:
        return
    rows = yield sql("select id, family_id, custody from household_child where child_id = $1", pair.kept)
    for row in rows:
        if not custody_from(row["custody"]).shared:
            theirs = kind if row["family_id"] in coming else OTHER[kind]
            yield sql("update household_child set custody = $2 where id = $1", row["id"], custody_to(Custody(theirs)))


def _record(found: Found, gone: Row, reason: str, agent: Visitor, now: datetime) -> Work[None]:
    """For good: who the other file said the child was, and line by line what was confirmed."""
    pair = found.pair
    who = {name: str(gone[name] or "") for name in ("first_name", "last_name", "birth_date", "sex", "grade", "site_id")}
    moved = [{"part": one.part, "text": one.text, "weight": one.weight} for one in found.findings]
    yield sql(KEEP, pair.kept, pair.gone_ref, _json(who), _json(moved), reason, agent.account_id, now)
    for home in (yield sql("select family_id from household_child where child_id = $1 order by id", pair.kept)):
        detail = _json({"reason": reason, "lines": len(moved)})
        yield sql(NOTE, now, agent.account_id, "children_joined", pair.kept, home["family_id"], detail)


def _tell(pair: Pair, before: dict[int, list[int]], now: datetime) -> Work[None]:
    """Each home what concerns it: nothing of the other one but that it is there."""
    kept, gone = before[pair.kept], before[pair.gone]
    for home in sorted({*kept, *gone}):
        known = {other for homes in (kept, gone) if home in homes for other in homes} - {home}
        learns = bool({*kept, *gone} - {home}) and not known
        title, text = TWO_HOMES if learns else ONE_FILE
        adults = [row["account_id"] for row in (yield sql(ADULTS, home))]
        payload = {"text": text.format(name=pair.first_name), "url": "/dossier", "title": title}
        yield from tell(adults, "child_shared", f"joined-{pair.kept}-{home}", payload, now)


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
