"""Opening a child's health file is noted: who, when, which child, which screen; the parents see it.

Agents may open 200 families' files within the hour: beyond that the opening is refused, the refusal is noted, and
those who hold the settings are told. So after a leak one can say within minutes what was read, and it cannot be much.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from server.adapters.vault import Vault
from server.database import Work, flat, marks, sql, values_marks
from server.errors import NotFound
from server.families.queries import Child
from server.health.queries.records import Consent, child_by_ref, child_of, consents_of, record_of
from server.health.sealing import Record
from server.notices.commands.telling import tell
from server.web.visitor import Visitor

log = logging.getLogger("marelle")

MOST_FAMILIES = 200  # whose children's files one agent may open within the hour
AN_HOUR = timedelta(hours=1)
CAPPED = (
    f"Vous avez ouvert les dossiers santé de {MOST_FAMILIES} familles en une heure : c’est le plafond qui protège les "
    "enfants. Les responsables du portail sont prévenus. Reprenez dans une heure."
)

NOTE = "insert into health_read (child_id, account_id, reader, agent, screen, at) values {values}"
OPENED = """
select count(distinct h.family_id) as n from household_child h
where h.child_id in (select child_id from health_read where account_id = $1 and at > $2 union
                     select id from child where id in ({marks}))
"""
ALARM = "insert into audit (at, actor_id, action) values ($1, $2, 'health_cap')"
ALARMED = "select id from audit where actor_id = $1 and action = 'health_cap' and at > $2 limit 1"
RESPONSIBLE = "select id from account where kind = 'agent' and disabled_at is null and rights like '%\"settings\"%'"


@dataclass(frozen=True)
class File:
    """All that is shown of a child's health."""

    child: Child
    record: Record
    consents: tuple[Consent, ...]


def open_file(vault: Vault, parent: Visitor, ref: str, screen: str, now: datetime) -> Work[File]:
    """The file of a child in the parent's care, its reading noted. Raises NotFound for any other child, Sealed."""
    child = yield from child_of(parent, ref)
    yield from note_readings(parent, [child.id], screen, now)
    return (yield from _file(vault, child))


def open_file_for_agent(vault: Vault, agent: Visitor, ref: str, screen: str, now: datetime) -> Work[File | None]:
    """The same of any child for an agent; None beyond the cap, the alarm given. Raises NotFound, Sealed."""
    child = yield from child_by_ref(ref)
    if child is None:
        raise NotFound
    if not (yield from may_open(agent, [child.id], now)):
        return None
    yield from note_readings(agent, [child.id], screen, now)
    return (yield from _file(vault, child))


def may_open(agent: Visitor, child_ids: Sequence[int], now: datetime) -> Work[bool]:
    """Whether this agent stays within the cap with these children too. Beyond it the alarm is given, once an hour."""
    if not child_ids:
        return True
    text = OPENED.format(marks=marks(len(child_ids), 3))
    rows = yield sql(text, agent.account_id, now - AN_HOUR, *child_ids)
    if rows[0]["n"] <= MOST_FAMILIES:
        return True
    if not (yield sql(ALARMED, agent.account_id, now - AN_HOUR)):
        yield from _alarm(agent, now)
    return False


def note_readings(reader: Visitor, child_ids: Sequence[int], screen: str, now: datetime) -> Work[None]:
    """One line a child."""
    name = f"{reader.first_name} {reader.last_name}"
    rows = [(id_, reader.account_id, name, reader.is_agent, screen, now) for id_ in child_ids]
    if rows:
        yield sql(NOTE.format(values=values_marks(len(rows), 6)), *flat(rows))


def _file(vault: Vault, child: Child) -> Work[File]:
    record = yield from record_of(vault, child.id)
    return File(child, record, (yield from consents_of(child.id)))


def _alarm(agent: Visitor, now: datetime) -> Work[None]:
    """For the operator's log, the trail, and the agents who answer for the portal."""
    log.warning("health files: account %s reached the cap of %d families an hour", agent.ref, MOST_FAMILIES)
    yield sql(ALARM, now, agent.account_id)
    told = [row["id"] for row in (yield sql(RESPONSIBLE))]
    text = f"{agent.first_name} {agent.last_name} a atteint le plafond de lecture des dossiers santé."
    yield from tell(told, "reading_cap", f"reading_cap:{agent.account_id}", {"text": text, "url": "/agent/sante"}, now)
