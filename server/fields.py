"""A form's fields: what was typed, cleaned and judged, with the message that stands beside it. Pure.

Every room describes its forms with these values; `read` never raises: what was typed comes back, beside its errors.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Kind = Literal[
    "text", "lines", "name", "email", "phone", "date", "past", "postcode", "number", "choice", "tick", "secret"
]

# Latin letters of any country, what joins the words of a name, and nothing else: as a civil register writes them.
NAME = re.compile(r"[^\W\d_]+(?:[ '’.·-]+[^\W\d_]+)*\.?")
EMAIL = re.compile(r"[^@\s<>\",;:()\[\]\\]{1,64}@[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+")
FRENCH_DAY = re.compile(r"(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})")
OLDEST = 120  # years


@dataclass(frozen=True)
class Field:
    """One field. `longest` counts characters; `options` are (value, label) pairs; `like` names the field to repeat."""

    name: str
    label: str
    kind: Kind = "text"
    required: bool = False
    longest: int = 80
    hint: str = ""
    autocomplete: str = ""
    options: tuple[tuple[str, str], ...] = ()
    like: str = ""


@dataclass(frozen=True)
class Typed:
    """A form as it came: `values` cleaned (what is wrong, as typed), `errors` by field. Good when there are none."""

    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        """Whether the form can be acted on."""
        return not self.errors

    def value(self, name: str) -> str:
        """What the field holds, and shows again. (Not `typed[name]`: templates would take `typed.errors` for it.)"""
        return self.values.get(name, "")

    def error(self, name: str) -> str:
        """What stands beside the field; empty when it is good."""
        return self.errors.get(name, "")

    def day(self, name: str) -> date | None:
        """The day of a date field that was judged good."""
        return date.fromisoformat(self.values[name]) if self.values.get(name) else None

    def ticked(self, name: str) -> bool:
        """Whether a box is ticked."""
        return self.values.get(name) == "oui"

    def but(self, **errors: str) -> "Typed":
        """The same with further errors; what already stands beside a field stays."""
        return Typed(self.values, {**errors, **self.errors})


def read(fields: Sequence[Field], posted: Mapping[str, str], today: date) -> Typed:
    """The form `fields` describe, out of what was posted; names nobody described are left out."""
    values: dict[str, str] = {}
    errors: dict[str, str] = {}
    for one in fields:
        typed = posted.get(one.name, "")
        values[one.name], error = judge(one, typed, today)
        if not error and one.like and values[one.name] != values.get(one.like, ""):
            error = "Les deux saisies ne sont pas identiques."
        if error:
            errors[one.name] = error
    return Typed(values, errors)


def judge(one: Field, typed: str, today: date) -> tuple[str, str]:
    """The cleaned value and what is wrong with it; an empty message means good."""
    text = typed if one.kind == "secret" else clean(typed, one.kind == "lines")
    if one.kind == "tick":
        return ("oui", "") if text == "oui" else ("", "Cochez cette case pour continuer." if one.required else "")
    if not text:
        return "", _missing(one) if one.required else ""
    if len(text) > one.longest:
        return text, f"{one.longest} caractères au plus : il y en a {len(text)}."
    return _JUDGES[one.kind](one, text, today) if one.kind in _JUDGES else (text, "")


def clean(typed: str, lines: bool = False) -> str:
    """One spelling for each letter, no invisible signs, no double spaces; line breaks only where `lines` are wanted."""
    text = unicodedata.normalize("NFC", typed).replace("\r\n", "\n").replace("\r", "\n")
    if lines:
        text = "".join(char for char in text if char == "\n" or char.isprintable() or char in "\t\u00a0\u202f")
        return re.sub(r"\n{3,}", "\n\n", text).strip()
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _missing(one: Field) -> str:
    if one.kind == "choice":
        return "Choisissez une réponse."
    return "Ce champ est obligatoire."


def _name(_: Field, text: str, __: date) -> tuple[str, str]:
    if not NAME.fullmatch(text):
        return text, "Seulement des lettres, espaces, tirets et apostrophes."
    if any(not unicodedata.name(char, "").startswith("LATIN") for char in text if char.isalpha()):
        return text, "Écrivez ce nom en lettres latines, comme sur la pièce d’identité."
    return text, ""


def _email(_: Field, text: str, __: date) -> tuple[str, str]:
    folded = text.lower()
    good = len(folded) <= 254 and EMAIL.fullmatch(folded) and ".." not in folded.split("@")[0]
    return (folded, "") if good else (text, "Cette adresse ne ressemble pas à nom@exemple.fr.")


def _phone(_: Field, text: str, __: date) -> tuple[str, str]:
    figures = re.sub(r"[\s.\-()]", "", text).replace("+330", "+33")
    if re.fullmatch(r"0033[1-9]\d{8}", figures):
        figures = "+" + figures[2:]
    if re.fullmatch(r"\+33[1-9]\d{8}", figures):
        figures = "0" + figures[3:]
    if re.fullmatch(r"0[1-9]\d{8}", figures):
        return " ".join(figures[n : n + 2] for n in range(0, 10, 2)), ""
    if re.fullmatch(r"\+[1-9]\d{6,14}", figures):
        return figures, ""
    return text, "Ce numéro ne ressemble pas à 06 12 34 56 78 (à l’étranger, commencez par +)."


def _day(text: str) -> date | None:
    written = FRENCH_DAY.fullmatch(text)
    try:
        return date(int(written[3]), int(written[2]), int(written[1])) if written else date.fromisoformat(text)
    except ValueError:
        return None


def _date(_: Field, text: str, today: date) -> tuple[str, str]:
    day = _day(text)
    if day is None:
        return text, "Cette date n’existe pas : écrivez jour/mois/année, par exemple 12/03/2019."
    if not today.year - OLDEST <= day.year <= today.year + OLDEST:
        return text, "Cette année n’est pas possible."
    return day.isoformat(), ""


def _past(one: Field, text: str, today: date) -> tuple[str, str]:
    value, error = _date(one, text, today)
    if not error and date.fromisoformat(value) > today:
        return text, "Cette date est dans l’avenir."
    return value, error


def _postcode(_: Field, text: str, __: date) -> tuple[str, str]:
    figures = text.replace(" ", "")
    return (figures, "") if re.fullmatch(r"[0-9A-Za-z-]{3,10}", figures) else (text, "Ce code postal n’existe pas.")


def _number(_: Field, text: str, __: date) -> tuple[str, str]:
    figures = text.replace(" ", "").replace("\u00a0", "")
    return (figures, "") if figures.isascii() and figures.isdecimal() else (text, "Écrivez un nombre entier.")


def _choice(one: Field, text: str, _: date) -> tuple[str, str]:
    return (text, "") if text in {value for value, _ in one.options} else ("", "Choisissez une réponse de la liste.")


_JUDGES = {
    "name": _name,
    "email": _email,
    "phone": _phone,
    "date": _date,
    "past": _past,
    "postcode": _postcode,
    "number": _number,
    "choice": _choice,
}
