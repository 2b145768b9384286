"""Persons to call and who may collect the child: ten of them at most, as one form (G4)."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from server.fields import Field, Typed, read

MOST = 10
SPARE = 2  # empty rows shown after those filled in
LEAST = 3
NOBODY_ELSE = Field("personne", "Personne d’autre que les responsables ne vient chercher l’enfant", "tick")


@dataclass(frozen=True)
class Person:
    """One of them."""

    name: str
    link: str
    phone: str
    emergency: bool


def row_of(number: int) -> tuple[Field, ...]:
    """The fields of one person."""
    return (
        Field(f"nom_{number}", "Nom et prénom", "name", longest=120),
        Field(f"lien_{number}", "Lien de parenté", longest=60),
        Field(f"telephone_{number}", "Téléphone", "phone", longest=30),
        Field(f"urgence_{number}", "À contacter en cas d’urgence", "tick"),
    )


def fields_of(count: int = MOST) -> tuple[Field, ...]:
    """The first `count` rows."""
    return tuple(one for number in range(1, count + 1) for one in row_of(number))


def read_people(posted: Mapping[str, str], today: date) -> Typed:
    """What was posted; whoever has a name has a telephone, and the reverse."""
    typed = read((*fields_of(), NOBODY_ELSE), posted, today)
    errors: dict[str, str] = {}
    for number in range(1, MOST + 1):
        name, link, phone, urgent = (typed.value(one.name) for one in row_of(number))
        if (link or phone or urgent) and not name:
            errors[f"nom_{number}"] = "Indiquez de qui il s’agit."
        if name and not phone:
            errors[f"telephone_{number}"] = "Indiquez un numéro où joindre cette personne."
    if typed.ticked(NOBODY_ELSE.name) and any(typed.value(f"nom_{n}") for n in range(1, MOST + 1)):
        errors[NOBODY_ELSE.name] = "Décochez cette case, ou effacez les personnes ci-dessus."
    return typed.but(**errors)


def people_from(typed: Typed) -> tuple[Person, ...]:
    """The persons of a good form, in their order."""
    rows = (
        (typed.value(f"nom_{n}"), typed.value(f"lien_{n}"), typed.value(f"telephone_{n}"), typed.ticked(f"urgence_{n}"))
        for n in range(1, MOST + 1)
    )
    return tuple(Person(*row) for row in rows if row[0])


def typed_from(people: Sequence[Person], nobody_else: bool) -> Typed:
    """The form as it stands."""
    values = {NOBODY_ELSE.name: "oui" if nobody_else else ""}
    for number, one in enumerate(people, 1):
        told = (one.name, one.link, one.phone, "oui" if one.emergency else "")
        values |= {field.name: value for field, value in zip(row_of(number), told, strict=True)}
    return Typed(values)


def shown(typed: Typed) -> int:
    """How many rows the form shows: those that hold something, and a few more."""
    used = [n for n in range(1, MOST + 1) if any(typed.value(one.name) for one in row_of(n))]
    return min(MOST, max(LEAST, (used[-1] if used else 0) + SPARE))


def stamp_of(people: Sequence[Person]) -> str:
    """Changes whenever the list does: two parents' forms are told apart by it."""
    return hashlib.sha256(repr(tuple(people)).encode()).hexdigest()[:16]
