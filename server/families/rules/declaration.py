"""« Déclarer ma famille »: the draft of a whole family, person by person, and what still stands in its way. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from server.families.rules.people import (
    ADULT,
    CONTACT,
    Known,
    child_fields,
    judged_adult,
    judged_child,
    lines_of,
)
from server.families.rules.requests import Line
from server.fields import Field, Typed, read

HOLDER = "titulaire"
# Section: its title, what one adds there, how many at most (the holder is one).
SECTIONS: Mapping[str, tuple[str, str, int]] = {
    "titulaire": ("Titulaire du compte", "", 1),
    "representants": ("Co-représentant(s)", "Ajouter un co-représentant", 3),
    "enfants": ("Enfant(s)", "Ajouter un enfant", 12),
    "contacts": ("Contacts", "Ajouter un contact", 10),
}
ADULTS = ("titulaire", "representants")


@dataclass(frozen=True)
class Person:
    """Somebody of the draft: what was typed so far, and how often it was saved."""

    key: str
    section: str
    values: Mapping[str, str] = field(default_factory=dict)
    version: int = 1

    @property
    def name(self) -> str:
        """« Zoé Moreau », or what is known of it."""
        return " ".join(filter(None, (self.values.get("prenoms", ""), self.values.get("nom", "")))) or "Sans nom"


@dataclass(frozen=True)
class Draft:
    """A family being declared. Keys are never used twice, so that a form of one person is never another's."""

    people: tuple[Person, ...] = ()
    last: int = 0

    def of(self, section: str) -> tuple[Person, ...]:
        """The people of one section, in the order they came."""
        return tuple(person for person in self.people if person.section == section)

    def person(self, section: str, key: str) -> Person | None:
        """Somebody of that section."""
        return next((one for one in self.of(section) if one.key == key), None)

    @property
    def adults(self) -> tuple[tuple[str, str], ...]:
        """(key, name) of those a child may be linked to."""
        return tuple((one.key, one.name) for section in ADULTS for one in self.of(section))

    def full(self, section: str) -> bool:
        """Whether nobody more may be added there."""
        return len(self.of(section)) >= SECTIONS[section][2]

    def keeping(self, section: str, key: str, values: Mapping[str, str]) -> tuple["Draft", str]:
        """The draft with this person saved; a new one gets its key."""
        known = self.person(section, key)
        if known:
            kept = replace(known, values=dict(values), version=known.version + 1)
            return replace(self, people=tuple(kept if one is known else one for one in self.people)), key
        key = f"p{self.last + 1}"
        return Draft((*self.people, Person(key, section, dict(values))), self.last + 1), key

    def without(self, section: str, key: str) -> "Draft":
        """The draft without this person, and without links to them."""
        gone = self.person(section, key)
        links = (f"lien_{key}", f"autorite_{key}")
        people = (
            replace(one, values={name: value for name, value in one.values.items() if name not in links})
            for one in self.people
            if one is not gone
        )
        return replace(self, people=tuple(people))


def fields_of(section: str, draft: Draft, schools: tuple[tuple[str, str], ...]) -> tuple[Field, ...]:
    """What is asked of somebody of that section."""
    if section == "enfants":
        return child_fields(Known(schools, draft.adults))
    return CONTACT if section == "contacts" else ADULT


def judged(
    section: str, key: str, posted: Mapping[str, str], draft: Draft, schools: tuple[tuple[str, str], ...], today: date
) -> Typed:
    """One person's form as it came, with what is wrong; the same child twice in one file is said."""
    typed = read(fields_of(section, draft, schools), posted, today)
    if section in ADULTS:
        return judged_adult(typed, today)
    if section == "enfants":
        typed = judged_child(typed, Known(schools, draft.adults), today)
        if _twice(typed, key, draft):
            return typed.but(prenoms="Cet enfant est déjà dans votre déclaration.")
    return typed


def _twice(typed: Typed, key: str, draft: Draft) -> bool:
    mine = _identity(typed.values)
    return any(one.key != key and _identity(one.values) == mine for one in draft.of("enfants"))


def _identity(values: Mapping[str, str]) -> tuple[str, str]:
    """First name and birth date are enough within one family: twins do not share a first name."""
    return values.get("prenoms", "").casefold(), values.get("naissance", "")


@dataclass(frozen=True)
class Gap:
    """Something that keeps the family from being declared, and where to put it right."""

    text: str
    url: str


def gaps_of(draft: Draft, schools: tuple[tuple[str, str], ...], today: date, base: str) -> tuple[Gap, ...]:
    """What is missing before step 2."""
    gaps = [
        Gap(f"La fiche de {one.name} est à compléter.", f"{base}/{one.section}/{one.key}")
        for one in draft.people
        if not judged(one.section, one.key, one.values, draft, schools, today).good
    ]
    if not draft.of("titulaire"):
        gaps.insert(0, Gap("Complétez votre propre fiche.", f"{base}/titulaire/nouveau"))
    if not draft.of("enfants"):
        gaps.append(Gap("Ajoutez au moins un enfant.", f"{base}/enfants/nouveau"))
    return tuple(gaps)


def declared_lines(draft: Draft, schools: tuple[tuple[str, str], ...]) -> tuple[Line, ...]:
    """The whole family as lines of a request, person by person."""
    lines: list[Line] = []
    for section, (title, _, _) in SECTIONS.items():
        for one in draft.of(section):
            lines += lines_of(fields_of(section, draft, schools), one.values, f"{title} : {one.name}")
    return tuple(lines)
