"""Health files, consents, readings and persons when two files of one child become one; sealed under its new name."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from server.adapters.vault import Vault
from server.database import Row, Work, sql
from server.errors import Sealed
from server.families.commands.merging import Part
from server.families.rules.merging import Finding, Pair
from server.health.commands.saving import locked, name_of, write_part
from server.health.queries.records import consents_of, holding, record_of
from server.health.rules.merging import CAREFUL, one_card, one_list, one_sheet
from server.health.rules.people import MOST
from server.health.rules.permissions import QUESTIONS
from server.health.sealing import Kept, Record
from server.web.visitor import Visitor

PART = "Santé"
TABLES = frozenset({"health_record", "permission", "health_read", "pickup_person"})
PEOPLE = """
select id, family_id, child_id, position, name, phone from pickup_person where child_id in ($1, $2)
order by family_id, child_id, position
"""
CONSENT = """
insert into permission (child_id, kind, granted, given_by, given_name, at) values ($1, $2, $3, $4, $5, $6)
"""
LABELS = {
    "sheet": (
        "la fiche sanitaire",
        "Deux fiches sanitaires\u00a0: allergies et consignes des deux sont gardées.",
    ),
    "vaccines": ("les vaccinations", "Deux carnets de vaccination\u00a0: les dates des deux sont gardées."),
    "plans": (
        "le PAI",
        "Des PAI dans les deux fiches\u00a0: tous sont gardés. Terminez celui en trop.",
    ),
    "admission": ("l’admission accordée", "Deux admissions accordées\u00a0: la plus longue est gardée."),
}


def health_part(vault: Vault) -> Part:
    """What room health does; the vault opens one file and seals the other."""

    def find(pair: Pair, now: datetime) -> Work[Sequence[Finding]]:
        try:
            kept, gone = (yield from record_of(vault, pair.kept)), (yield from record_of(vault, pair.gone))
        except Sealed:
            return [Finding(PART, "Le dossier santé ne peut pas être ouvert sur ce serveur.", "stops")]
        return [*_parts(kept, gone), *(yield from _consents(pair)), *(yield from _people(pair))]

    def move(pair: Pair, agent: Visitor, now: datetime) -> Work[None]:
        yield from _join_records(vault, pair)
        yield from _join_consents(pair, agent, now)
        yield from _join_people(pair)
        yield sql("update health_read set child_id = $1 where child_id = $2", pair.kept, pair.gone)

    return Part(TABLES, find, move)


def _parts(kept: Record, gone: Record) -> list[Finding]:
    """Which parts go over; what is in them is never said here."""
    found = []
    for name, (label, both) in LABELS.items():
        mine, theirs = getattr(kept, name), getattr(gone, name)
        if mine and theirs:
            found.append(Finding(PART, both, "differs"))
        elif theirs:
            found.append(Finding(PART, f"{label[0].upper()}{label[1:]} vient de l’autre fiche."))
    return found


def _join_records(vault: Vault, pair: Pair) -> Work[None]:
    if not (yield sql("select 1 from health_record where child_id = $1", pair.gone)):
        return
    kept, gone = (yield from locked(vault, pair.kept)), (yield from locked(vault, pair.gone))
    for name in LABELS:
        mine, theirs = getattr(kept, name), getattr(gone, name)
        if theirs:
            yield from write_part(vault, pair.kept, name, _one(name, mine, theirs) if mine else theirs)
    yield sql("delete from health_record where child_id = $1", pair.gone)


def _one(name: str, mine: Kept[Any], theirs: Kept[Any]) -> Kept[Any]:
    newer, older = (mine, theirs) if mine.at >= theirs.at else (theirs, mine)
    value: Any
    if name == "sheet":
        value = one_sheet(newer.value, older.value)
    elif name == "vaccines":
        value = one_card(newer.value, older.value)
    elif name == "plans":
        value = one_list(mine.value, theirs.value)
    else:
        value = max(mine.value, theirs.value, key=lambda admission: admission.until)
    return _joined(newer, max(mine.version, theirs.version) + 1, value)


def _joined(newer: Kept[Any], version: int, value: Any) -> Kept[Any]:
    """The joined part, said when and by whom the newer one was."""
    return Kept(version, newer.at, newer.by, value)


def _answers(pair: Pair) -> Work[dict[str, tuple[bool, bool]]]:
    """The questions both files answer differently: kind to (kept, gone)."""
    kept, gone = holding((yield from consents_of(pair.kept))), holding((yield from consents_of(pair.gone)))
    both = {kind: (kept[kind].granted, gone[kind].granted) for kind in kept if kind in gone}
    return {kind: (mine, theirs) for kind, (mine, theirs) in both.items() if mine != theirs}


def _consents(pair: Pair) -> Work[list[Finding]]:
    found = []
    for kind in (yield from _answers(pair)):
        rule = "le refus vaut" if kind in CAREFUL else "la réponse la plus récente vaut"
        found.append(
            Finding(PART, f"{QUESTIONS.get(kind, 'Personnes autorisées')}\u00a0: deux réponses, {rule}.", "differs")
        )
    return found


def _join_consents(pair: Pair, agent: Visitor, now: datetime) -> Work[None]:
    differing = yield from _answers(pair)
    yield sql("update permission set child_id = $1 where child_id = $2", pair.kept, pair.gone)
    held = holding((yield from consents_of(pair.kept)))
    for kind in differing:
        if kind in CAREFUL and held[kind].granted:
            yield sql(CONSENT, pair.kept, kind, False, agent.account_id, name_of(agent), now)


def _lists(pair: Pair) -> Work[tuple[list[tuple[Row, int]], list[Row], list[Row]]]:
    """The other file's persons: those that move and where to, those already there, those no place is left for."""
    rows = yield sql(PEOPLE, pair.kept, pair.gone)
    mine: dict[int, list[Row]] = {}
    for row in rows:
        if row["child_id"] == pair.kept:
            mine.setdefault(row["family_id"], []).append(row)
    moving, known, beyond = [], [], []
    last = {family: max(row["position"] for row in people) for family, people in mine.items()}
    for row in rows:
        if row["child_id"] == pair.kept:
            continue
        family = row["family_id"]
        if any(_same(row, other) for other in mine.get(family, ())):
            known.append(row)
        elif last.get(family, 0) >= MOST:
            beyond.append(row)
        else:
            last[family] = last.get(family, 0) + 1
            moving.append((row, last[family]))
    return moving, known, beyond


def _same(one: Row, other: Row) -> bool:
    return bool(one["name"].casefold() == other["name"].casefold() and one["phone"] == other["phone"])


def _people(pair: Pair) -> Work[list[Finding]]:
    moving, _, beyond = yield from _lists(pair)
    found = []
    if moving:
        names = ", ".join(row["name"] for row, _ in moving)
        found.append(Finding(PART, f"Personnes à prévenir ou autorisées\u00a0: {names}."))
    if beyond:
        names = ", ".join(f"{row['name']} ({row['phone']})" for row in beyond)
        found.append(
            Finding(PART, f"La liste est pleine ({MOST})\u00a0: {names} n’y entrent pas. Notez-les.", "differs")
        )
    return found


def _join_people(pair: Pair) -> Work[None]:
    moving, known, beyond = yield from _lists(pair)
    for row in (*known, *beyond):
        yield sql("delete from pickup_person where id = $1", row["id"])
    for row, position in moving:
        yield sql("update pickup_person set child_id = $1, position = $2 where id = $3", pair.kept, position, row["id"])
