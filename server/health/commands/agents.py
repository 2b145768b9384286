"""What agents decide: a PAI established, refused or ended, and a child admitted although the file is incomplete."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from server.adapters.vault import Vault
from server.database import Work, sql
from server.errors import NotFound
from server.families.queries import Child
from server.families.queries.authority import held
from server.health.commands.saving import Saved, audit, locked, name_of, save_part, write_part
from server.health.queries.records import child_by_ref
from server.health.rules.plans import moved
from server.health.sealing import Admission, Kept
from server.notices.commands.telling import tell
from server.web.visitor import Visitor

PARENTS = f"""
select distinct g.account_id from household_child h join guardian g on g.family_id = h.family_id
where h.child_id = $1 and g.account_id is not null and {held("$1", "g.family_id", "g.account_id")}
"""
ANSWERED = "La mairie a répondu dans le dossier de votre enfant."


def decide_plan(
    vault: Vault,
    agent: Visitor,
    ref: str,
    number: int,
    state: str,
    changes: Mapping[str, Any],
    now: datetime,
) -> Work[bool]:
    """Bring a PAI to `state`; False when it was no longer where the agent saw it. Raises NotFound, Sealed."""
    child = yield from any_child(ref)
    record = yield from locked(vault, child.id)
    try:
        plans = moved(record.all_plans, number, state, decided_at=now, decided_by=name_of(agent), **changes)
    except KeyError as unknown:
        raise NotFound from unknown
    except ValueError:
        return False
    version = record.plans.version + 1 if record.plans else 1
    yield from write_part(vault, child.id, "plans", Kept(version, now, name_of(agent), plans))
    yield from audit(agent, child.id, now)
    yield from _tell(child, now)
    return True


def admit(vault: Vault, agent: Visitor, ref: str, until: date, reason: str, seen: int, now: datetime) -> Work[Saved]:
    """Let the child come until that day although the file is incomplete. Raises NotFound, Sealed."""
    child = yield from any_child(ref)
    saved = yield from save_part(vault, agent, child.id, "admission", seen, lambda _: Admission(until, reason), now)
    if saved.outcome == "done":
        yield from _tell(child, now)
    return saved


def any_child(ref: str) -> Work[Child]:
    """Any child of the town. Raises NotFound."""
    child = yield from child_by_ref(ref)
    if child is None:
        raise NotFound
    return child


def _tell(child: Child, now: datetime) -> Work[None]:
    """Every guardian of either home who may open the file, in words that say nothing of health."""
    accounts = [row["account_id"] for row in (yield sql(PARENTS, child.id))]
    payload = {"text": ANSWERED, "url": f"/sante/{child.ref}"}
    yield from tell(accounts, "child_file", f"child_file:{child.id}", payload, now)
