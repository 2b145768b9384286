"""The rules' form as it was sent: its fields, the terms it says, and one more line or another shape on request."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from litestar.datastructures import UploadFile

from server.activities.queries import TERMS, Activity
from server.bookings.desk.rules.labels import TERMS_CHOICES
from server.bookings.rules.editing.fields import (
    CUTOFF_FIELDS,
    LINED,
    OPENING_FIELDS,
    ORDER_FIELDS,
    SAME,
    Fields,
    lines_of,
)
from server.bookings.rules.editing.reading import DEEPEST, Reading, read_cutoff, read_opening
from server.bookings.rules.editing.saying import fields_of_cutoff, fields_of_opening
from server.bookings.rules.presets import MODELS
from server.errors import BadInput
from server.web import AnyRequest
from server.web.folding import clean

BOOK, CANCEL, OPENING = "book", "cancel", "opening"
BEGIN = {
    "kind": "days",
    "n": "2",
    "nth": "15",
    "days": "42",
    "at": "10:00",
    "count": "calendar",
    "weekday": "thursday",
    "weeks": "1",
    "serves": "1",
}


@dataclass(frozen=True)
class Typed:
    """The form as it was sent, the terms it says, and its faults by field."""

    fields: Fields
    terms: Mapping[str, Any]
    faults: Mapping[str, str]


# The fields a rule can have, and what « ajouter » may add: another name would be looked for in all the others.
RULE = rf"({BOOK}|{CANCEL}|{OPENING})(\.lines\.[0-9]{{1,2}}){{0,{DEEPEST}}}"
FIELD = re.compile(rf"{RULE}(\.orders\.[0-9]{{1,2}})?\.[a-z]+")
LINES = re.compile(rf"{RULE}\.(lines|orders)")
MOST_FIELDS = 300  # a dozen lines of the longest shape are 100; the time to show a form grows with their square
OTHERS = ("acte", "base", "modele", "vu", *TERMS_CHOICES)


async def fields_by(request: AnyRequest) -> dict[str, list[str]]:
    """All values of every field our form has, control characters taken out. Raises BadInput for too many."""
    form = await request.form()
    found: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        if not isinstance(value, UploadFile) and (name in OTHERS or FIELD.fullmatch(name)):
            found.setdefault(name, []).append(clean(value, 200))
    if len(found) > MOST_FIELDS:
        raise BadInput("Cette règle a trop de lignes.")
    return found


def fields_from(terms: Mapping[str, Any]) -> dict[str, list[str]]:
    """The form that says these terms."""
    cancel = {f"{CANCEL}.kind": [SAME]}
    if terms["cancel_rule"] != terms["book_rule"]:
        cancel = fields_of_cutoff(terms["cancel_rule"], CANCEL)
    return {
        **fields_of_cutoff(terms["book_rule"], BOOK),
        **cancel,
        **fields_of_opening(terms["opening_rule"], OPENING),
        "validation": [terms["validation"]],
        "cancel_validation": [terms["cancel_validation"]],
        "late_cancel": [terms["late_cancel"]],
        "waiting_list": ["oui" if terms["waiting_list"] else "non"],
    }


def terms_of_activity(activity: Activity) -> dict[str, Any]:
    """What the activity, as it is on one day, says of its terms."""
    return {name: getattr(activity, name) for name in TERMS}


def typed_from(fields: Fields) -> Typed:
    """The terms a form says; with faults they are worth nothing."""
    reading = Reading(fields)
    book = read_cutoff(reading, BOOK)
    cancel = book if reading.one(f"{CANCEL}.kind") == SAME else read_cutoff(reading, CANCEL)
    terms: dict[str, Any] = {"book_rule": book, "cancel_rule": cancel, "opening_rule": read_opening(reading, OPENING)}
    for name, choices in TERMS_CHOICES.items():
        said = reading.one(name)
        if said not in dict(choices):
            reading.fault(name, "Choisissez.")
        terms[name] = said == "oui" if name == "waiting_list" else said
    return Typed(fields, terms, reading.faults)


def changed_by(fields: dict[str, list[str]], act: str) -> dict[str, list[str]]:
    """The form after « ajouter », « retirer » or « modele », or another shape: the rest of what was typed stays."""
    verb, _, what = act.partition(":")
    if verb == "ajouter" and LINES.fullmatch(what):
        fields = _one_more(fields, what)
    elif verb == "retirer":
        fields = {name: values for name, values in fields.items() if not name.startswith(f"{what}.")}
    model = MODELS.get((fields.get("modele") or [""])[-1])
    if verb == "modele" and model:
        kept = {name: values for name, values in fields.items() if not name.startswith((f"{BOOK}.", f"{CANCEL}."))}
        cancel = fields_of_cutoff(model.cancel, CANCEL) if model.cancel else {f"{CANCEL}.kind": [SAME]}
        opening = fields_of_opening(model.opening, OPENING) if model.opening else {}
        fields = {**kept, **fields_of_cutoff(model.book, BOOK), **cancel, **opening}
    return _begun(fields)


def _one_more(fields: dict[str, list[str]], what: str) -> dict[str, list[str]]:
    """One more line or order: `what` is « book.lines » or « book.orders »."""
    rule, _, sort = what.rpartition(".")
    numbers = [int(line.rpartition(".")[2]) for line in lines_of(fields, rule, sort)]
    new = f"{what}.{max(numbers, default=-1) + 1}"
    return {
        **fields,
        (f"{new}.kind" if sort == "lines" else f"{new}.weekday"): [BEGIN["kind" if sort == "lines" else "weekday"]],
    }


def _begun(fields: dict[str, list[str]]) -> dict[str, list[str]]:
    """What a shape just chosen still lacks, with something to start from."""
    begun = dict(fields)
    for name in [name for name in fields if name.endswith(".kind")]:
        prefix, kind = name.removesuffix(".kind"), (fields[name] or [""])[-1]
        what = f"{prefix}.orders" if kind == "kitchen" else f"{prefix}.lines" if kind in LINED else ""
        if what and not lines_of(begun, prefix, what.rpartition(".")[2]):
            begun = _one_more(begun, what)
        wanted = OPENING_FIELDS if prefix == OPENING else CUTOFF_FIELDS
        for each in wanted.get(kind, ()):
            if each in BEGIN:
                begun.setdefault(f"{prefix}.{each}", [BEGIN[each]])
    for prefix in (BOOK, CANCEL):
        for order in lines_of(begun, prefix, "orders"):
            for each in ORDER_FIELDS:
                begun.setdefault(f"{order}.{each}", [BEGIN[each]])
    return begun if begun.keys() == fields.keys() else _begun(begun)
