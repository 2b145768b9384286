"""What parents write: the sheet, the vaccinations, the consents, the request for a PAI."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from server.adapters.vault import Vault
from server.database import Work, flat, sql, values_marks
from server.families.commands import NewRequest, file_request
from server.families.queries import Child
from server.families.rules.requests import Line, Service
from server.fields import Typed
from server.health.commands.saving import Saved, audit, locked, name_of, save_part, write_part
from server.health.queries.records import child_of, consents_of, holding
from server.health.rules.permissions import QUESTIONS, changed
from server.health.rules.plans import Plan, asked, moved, open_request
from server.health.rules.sheet import Sheet
from server.health.rules.sheet_form import sheet_from
from server.health.rules.vaccines import noted
from server.health.sealing import Kept, Record
from server.web.visitor import Visitor


@dataclass(frozen=True)
class Asked:
    """What the town asks for, where the form came from, and the version it was drawn from."""

    parts: tuple[str, ...]
    seen: int
    files: Service | None = None  # who answers for a sheet that is a filed request (G2)


def save_sheet(vault: Vault, parent: Visitor, ref: str, typed: Typed, asked_for: Asked, now: datetime) -> Work[Saved]:
    """Save a good sheet; a ticked PAI is asked for in the same transaction. Raises NotFound, Sealed."""
    child = yield from child_of(parent, ref)

    def change(record: Record) -> Sheet:
        return sheet_from(typed, record.sheet.value if record.sheet else Sheet(), asked_for.parts)

    saved = yield from save_part(vault, parent, child.id, "sheet", asked_for.seen, change, now)
    if saved.outcome == "done" and "plan" in asked_for.parts and typed.ticked("pai"):
        yield from _ask(vault, parent, child.id, typed.value("pai_objet"), now)
    if saved.outcome == "done" and asked_for.files:
        filed = yield from file_request(parent, _request(child, saved.version), asked_for.files, now)
        return replace(saved, request=filed.ref)
    return saved


def _request(child: Child, version: int) -> NewRequest:
    """What is filed says that there is something to read, and not a word of it: requests are kept in clear."""
    lines = (Line("Dossier santé", "Mis à jour : à lire dans le dossier de l’enfant, où chaque lecture est notée."),)
    title = f"Dossier santé : {child.first_name} {child.last_name}"
    return NewRequest("health_file", title, lines, data={"version": version}, child_id=child.id)


def save_vaccines(
    vault: Vault, parent: Visitor, ref: str, typed: Typed, seen: int, today: date, now: datetime
) -> Work[Saved]:
    """Save good dates. Raises NotFound, Sealed."""
    child = yield from child_of(parent, ref)

    def change(record: Record) -> object:
        return noted(typed, record.vaccines.value if record.vaccines else None, child.birth_date, today)

    return (yield from save_part(vault, parent, child.id, "vaccines", seen, change, now))


def ask_for_plan(vault: Vault, parent: Visitor, ref: str, text: str, now: datetime) -> Work[None]:
    """Ask for a PAI, or say again why. Raises NotFound, Sealed."""
    child = yield from child_of(parent, ref)
    yield from _ask(vault, parent, child.id, text, now)


def withdraw_plan(vault: Vault, parent: Visitor, ref: str, now: datetime) -> Work[bool]:
    """Take the open request back; False when an agent has answered it meanwhile. Raises NotFound, Sealed."""
    child = yield from child_of(parent, ref)
    record = yield from locked(vault, child.id)
    waiting = open_request(record.all_plans)
    if waiting is None:
        return False
    yield from _keep(vault, parent, child.id, record, moved(record.all_plans, waiting.number, "withdrawn"), now)
    return True


def answer_permissions(parent: Visitor, ref: str, typed: Typed, kinds: tuple[str, ...], now: datetime) -> Work[int]:
    """Write the answers that changed, with who gave them; how many. Either guardian may. Raises NotFound."""
    child = yield from child_of(parent, ref)
    current: Mapping[str, bool] = {
        kind: consent.granted for kind, consent in holding((yield from consents_of(child.id))).items()
    }
    answers = changed(typed, current, kinds)
    rows = [
        (child.id, kind, granted, parent.account_id, name_of(parent), now, QUESTIONS[kind])
        for kind, granted in sorted(answers.items())
    ]
    if rows:
        yield sql(
            "insert into permission (child_id, kind, granted, given_by, given_name, at, wording) values "
            + values_marks(len(rows), 7),
            *flat(rows),
        )
        yield from audit(parent, child.id, now)
    return len(rows)


def _ask(vault: Vault, parent: Visitor, child_id: int, text: str, now: datetime) -> Work[None]:
    record = yield from locked(vault, child_id)
    plans = asked(record.all_plans, text, name_of(parent), now)
    yield from _keep(vault, parent, child_id, record, plans, now)


def _keep(
    vault: Vault, parent: Visitor, child_id: int, record: Record, plans: tuple[Plan, ...], now: datetime
) -> Work[None]:
    version = record.plans.version + 1 if record.plans else 1
    yield from write_part(vault, child_id, "plans", Kept(version, now, name_of(parent), plans))
    yield from audit(parent, child_id, now)
