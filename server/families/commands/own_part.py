"""What the family's file itself keeps of a child, found and moved when two files of one child become one."""

from collections.abc import Sequence
from datetime import datetime

from server.database import Row, Work, sql
from server.families.rules.merging import Finding, Pair
from server.families.rules.people import QUALITIES

OWN_TABLES = frozenset({"household_child", "child_link", "request", "child_merge", "child_apart"})
IDENTITY = "Identité"
FIELDS = {
    "first_name": "Prénom", "last_name": "Nom", "birth_date": "Date de naissance", "sex": "Sexe", "site": "École",
    "grade": "Niveau",
}  # fmt: skip
WHO = """
select c.id, c.first_name, c.last_name, c.birth_date, c.sex, c.grade, s.name as site
from child c left join site s on s.id = c.site_id where c.id in ($1, $2)
"""
HOMES = """
select h.child_id, h.family_id, f.name, f.number from household_child h join family f on f.id = h.family_id
where h.child_id in ($1, $2) order by h.id
"""
LINKS = """
select l.child_id, l.guardian_id, l.quality, l.authority, g.first_name, g.last_name
from child_link l join guardian g on g.id = l.guardian_id where l.child_id in ($1, $2) order by l.id
"""
REQUESTS = """
select count(*) as n, sum(case when status in ('filed', 'in_progress', 'to_complete', 'waiting_list') then 1 else 0 end)
  as open from request where child_id = $1
"""


def homes_of(pair: Pair) -> Work[dict[int, list[int]]]:
    """The families of each of the two."""
    found: dict[int, list[int]] = {pair.kept: [], pair.gone: []}
    for row in (yield sql(HOMES, pair.kept, pair.gone)):
        found[row["child_id"]].append(row["family_id"])
    return found


def find_own(pair: Pair, now: datetime) -> Work[Sequence[Finding]]:
    """Identity, homes, adults and requests."""
    found = yield from _identity(pair)
    found += yield from _homes(pair)
    found += yield from _links(pair)
    counted = (yield sql(REQUESTS, pair.gone))[0]
    if counted["n"]:
        waiting = f", dont {counted['open']} en attente d’une réponse" if counted["open"] else ""
        found.append(Finding("Démarches", f"{counted['n']} à rattacher à la fiche gardée{waiting}."))
    return found


def _identity(pair: Pair) -> Work[list[Finding]]:
    rows = {row["id"]: row for row in (yield sql(WHO, pair.kept, pair.gone))}
    kept, gone = rows[pair.kept], rows[pair.gone]
    found = []
    for name, label in FIELDS.items():
        mine, theirs = _said(kept, name), _said(gone, name)
        if theirs and not mine:
            found.append(Finding(IDENTITY, f"{label}\u00a0: «\u00a0{theirs}\u00a0» vient de l’autre fiche."))
        elif theirs and mine != theirs:
            found.append(
                Finding(
                    IDENTITY,
                    f"{label}\u00a0: «\u00a0{mine}\u00a0» reste\u00a0; l’autre fiche dit «\u00a0{theirs}\u00a0».",
                    "differs",
                )
            )
    return found


def _said(row: Row, name: str) -> str:
    return "" if row[name] is None else str(row[name])


def _homes(pair: Pair) -> Work[list[Finding]]:
    rows = yield sql(HOMES, pair.kept, pair.gone)
    mine = {row["family_id"] for row in rows if row["child_id"] == pair.kept}
    twice, once = "l’enfant y est deux fois, il y restera une fois", "l’enfant y reste"
    return [
        Finding(
            "Foyers", f"Famille {row['name']}, {row['number']}\u00a0: {twice if row['family_id'] in mine else once}."
        )
        for row in rows
        if row["child_id"] == pair.gone
    ]


def _links(pair: Pair) -> Work[list[Finding]]:
    rows = yield sql(LINKS, pair.kept, pair.gone)
    mine = {row["guardian_id"]: row for row in rows if row["child_id"] == pair.kept}
    found = []
    for row in rows:
        known = mine.get(row["guardian_id"])
        name = f"{row['first_name']} {row['last_name']}"
        if row["child_id"] == pair.kept:
            continue
        if known is None:
            found.append(Finding("Adultes", f"{name}\u00a0: {_link(row)}."))
        elif _link(known) != _link(row):
            text = (
                f"{name}\u00a0: «\u00a0{_link(known)}\u00a0» reste\u00a0; l’autre fiche dit «\u00a0{_link(row)}\u00a0»."
            )
            found.append(Finding("Adultes", text, "differs"))
    return found


def _link(row: Row) -> str:
    quality = dict(QUALITIES).get(row["quality"], row["quality"])
    return f"{quality}, {'avec' if row['authority'] else 'sans'} autorité parentale"


FILL = """
update child set
  sex = case when sex = '' then (select d.sex from child d where d.id = $2) else sex end,
  grade = case when grade = '' then (select d.grade from child d where d.id = $2) else grade end,
  site_id = coalesce(site_id, (select d.site_id from child d where d.id = $2)),
  version = version + 1 where id = $1
"""
# Of two rows that say something of the same home or adult, the one of the file that stays is kept.
TWICE = (
    "delete from household_child where child_id = $2 and family_id in "
    "(select family_id from household_child where child_id = $1)",
    "delete from child_link where child_id = $2 and guardian_id in "
    "(select guardian_id from child_link where child_id = $1)",
)
MOVED = (
    "update household_child set child_id = $1 where child_id = $2",
    "update child_link set child_id = $1 where child_id = $2",
    "update request set child_id = $1 where child_id = $2",
    "update child_merge set kept_id = $1 where kept_id = $2",
)
# Of the adults of the homes only: all of a town's notices and taps would be read under the locks of the sessions.
THEIRS = """
select g.account_id from guardian g join household_child h on h.family_id = g.family_id
where g.account_id is not null and h.child_id = $4
"""
# What is still to be decided names the child by its ref.
NAMED = (
    "update request set content = replace(content, $1, $2) where content like $3",
    "update request_draft set content = replace(content, $1, $2) where content like $3",
    f"update notice set url = replace(url, $1, $2) where url like $3 and account_id in ({THEIRS})",
    "update outbox set payload = replace(payload, $1, $2) where notice_id is null and payload like $3",
)


def move_own(pair: Pair) -> Work[None]:
    """Everything of the file itself; what stands empty is filled from the other one."""
    yield sql(FILL, pair.kept, pair.gone)
    for text in (*TWICE, *MOVED):
        yield sql(text, pair.kept, pair.gone)
    yield sql("delete from child_apart where one_id = $1 or other_id = $1", pair.gone)
    for text in NAMED:
        child = (pair.kept,) if "$4" in text else ()
        yield sql(text, pair.gone_ref, pair.kept_ref, f"%{pair.gone_ref}%", *child)
