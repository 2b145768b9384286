"""Where children's files stand, for the calendar and the taps: one statement, none when the town gates nothing.

The portal reads here for itself: nothing of it is shown to a person, so it is no reading to be noted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from server.adapters.vault import Vault
from server.database import Row, Work, marks, sql
from server.errors import Sealed
from server.health.rules.gate import Standing
from server.health.rules.sheet import Sheet
from server.health.rules.vaccines import Vaccinations, missing
from server.health.sealing import Record, opened
from server.profiles.health import HealthChoices


@dataclass(frozen=True)
class Gate:
    """What opens the files, and what the town wants of them."""

    vault: Vault
    choices: HealthChoices

    def on(self, today: date) -> "Watch | None":
        """What the calendar and the taps must look at; None where a file keeps no child from anything."""
        choices = self.choices
        closes = choices.sheet != "none" and (choices.gates_booking or choices.canteen_needs_plan)
        return Watch(self, today) if closes else None

    def in_kitchen(self, today: date) -> "Watch | None":
        """What those who cook must look at, whatever the town closes: the meals that PAI prescribe."""
        return Watch(self, today) if self.choices.sheet != "none" else None


class Watch(NamedTuple):
    """The gate of a town that closes something, on a day."""

    gate: Gate
    today: date


NOBODY_ELSE = "nobody_else"  # the consent that says that only the guardians collect the child

FILES = """
select c.id as child_id, c.birth_date, r.sheet, r.vaccines, r.plans, r.admission,
       (select count(distinct p.kind) from permission p where p.child_id = c.id and p.kind in ({kinds})) as answered,
       (select count(*) from pickup_person x where x.child_id = c.id)
       + (select count(*) from permission p where p.child_id = c.id and p.kind = 'nobody_else' and p.granted
          and not exists (select 1 from permission q where q.child_id = c.id and q.kind = 'nobody_else' and q.id > p.id)
         ) as people
from child c left join health_record r on r.child_id = c.id where c.id in ({children})
"""


def standings_of(watch: Watch | None, child_ids: Sequence[int]) -> Work[Mapping[int, Standing]]:
    """Where the files of these children stand, by child; nothing, and no statement, where nothing is watched."""
    if watch is None or not child_ids:
        return {}
    return (yield from all_standings(watch.gate, child_ids, watch.today))


def all_standings(gate: Gate, child_ids: Sequence[int], today: date) -> Work[Mapping[int, Standing]]:
    """The same whatever the town gates, for the screens that say what is missing."""
    kinds = gate.choices.permissions or ("",)
    text = FILES.format(kinds=marks(len(kinds)), children=marks(len(child_ids), len(kinds) + 1))
    rows = yield sql(text, *kinds, *child_ids)
    return {row["child_id"]: standing_of(gate, row, today) for row in rows}


def standing_of(gate: Gate, row: Row, today: date) -> Standing:
    """Where one file stands."""
    try:
        record = opened(gate.vault, row)
    except Sealed:
        return Standing(readable=False)
    sheet = record.sheet.value if record.sheet else Sheet()
    vaccines = record.vaccines.value if record.vaccines else None
    return Standing(
        missing=frozenset(_missing(gate.choices, row, record, today)) if gate.choices.gates_booking else frozenset(),
        vaccines_until=vaccines.provisional_until if vaccines else None,
        admitted_until=record.admission.value.until if record.admission else None,
        food_allergy=gate.choices.canteen_needs_plan and sheet.food_allergy,
        plans=record.all_plans,
    )


def _missing(choices: HealthChoices, row: Row, record: Record, today: date) -> list[str]:
    vaccines: Vaccinations | None = record.vaccines.value if record.vaccines else None
    absent = {
        "sheet": record.sheet is None,
        "vaccines": choices.vaccinations
        and (vaccines is None or bool(missing(vaccines.dates, row["birth_date"], today))),
        "people": choices.people and not row["people"],
        "permissions": row["answered"] < len(choices.permissions),
    }
    return [part for part, lacks in absent.items() if lacks]
