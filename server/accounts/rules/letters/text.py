"""The text of a letter, and what it makes: each `{word}` filled by what the event knew, `{life}` by its link."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from server.french import NBSP

DAY = 24  # hours

IGNORE = "Si vous n’avez rien demandé, ne faites rien\u00a0: personne n’entre sans ce lien."

# What a letter may list between its two texts, each on a line of its own, by its key in the payload.
FACTS = {
    "user_name": "Nom d’utilisateur",
    "login": "Identifiant",
    "services": "Service",
    "name": "Demande de",
    "key": "Clé enfance",
    "until": "Valable une fois, jusqu’au",
}


@dataclass(frozen=True)
class Text:
    """A kind of letter: text before the facts, the link's name, the facts' keys, text after."""

    subject: str
    before: tuple[str, ...]
    button: str = ""  # empty: the letter carries no link
    facts: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    unknown: Mapping[str, str] = field(default_factory=dict)  # what is said of a word the event did not know


@dataclass(frozen=True)
class Words:
    """A letter before it is drawn: text before the facts, facts as (name, value), the link's name, text after."""

    subject: str
    before: tuple[str, ...]
    button: str
    facts: tuple[tuple[str, str], ...]
    after: tuple[str, ...]


def filled(text: Text, payload: Mapping[str, str], hours: int | None) -> Words:
    """The letter of an event that knew `payload`; its link, if any, lives so many `hours`."""
    known = {**text.unknown, **payload, "life": lasting(hours) if hours else ""}
    return Words(
        text.subject.format_map(known),
        tuple(line for each in text.before for line in each.format_map(known).splitlines() if line),
        text.button,
        tuple((FACTS[key], line) for key in text.facts for line in payload.get(key, "").splitlines() if line),
        tuple(line.format_map(known) for line in text.after),
    )


def lasting(hours: int) -> str:
    """« 60 minutes », « 24 heures », « 7 jours »: as one says it."""
    if hours == 1:
        return f"60{NBSP}minutes"
    if hours > 3 * DAY and hours % DAY == 0:
        return f"{hours // DAY}{NBSP}jours"
    return f"{hours}{NBSP}heures"
