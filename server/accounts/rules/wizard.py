"""A wizard: steps one after the other, what each asks, which comes next, and what the recap says of it. Pure."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from server.fields import Field

KEPT = timedelta(days=7)  # a draft, since it was last touched
Answers = Mapping[str, str]  # by field; a step that was gone through has its own mark, `done_mark`


@dataclass(frozen=True)
class Step:
    """One page: its place in the address, its title, its fields, the template of what stands around them."""

    slug: str
    title: str
    fields: tuple[Field, ...] = ()
    template: str = ""  # in pwa/templates/accounts/wizard/; empty: the fields alone
    button: str = "Suivant"
    heading: str = ""  # of the recap's section; empty: the title
    recap: bool = False  # shows everything, and its button ends the wizard
    photo: bool = False  # may carry a photo of whoever fills it in
    without: str = ""  # a tick which, given, makes the other fields of the step needless


@dataclass(frozen=True)
class Flow:
    """A whole wizard. `slug` is its place under /inscription."""

    slug: str
    title: str
    steps: tuple[Step, ...]
    sent: str = "sent"  # the confirmation page's template

    def step(self, slug: str) -> Step | None:
        """The step of this name."""
        return next((step for step in self.steps if step.slug == slug), None)

    def number(self, step: Step) -> int:
        """Its number, from 1."""
        return self.steps.index(step) + 1

    def before(self, step: Step) -> Step | None:
        """The one before it."""
        number = self.steps.index(step)
        return self.steps[number - 1] if number else None

    def after(self, step: Step) -> Step | None:
        """The one after it; None for the last."""
        number = self.steps.index(step)
        return self.steps[number + 1] if number + 1 < len(self.steps) else None

    def is_last(self, step: Step) -> bool:
        """Whether its button ends the wizard."""
        return step == self.steps[-1]


def done_mark(step: Step) -> str:
    """Under which name the answers remember that a step was gone through."""
    return f"{step.slug}!"


def is_done(step: Step, answers: Answers) -> bool:
    """Whether the step was gone through."""
    return answers.get(done_mark(step)) == "oui"


def first_missing(flow: Flow, answers: Answers) -> Step:
    """The first step nobody has gone through; the last one when only it is left."""
    return next((step for step in flow.steps[:-1] if not is_done(step, answers)), flow.steps[-1])


def may_open(flow: Flow, step: Step, answers: Answers) -> bool:
    """Whether the page may be shown: nothing before it is missing."""
    return flow.steps.index(step) <= flow.steps.index(first_missing(flow, answers))


def asked(step: Step, ticked: bool) -> tuple[Field, ...]:
    """The fields to judge: with the step's `without` ticked, only that tick."""
    if step.without and ticked:
        return tuple(field for field in step.fields if field.name == step.without)
    return step.fields


def kept(step: Step, values: Answers, secrets: bool = False) -> dict[str, str]:
    """What of a judged step goes into the draft: neither passwords nor what was typed twice."""
    return {
        field.name: values.get(field.name, "")
        for field in step.fields
        if not field.like and (secrets or field.kind != "secret")
    } | {done_mark(step): "oui"}


def seen_mark(answers: Answers) -> str:
    """What the recap showed, in short: another tab may have changed it before the last button is pressed."""
    return hashlib.sha256(json.dumps(dict(answers), sort_keys=True).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Section:
    """A part of the recap: where to change it, and what was said."""

    slug: str
    heading: str
    pairs: tuple[tuple[str, str], ...]


def recap(flow: Flow, answers: Answers) -> tuple[Section, ...]:
    """Everything that was said, step by step; ticks and passwords are not repeated."""
    sections = []
    for step in flow.steps:
        pairs = [(field.label, shown(field, answers.get(field.name, ""))) for field in step.fields if _told(field)]
        if step.fields and is_done(step, answers) and pairs:
            sections.append(Section(step.slug, step.heading or step.title, tuple(pairs)))
    return tuple(sections)


def shown(field: Field, value: str) -> str:
    """A value for the eye: the label of a choice, a day as one writes it."""
    if field.kind in ("date", "past") and value:
        year, month, day = value.split("-")
        return f"{day}/{month}/{year}"
    return dict(field.options).get(value, value)


def _told(field: Field) -> bool:
    return not field.like and field.kind not in ("tick", "secret")


def without_secrets(fields: Sequence[Field], chosen: bool) -> tuple[Field, ...]:
    """The fields as they are asked again: a password chosen before may be left as it is."""
    if not chosen:
        return tuple(fields)
    hint = "Déjà choisi\u00a0: laissez vide pour le garder."
    return tuple(_optional(field, hint) if field.kind == "secret" else field for field in fields)


def _optional(field: Field, hint: str) -> Field:
    return Field(
        **{**{name: getattr(field, name) for name in Field.__dataclass_fields__}, "required": False, "hint": hint}
    )
