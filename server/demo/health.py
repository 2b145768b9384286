"""Some health files, so that both sides have something to look at: complete, allergic, waiting for a PAI, empty."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from server.adapters.vault import Vault
from server.database import Work
from server.demo.people import Household, Kid
from server.demo.rows import insert
from server.health.rules.plans import Plan
from server.health.rules.sheet import Sheet
from server.health.rules.vaccines import VACCINES, Vaccinations, duty_of
from server.health.sealing import Kept, sealed
from server.zone import months_after

MOST = 30  # households that have told something
WELL = Sheet("Dr Anne Tamaris", "01 99 00 56 78", "non", diet="", illnesses=("varicelle",))
GLUTEN = replace(WELL, allergic="oui", allergies=("gluten",), food="Cœliaque : aucune trace de gluten.")
SHEETS = (
    WELL,
    replace(WELL, diet="vegetarien", recommendations="Porte des lunettes, y compris pour le sport."),
    replace(WELL, allergic="oui", allergies=("insectes",), illnesses=("asthme",)),
    replace(WELL, diet="sans_porc"),
    replace(WELL, allergic="oui", allergies=("arachide", "fruits_a_coque")),
)
WAITING = 4  # the sheet whose PAI nobody has established yet
QUESTIONS = ("image", "alone", "press", "filming", "town_media", "emergency")


def write_health(
    vault: Vault,
    homes: Sequence[Household],
    ids: Mapping[str, int],
    children: Mapping[str, int],
    now: datetime,
) -> Work[None]:
    """The records, consents and persons of the first families; Zoé's file is for her parents to fill in."""
    kids = [(number, ids[home.ref], children[kid.ref], kid, by) for number, home, kid, by in _kids(homes)]
    at = now - timedelta(days=40)
    records = (_record(vault, number, id_, kid, by, at) for number, _, id_, kid, by in kids)
    consents = ((id_, kind, kind not in ("alone", "press"), by, at) for *_, id_, _, by in kids for kind in QUESTIONS)
    people = ((home, id_, 1, "Mireille Bruyère", "grand-mère", "06 39 98 55 66", True) for _, home, id_, *_ in kids)
    reads = ((id_, "Dominique Rivoire", True, "dossier", now - timedelta(days=9)) for _, _, id_, *_ in kids[:2])
    yield from insert("health_record", "child_id, sheet, vaccines, plans", records)
    yield from insert("permission", "child_id, kind, granted, given_name, at", consents)
    yield from insert("pickup_person", "family_id, child_id, position, name, link, phone, emergency", people)
    yield from insert("health_read", "child_id, reader, agent, screen, at", reads)


def _kids(homes: Sequence[Household]) -> Iterator[tuple[int, Household, Kid, str]]:
    """Numbered, each once, with their home and the name of who fills in; one in six has told nothing yet."""
    seen: set[str] = set()
    for home in homes[:MOST]:
        by = f"{home.adults[0].first_name} {home.adults[0].last_name}"
        for kid in home.kids:
            if kid.ref not in seen and kid.first_name != "Zoé" and len(seen) % 6 != 5:
                yield len(seen), home, kid, by
            seen.add(kid.ref)


def _record(vault: Vault, number: int, child_id: int, kid: Kid, by: str, at: datetime) -> tuple[object, ...]:
    sheet = GLUTEN if number == 0 else SHEETS[number % len(SHEETS)]
    parts = {
        "sheet": sheet,
        "vaccines": Vaccinations(_dates(kid.birth_date)),
        "plans": _plans(number, by, at),
    }
    return child_id, *(sealed(vault, column, child_id, Kept(1, at, by, value)) for column, value in parts.items())


def _dates(born: date) -> dict[str, date]:
    return {one.key: months_after(born, one.due_months + 1) for one in VACCINES if duty_of(one, born)}


def _plans(number: int, by: str, at: datetime) -> tuple[Plan, ...]:
    if number == 0:
        first = at.date() - timedelta(days=10)
        established = Plan(1, "established", "Maladie cœliaque", at, by, first, months_after(first, 11), True)
        consigne = "Repas de la famille seulement, couverts à part. En cas d’erreur, appeler les parents."
        return (replace(established, instruction=consigne, decided_at=at, decided_by="Dominique Rivoire"),)
    if number % len(SHEETS) == WAITING:
        return (Plan(1, "asked", "Allergie à l’arachide, trousse d’urgence à prévoir", at, by),)
    return ()
