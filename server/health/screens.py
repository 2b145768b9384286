"""What the health pages show, in words. A file of its own: the family's doors and the agents' share it."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from server.french import day_long, of_name, stamp
from server.health.commands.reading import File
from server.health.queries.reads import Reading
from server.health.queries.records import Consent, holding
from server.health.rules import permissions, vaccines
from server.health.rules.gate import Standing, listed, needs_plan
from server.health.rules.plans import STATES, Plan, open_request, plan_on
from server.health.rules.sheet import ALLERGIES, DIETS, ILLNESSES, Sheet
from server.health.rules.vaccines import Vaccinations
from server.profiles.health import HealthChoices

Values = dict[str, Any]
UNKNOWN = "Aucune information connue."
SCREENS = {
    "resume": "Résumé",
    "fiche": "Fiche sanitaire",
    "vaccinations": "Vaccinations",
    "pai": "PAI",
    "dossier": "Dossier de l’enfant",
    "liste": "Liste des PAI",
    "jour": "Consignes du jour",
    "doublon": "Comparaison de deux fiches",
    "export": "Copie de mes données",
}
BADGES = {"asked": "wait", "established": "ok", "refused": "no", "withdrawn": "", "ended": ""}


def day_full(day: date) -> str:
    """« jeudi 12 mars 2026 »."""
    return f"{day_long(day)} {day.year}"


def facts_of(sheet: Sheet, choices: HealthChoices) -> list[tuple[str, str]]:
    """The sheet as (what, words), of what the town asks; what was not told says so."""
    asked = set(choices.asks)
    told: list[tuple[str, str, str]] = [
        ("doctor", "Médecin traitant", ", ".join(filter(None, (sheet.doctor, sheet.doctor_phone)))),
        ("allergies", "Allergies", _allergies(sheet)),
        ("drugs", "Allergies médicamenteuses", sheet.drugs),
        ("diet", "Habitudes alimentaires", DIETS.get(sheet.diet, "")),
        ("recommendations", "Recommandations des parents", sheet.recommendations),
        ("blood", "Groupe sanguin", sheet.blood),
        ("illnesses", "Maladies", ", ".join(ILLNESSES[key] for key in sheet.illnesses if key in ILLNESSES)),
        ("comment", "Commentaire", sheet.comment),
    ]
    return [(label, words or UNKNOWN) for part, label, words in told if part in asked]


def _allergies(sheet: Sheet) -> str:
    if sheet.allergic == "non":
        return "Aucune allergie connue."
    return ". ".join(filter(None, (", ".join(ALLERGIES[k] for k in sheet.allergies if k in ALLERGIES), sheet.food)))


def vaccine_lines(given: Vaccinations | None, born: date, today: date) -> list[Values]:
    """Each vaccination of this child: its date, or that it is missing or advised, and why it is compulsory."""
    dates = given.dates if given else {}
    lacking = {one.key for one in vaccines.missing(dates, born, today)}
    lines = []
    for one in vaccines.offered(born):
        duty = vaccines.duty_of(one, born)
        if not duty and one.key not in dates and one.key != "bcg":
            continue
        lines.append(
            {
                "name": one.name,
                "day": day_full(dates[one.key]) if one.key in dates else "",
                "missing": one.key in lacking,
                "compulsory": bool(duty),
                "source": duty.source if duty else vaccines.ADVISED,
            }
        )
    return lines


def permission_lines(consents: tuple[Consent, ...], choices: HealthChoices) -> list[Values]:
    """Each question with the answer that holds."""
    current = holding(consents)
    return [_permission(one.name, one.label, current) for one in permissions.fields_of(choices.permissions)]


def _permission(kind: str, label: str, current: Mapping[str, Consent]) -> Values:
    consent = current.get(kind)
    return {
        "label": label,
        "answered": consent is not None,
        "granted": bool(consent and consent.granted),
        "by": f"{consent.by}, {stamp(consent.at)}" if consent else "",
        "asked_then": consent.wording if consent and consent.wording not in ("", label) else "",
    }


def history_lines(consents: Iterable[Consent]) -> list[Values]:
    """Every answer ever given, latest first."""
    words = {**permissions.QUESTIONS, "nobody_else": "Personne d’autre ne vient chercher l’enfant"}
    return [
        {"label": one.wording or words.get(one.kind, one.kind), "granted": one.granted, "by": one.by, "at": one.at}
        for one in reversed(tuple(consents))
    ]


def plan_lines(plans: Iterable[Plan]) -> list[Values]:
    """Each PAI, latest first."""
    return [_plan(plan) for plan in sorted(plans, key=lambda plan: -plan.number)]


def _plan(plan: Plan) -> Values:
    days = f"du {day_full(plan.first_day)} au {day_full(plan.last_day)}" if plan.first_day and plan.last_day else ""
    return {
        "number": plan.number,
        "state": plan.state,
        "word": STATES[plan.state],
        "badge": BADGES[plan.state],
        "object": plan.object,
        "asked": f"{plan.asked_by}, {stamp(plan.asked_at)}",
        "days": days,
        "instruction": plan.instruction,
        "answer": plan.answer,
        "packed": plan.packed_meal and plan.state == "established",
        "decided": f"{plan.decided_by}, {stamp(plan.decided_at)}" if plan.decided_at else "",
    }


def reading_lines(readings: Iterable[Reading]) -> list[Values]:
    """Each reading, in words."""
    return [
        {
            "who": f"{one.reader} (mairie)" if one.agent else one.reader,
            "agent": one.agent,
            "screen": SCREENS.get(one.screen, one.screen),
            "at": stamp(one.at),
        }
        for one in readings
    ]


def standing_values(standing: Standing, file: File, today: date) -> Values:
    """What keeps the child from coming, and until when an exception runs."""
    plans, admitted = file.record.all_plans, standing.admitted_until
    return {
        "missing": standing.lacking(today),
        "missing_words": listed(standing.lacking(today)),
        "unplanned": needs_plan(standing, today),
        "waiting": open_request(plans) is not None,
        "planned": plan_on(plans, today) is not None,
        "admitted": day_full(admitted) if admitted and admitted >= today else "",
        "reason": file.record.admission.value.reason if file.record.admission else "",
        "provisional": day_full(standing.vaccines_until) if standing.vaccines_until else "",
    }


def file_values(file: File, standing: Standing, choices: HealthChoices, today: date) -> Values:
    """All of a child's file but the persons, whose telephones are each household's own."""
    record, child = file.record, file.child
    return {
        "child": child,
        "of_child": of_name(child.first_name),
        "url": f"/sante/{child.ref}",
        "sheet": facts_of(record.sheet.value, choices) if record.sheet else [],
        "sheet_told": _told(record.sheet),
        "vaccines": vaccine_lines(record.vaccines.value if record.vaccines else None, child.birth_date, today),
        "vaccines_told": _told(record.vaccines),
        "permissions": permission_lines(file.consents, choices),
        "plans": plan_lines(record.all_plans),
        "standing": standing_values(standing, file, today),
        "asks": choices,
    }


def _told(kept: Any) -> str:
    return f"{kept.by}, {stamp(kept.at)}" if kept else ""
