"""Rules of an activity: a draft the agents share, then its publication, kept for ever with who, when and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from server.activities.commands import bump_version
from server.activities.queries import JSON_TERMS, TERMS, read_catalogue, terms_from
from server.database import Row, Work, sql
from server.errors import NotFound
from server.web.visitor import Visitor


@dataclass(frozen=True)
class Seen:
    """What the agent's form was made from: the draft's revision (0: none) and the latest publication."""

    revision: int
    base: int


@dataclass(frozen=True)
class Kept:
    """What became of the form: done, or why nothing was written."""

    outcome: str  # done | conflict | refused
    text: str = ""
    number: int = 0  # of the publication made


EPOCH = datetime(2020, 1, 1, tzinfo=UTC)  # revisions count seconds: those of a draft given up never come back

LOCK = "select id from activity where id = $1 for update"
DRAFT = """
select d.*, a.first_name, a.last_name from rule_draft d left join account a on a.id = d.saved_by
where d.activity_id = $1
"""
LATEST = """
select r.number, r.published_at, a.first_name, a.last_name from activity_rule r
left join account a on a.id = r.published_by where r.activity_id = $1 order by r.number desc limit 1
"""
KEEP = """
insert into rule_draft (activity_id, revision, base, book_rule, cancel_rule, opening_rule, validation,
  cancel_validation, late_cancel, waiting_list, saved_by, saved_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
on conflict (activity_id) do update set revision = excluded.revision, base = excluded.base,
  book_rule = excluded.book_rule, cancel_rule = excluded.cancel_rule, opening_rule = excluded.opening_rule,
  validation = excluded.validation, cancel_validation = excluded.cancel_validation,
  late_cancel = excluded.late_cancel, waiting_list = excluded.waiting_list, saved_by = excluded.saved_by,
  saved_at = excluded.saved_at
"""
PUBLISH = """
insert into activity_rule (activity_id, number, first_day, book_rule, cancel_rule, opening_rule, validation,
  cancel_validation, late_cancel, waiting_list, reason, published_by, published_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
"""
DROP = "delete from rule_draft where activity_id = $1"
NOTE = "insert into audit (at, actor_id, action, detail) values ($1, $2, $3, $4)"


def save_draft(agent: Visitor, activity_id: int, terms: Mapping[str, Any], seen: Seen, now: datetime) -> Work[Kept]:
    """Keep the draft, unless a colleague has saved or published since the form was opened.

    Raises NotFound for an activity that does not exist.
    """
    draft, latest = yield from _locked(activity_id)
    if late := _late(draft, latest, seen):
        return late
    revision = max(int((now - EPOCH).total_seconds()), draft["revision"] + 1 if draft else 0)
    base = latest["number"] if latest else 0
    yield sql(KEEP, activity_id, revision, base, *_values(terms), agent.account_id, now)
    return Kept("done")


def drop_draft(agent: Visitor, activity_id: int, seen: Seen, now: datetime) -> Work[Kept]:
    """Give the draft up; a colleague's newer one stays."""
    draft, latest = yield from _locked(activity_id)
    if late := _late(draft, latest, seen):
        return late
    yield sql(DROP, activity_id)
    return Kept("done")


def publish_rules(
    agent: Visitor, activity_id: int, seen: Seen, first_day: date, reason: str, now: datetime
) -> Work[Kept]:
    """The draft becomes the rule of the sessions from `first_day` on; every process reads the new catalogue.

    Raises NotFound for an activity that does not exist.
    """
    draft, latest = yield from _locked(activity_id)
    if late := _late(draft, latest, seen):
        return late
    if draft is None:
        return Kept("refused", "Il n’y a pas de brouillon à publier.")
    catalogue = yield from read_catalogue(0)  # not the remembered one: it may have changed since the agent came in
    after, before = terms_from(draft), catalogue.on(activity_id, first_day)
    former = {name: getattr(before, name) for name in TERMS}
    if after == former and not _later(catalogue.published.get(activity_id, ()), first_day):
        return Kept("refused", "Ce brouillon dit la même chose que la règle de ces journées : rien n’a été publié.")
    number = (latest["number"] if latest else 0) + 1
    yield sql(PUBLISH, activity_id, number, first_day, *_values(after), reason, agent.account_id, now)
    yield sql(DROP, activity_id)
    yield from bump_version()
    detail = _detail(activity_id, number, first_day, former, after, reason)
    yield sql(NOTE, now, agent.account_id, "rules", detail)
    return Kept("done", number=number)


def _detail(
    activity_id: int, number: int, first_day: date, before: Mapping[str, Any], after: Mapping[str, Any], reason: str
) -> str:
    """What the audit trail keeps of a publication, JSON."""
    detail = {
        "activity": activity_id,
        "number": number,
        "from": first_day.isoformat(),
        "before": before,
        "after": after,
        "reason": reason,
    }
    return msgspec.json.encode(detail).decode()


def _later(published: Any, first_day: date) -> bool:
    """Whether a publication in force begins after that day: a new one would replace it."""
    return any(first > first_day for first, _ in published)


def _locked(activity_id: int) -> Work[tuple[Row | None, Row | None]]:
    """The draft and the latest publication, nobody else writing them meanwhile."""
    if not (yield sql(LOCK, activity_id)):
        raise NotFound
    drafts, latest = (yield sql(DRAFT, activity_id)), (yield sql(LATEST, activity_id))
    return (drafts[0] if drafts else None), (latest[0] if latest else None)


def _late(draft: Row | None, latest: Row | None, seen: Seen) -> Kept | None:
    """The words for whoever comes second."""
    if latest is not None and latest["number"] != seen.base:
        return Kept("conflict", f"{_name(latest)} a publié une nouvelle règle entre-temps. Rien n’a été enregistré.")
    if draft is not None and draft["revision"] != seen.revision:
        return Kept("conflict", f"{_name(draft)} a enregistré ce brouillon entre-temps. Rien n’a été enregistré.")
    if draft is None and seen.revision:
        return Kept("conflict", "Ce brouillon a été abandonné ou publié entre-temps. Rien n’a été enregistré.")
    return None


def _name(row: Row) -> str:
    return f"{row['first_name']} {row['last_name']}" if row["first_name"] else "Un collègue"


def _values(terms: Mapping[str, Any]) -> list[Any]:
    """The columns of TERMS, rules as JSON."""
    return [msgspec.json.encode(terms[name]).decode() if name in JSON_TERMS else terms[name] for name in TERMS]
