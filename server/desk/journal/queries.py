"""Reads of the audit trail: who did what, newest first, in pages that cost the same however long the trail is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import msgspec

from server.activities.queries import Catalogue, catalogue_of
from server.database import Row, Where, Work, sql
from server.zone import PARIS

MOST_LINES = 50  # of a page
MOST_EXPORTED = 10_000

# What may be asked for, and the actions it covers.
KINDS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "familles": ("Gestes des familles", ("file_changed", "tap", "absence", "absence_undone", "health_saved")),
    "documents": (
        "Documents",
        (
            "document_put",
            "document_decision",
            "document_asked",
            "document_not_asked",
            "document_removed",
            "document_infected",
        ),
    ),
    "decisions": ("Décisions et changements de la mairie", ("decision", "undone", "override")),
    "doublons": ("Fiches d’enfants réunies ou distinguées", ("children_joined", "children_apart")),
    "liens": ("Membres et liens d’un dossier", ("ties_changed", "member_left")),
    "demarches": ("Démarches décidées", ("request_decided", "custody_changed")),
    "portail": ("Gestes du portail lui-même", ("promoted", "retention")),
    "jours": ("Fermetures, capacités et règles", ("closure", "reopened", "closed", "capacity", "rules")),
    "agents": ("Comptes et droits des agents", ("agent_invited", "agent_changed", "agent_phone_forgotten")),
    "echanges": ("Messages aux familles", ("message", "message_settled", "mailing")),
    "contenus": ("Actualités, pages et menus", ("news", "news_dropped", "info", "info_dropped", "menus")),
    "comptes": (
        "Comptes ouverts, demandés, signalés, familles importées",
        (
            "families_imported",
            "key_issued",
            "account_opened",
            "account_accepted",
            "account_refused",
            "link_contested",
            "link_settled",
        ),
    ),
    "lectures": ("Dossiers ouverts, exports", ("read_family", "document_read", "journal_export", "health_cap")),
}
READINGS = KINDS["lectures"][1]


@dataclass(frozen=True)
class Sought:
    """Which lines are wanted. `before` is the last line of the page before: its instant and number."""

    kind: str = ""
    agent: int = 0
    family: str = ""  # its ref
    activity: str = ""  # its ref
    day: date | None = None  # of the session
    first: date | None = None  # of the action
    last: date | None = None
    before: tuple[datetime, int] | None = None
    readings: bool = True


@dataclass(frozen=True)
class Line:
    """One action, with the names it needs to be told."""

    id: int
    at: datetime
    action: str
    by: str  # empty: the portal itself
    by_agent: bool
    child: str
    family: str
    family_ref: str
    number: str
    activity: str
    activity_ref: str
    day: date | None
    detail: Mapping[str, Any]


@dataclass(frozen=True)
class Journal:
    """A page of the trail; `more` says that older lines follow. `agents` are those to filter by."""

    lines: tuple[Line, ...]
    more: bool
    agents: Mapping[int, str]
    family: str  # the name of the family asked for


LINES = """
select u.id, u.at, u.action, u.detail, a.kind, a.first_name, a.last_name,
       c.first_name as child_first, c.last_name as child_last, f.name as family, f.ref as family_ref, f.number,
       s.day, s.activity_id
from audit u left join account a on a.id = u.actor_id left join child c on c.id = u.child_id
left join family f on f.id = u.family_id left join session s on s.id = u.session_id
where {where} order by u.at desc, u.id desc limit {most}
"""
AGENTS = "select id, first_name, last_name from account where kind = 'agent' order by last_name, first_name, id"
FAMILY = "select id, name, number from family where ref = $1"


def journal_of(sought: Sought, version: int, most: int = MOST_LINES) -> Work[Journal]:
    """The lines sought, at most `most`: two statements, three for one family's."""
    catalogue = yield from catalogue_of(version)
    family = (yield sql(FAMILY, sought.family)) if sought.family else ()
    where = _where(sought, family, catalogue)
    rows = yield sql(LINES.format(where=where, most=most + 1), *where.args)
    agents = {row["id"]: f"{row['first_name']} {row['last_name']}" for row in (yield sql(AGENTS))}
    name = f"{family[0]['name']} {family[0]['number']}" if family else ""
    return Journal(tuple(_line(row, catalogue) for row in rows[:most]), len(rows) > most, agents, name)


def _where(sought: Sought, family: Sequence[Row], catalogue: Catalogue) -> Where:
    where = Where(["1 = 1"])
    if sought.kind:
        actions = KINDS[sought.kind][1]
        where.add(f"u.action in ({', '.join(['{}'] * len(actions))})", *actions)
    if not sought.readings:
        where.add(f"u.action not in ({', '.join(['{}'] * len(READINGS))})", *READINGS)
    if sought.agent:
        where.add("u.actor_id = {}", sought.agent)
    if sought.family:
        where.add("u.family_id = {}", family[0]["id"] if family else 0)
    _in_sessions(where, sought, catalogue)
    if sought.first:
        where.add("u.at >= {}", _midnight(sought.first))
    if sought.last:
        where.add("u.at < {}", _midnight(sought.last + timedelta(days=1)))
    if sought.before:
        where.add("(u.at < {0} or (u.at = {0} and u.id < {1}))", *sought.before)
    return where


def _in_sessions(where: Where, sought: Sought, catalogue: Catalogue) -> None:
    """Only what concerns one day's sessions, or one activity's."""
    if sought.day:
        where.add("u.session_id in (select id from session where day = {})", sought.day)
    if sought.activity:
        id_ = next((a.id for a in catalogue.activities.values() if a.ref == sought.activity), 0)
        where.add("s.activity_id = {}", id_)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), PARIS)


def _line(row: Row, catalogue: Catalogue) -> Line:
    detail = msgspec.json.decode(row["detail"])
    known = row["activity_id"] if row["activity_id"] is not None else detail.get("activity")
    activity = catalogue.activities.get(known) if isinstance(known, int) else None
    return Line(
        id=row["id"],
        at=row["at"],
        action=row["action"],
        by=f"{row['first_name']} {row['last_name']}" if row["kind"] else "",
        by_agent=row["kind"] == "agent",
        child=f"{row['child_first']} {row['child_last']}" if row["child_first"] else "",
        family=row["family"] or "",
        family_ref=row["family_ref"] or "",
        number=row["number"] or "",
        activity=activity.name if activity else "",
        activity_ref=activity.ref if activity else "",
        day=row["day"],
        detail=detail,
    )


NOTE = "insert into audit (at, actor_id, action, detail) values ($1, $2, 'journal_export', $3)"


def note_export(account_id: int, lines: int, now: datetime) -> Work[None]:
    """An export leaves its own line: what has left the portal can be said."""
    yield sql(NOTE, now, account_id, msgspec.json.encode({"lines": lines}).decode())
