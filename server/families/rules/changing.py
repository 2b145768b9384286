"""Changes of the family's file: which field is which column, what may change at once, the yearly look. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from server.families.rules.people import CHILD, IDENTITY, PREFERRED, REACH, WORK, Known, schooling_fields
from server.fields import Field

ADULT_FIELDS = (*REACH, *WORK, *PREFERRED, *IDENTITY)  # what changes often first
ADULT_COLUMNS: Mapping[str, str] = {
    "civilite": "title",
    "nom": "last_name",
    "nom_naissance": "birth_name",
    "prenoms": "first_name",
    "naissance": "birth_date",
    "commune_naissance": "birth_place",
    "departement_naissance": "birth_department",
    "pays_naissance": "birth_country",
    "telephone": "home_phone",
    "mobile": "phone",
    "telephone_pro": "work_phone",
    "courriel": "email",
    "profession": "profession",
    "employeur": "employer",
    "contact_par": "reached_by",
}
CHILD_COLUMNS: Mapping[str, str] = {
    "prenoms": "first_name",
    "nom": "last_name",
    "sexe": "sex",
    "naissance": "birth_date",
    "ecole": "site_id",
    "niveau": "grade",
}
SCHOOLING = ("ecole", "niveau")
REASON = Field("motif", "Pourquoi ce changement ?", "lines", longest=500, hint="La mairie le lira avec votre demande.")


@dataclass(frozen=True)
class Record:
    """Somebody's record as it stands, under the names of the form's fields."""

    id: int
    ref: str
    version: int
    values: Mapping[str, str]

    @property
    def name(self) -> str:
        """« Zoé Moreau »."""
        return f"{self.values.get('prenoms', '')} {self.values.get('nom', '')}".strip()


def child_form(known: Known) -> tuple[Field, ...]:
    """What a family may ask to change of a child: school first."""
    return (*schooling_fields(known), *CHILD)


def asked_of(fields: Sequence[Field], record: Record) -> tuple[Field, ...]:
    """The form of a record that exists: what the file never knew is not demanded for a new telephone number."""
    return tuple(
        field if record.values.get(field.name) else replace(field, required=False) for field in fields
    )  # fmt: skip


def parted(
    before: Mapping[str, str], after: Mapping[str, str], immediate: Collection[str]
) -> tuple[dict[str, str], dict[str, str]]:
    """What changes at once, and what an agent must decide."""
    changed = {name: value for name, value in after.items() if name in before and value != before[name]}
    at_once = {name: value for name, value in changed.items() if name in immediate}
    return at_once, {name: value for name, value in changed.items() if name not in immediate}


def differing(fields: Sequence[Field], seen: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """The labels of the fields that no longer say what they said."""
    return tuple(field.label for field in fields if seen.get(field.name, "") != now.get(field.name, ""))


def checkup_due(checked: date | None, today: date, month: int) -> bool:
    """Whether « tout est à jour » must be said: once a year, from the first of that month on; month 0 is never."""
    if not month:
        return False
    start = date(today.year, month, 1)
    if start > today:
        start = date(today.year - 1, month, 1)
    return checked is None or checked < start
