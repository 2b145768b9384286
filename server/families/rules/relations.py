"""What adults are to the children of a household: the form, what is wrong with it, what differs. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from server.families.rules.people import QUALITIES
from server.fields import Field, Typed

WHY = Field(
    "motif", "Motif", "lines", True, 300, "Livret de famille, jugement… Noté au journal, la famille ne le lit pas."
)


@dataclass(frozen=True)
class Tie:
    """« Mère, avec autorité parentale »."""

    quality: str
    authority: bool


Key = tuple[int, int]  # child, adult
Ties = Mapping[Key, Tie]


def tie_fields(child: int, adults: Sequence[tuple[int, str]]) -> tuple[Field, ...]:
    """What is asked of one child: two fields an adult; an empty choice is no tie."""
    fields: list[Field] = []
    for adult, name in adults:
        fields.append(Field(f"lien_{child}_{adult}", f"{name} est", "choice", options=QUALITIES))
        fields.append(Field(f"autorite_{child}_{adult}", f"{name} a l’autorité parentale", "tick"))
    return tuple(fields)


def judged_ties(typed: Typed, children: Sequence[int], adults: Sequence[int]) -> Typed:
    """No authority without saying what the adult is; every child is somebody's."""
    errors = {}
    for child in children:
        for adult in adults:
            if typed.ticked(f"autorite_{child}_{adult}") and not typed.value(f"lien_{child}_{adult}"):
                errors[f"lien_{child}_{adult}"] = "Dites ce que cet adulte est pour l’enfant, ou décochez l’autorité."
        if adults and not any(typed.value(f"lien_{child}_{adult}") for adult in adults):
            errors.setdefault(f"lien_{child}_{adults[0]}", "Dites au moins ce qu’un des adultes est pour cet enfant.")
    return typed.but(**errors)


def ties_from(typed: Typed, children: Sequence[int], adults: Sequence[int]) -> Ties:
    """The ties of a good form."""
    return {
        (child, adult): Tie(typed.value(f"lien_{child}_{adult}"), typed.ticked(f"autorite_{child}_{adult}"))
        for child in children
        for adult in adults
        if typed.value(f"lien_{child}_{adult}")
    }


def typed_of(ties: Ties) -> Typed:
    """The form as the file stands."""
    values = {}
    for (child, adult), tie in ties.items():
        values[f"lien_{child}_{adult}"] = tie.quality
        values[f"autorite_{child}_{adult}"] = "oui" if tie.authority else ""
    return Typed(values)


def changed_ties(before: Ties, after: Ties) -> dict[Key, tuple[Tie | None, Tie | None]]:
    """What differs: before and after, None for no tie."""
    return {key: (before.get(key), after.get(key)) for key in {**before, **after} if before.get(key) != after.get(key)}


def said_of(tie: Tie | None, qualities: Mapping[str, str]) -> str:
    """A tie in words."""
    if tie is None:
        return "plus aucun lien"
    quality = qualities.get(tie.quality, tie.quality).lower()
    return f"{quality}, {'avec' if tie.authority else 'sans'} autorité parentale"
