"""Consents: the questions a town may ask about each child (G4: the image; G2: five)."""

from collections.abc import Iterable, Mapping
from datetime import date

from server.fields import Field, Typed, read

ANSWERS = (("oui", "J’autorise"), ("non", "Je n’autorise pas"))

# {town}: the town's name.
QUESTIONS = {
    "image": "Droit à l’image : photographier ou filmer mon enfant pendant les activités",
    "alone": "Sortir seul de l’activité",
    "press": "Publier l’image de mon enfant dans la presse",
    "filming": "Filmer ou photographier mon enfant",
    "town_media": "Publier l’image de mon enfant sur les supports de communication de la ville",
    "emergency": "Prendre toute mesure de soins d’urgence nécessaire",
}


def fields_of(kinds: Iterable[str]) -> tuple[Field, ...]:
    """One choice a question; none is ticked beforehand."""
    return tuple(Field(kind, QUESTIONS[kind], "choice", True, options=ANSWERS) for kind in QUESTIONS if kind in kinds)


def read_answers(kinds: Iterable[str], posted: Mapping[str, str], today: date) -> Typed:
    """What was posted."""
    return read(fields_of(tuple(kinds)), posted, today)


def changed(typed: Typed, current: Mapping[str, bool], kinds: Iterable[str]) -> dict[str, bool]:
    """The answers that differ from those that hold."""
    told = {kind: typed.value(kind) == "oui" for kind in kinds if typed.value(kind)}
    return {kind: granted for kind, granted in told.items() if current.get(kind) != granted}
