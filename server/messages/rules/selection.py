"""Whom a message to many families goes to: what is asked of a family, and how it is said; pure."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date

from server.fields import Field, Typed
from server.french import day_long
from server.messages.rules.writing import BODY, SUBJECT

FEW = 3  # options, as pwa/templates/parts/forms.html draws them
CONFIRM = 50  # families; from here on the agent ticks how many they are
Options = Sequence[tuple[str, str]]
ACCOUNTS = (("avec", "Au moins un adulte a un compte"), ("sans", "Aucun adulte n’a de compte"))
RESIDENTS = (("oui", "De la commune"), ("non", "Hors commune"))


@dataclass(frozen=True)
class Selection:
    """What a family must be; empty asks nothing. What is asked of a child holds for one and the same child."""

    activite: str = ""  # enrolled there today: its ref
    jour: str = ""  # booked that day (at that activity, when one is named): ISO
    ecole: str = ""  # a site's id
    niveau: str = ""
    piece: str = ""  # a type of document that is missing or over
    comptes: str = ""  # avec | sans
    commune: str = ""  # oui | non

    @classmethod
    def from_text(cls, text: str) -> "Selection":
        """Of a JSON text; what is no criterion of ours is left out."""
        raw = json.loads(text)
        return cls(**{one.name: str(raw[one.name]) for one in fields(cls) if raw.get(one.name)})

    def to_text(self) -> str:
        """The JSON text."""
        return json.dumps({name: value for name, value in asdict(self).items() if value}, ensure_ascii=False)

    @property
    def everybody(self) -> bool:
        """Whether nothing is asked."""
        return not any(asdict(self).values())


@dataclass(frozen=True)
class Offer:
    """What may be chosen, as the portal knows it: (value, label) pairs."""

    activities: Options
    schools: Options
    grades: Options
    papers: Options
    departments: tuple[str, ...]


def criteria(offer: Offer) -> tuple[Field, ...]:
    """The fields of a selection; each left empty asks nothing."""
    found = (
        Field("activite", "Inscrites à l’activité", "choice", options=tuple(offer.activities)),
        Field("jour", "Avec une réservation le", "date", hint="À cette activité, si vous en choisissez une."),
        Field("ecole", "École", "choice", options=tuple(offer.schools)),
        Field("niveau", "Niveau", "choice", options=tuple(offer.grades)),
        Field("piece", "Pièce manquante ou expirée", "choice", options=tuple(offer.papers)),
        Field("comptes", "Comptes", "choice", options=ACCOUNTS),
        Field("commune", "Commune", "choice", options=RESIDENTS),
    )
    return tuple(_may_be_left(one) for one in found if one.kind != "choice" or one.options)


def _may_be_left(one: Field) -> Field:
    """Few options are drawn as buttons of which one cannot be unpressed: one more asks nothing."""
    return replace(one, options=(("", "Peu importe"), *one.options)) if 0 < len(one.options) <= FEW else one


def letter(departments: tuple[str, ...]) -> tuple[Field, ...]:
    """The fields of what is written; a draft may lack all of them."""
    to = Field("service", "Service qui écrit", "choice", options=tuple((name, name) for name in departments))
    return (to, Field("objet", SUBJECT.label, longest=SUBJECT.longest), _optional(BODY))


def _optional(one: Field) -> Field:
    return Field(one.name, one.label, one.kind, longest=one.longest)


def selection_of(typed: Typed) -> Selection:
    """The criteria of a form that was read."""
    values = {one.name: typed.value(one.name) for one in fields(Selection)}
    if day := typed.day("jour"):
        values["jour"] = day.isoformat()
    return Selection(**values)


def said(chosen: Selection, shown: Sequence[Field]) -> tuple[str, ...]:
    """« École : Jean-Moulin », a line for each criterion."""
    lines = []
    for one in shown:
        value = getattr(chosen, one.name)
        if value:
            words = day_long(date.fromisoformat(value)) if one.kind == "date" else dict(one.options).get(value, value)
            lines.append(f"{one.label}\u00a0: {words}")
    return tuple(lines)


def lacking(subject: str, body: str) -> dict[str, str]:
    """What a draft must have before it may leave, by field."""
    return {
        name: text
        for name, value, text in (
            ("objet", subject, "Écrivez l’objet avant d’envoyer."),
            ("message", body, "Écrivez le message avant d’envoyer."),
        )
        if not value.strip()
    }
