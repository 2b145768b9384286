"""The rules' form as its templates read it: every shape with its own fields, in the words of the town hall."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from litestar.datastructures import UploadFile

from server.activities.queries import TERMS, Activity
from server.bookings.desk.rules.labels import (
    CHOICES,
    COUNTED,
    DAYS,
    HINTS,
    LABELS,
    OPENINGS,
    SHAPES,
    SKIPS,
    TERMS_CHOICES,
    TERMS_LABELS,
)
from server.bookings.desk.words import Values
from server.bookings.rules.editing import (
    CUTOFF_FIELDS,
    DEEPEST,
    LINED,
    MOST_LINES,
    OPENING_FIELDS,
    ORDER_FIELDS,
    SAME,
    Fields,
    Reading,
    fields_of_cutoff,
    fields_of_opening,
    lines_of,
    read_cutoff,
    read_opening,
)
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


def form_values(typed: Typed) -> Values:
    """The whole form."""
    fields, faults = typed.fields, typed.faults
    return {
        "book": _cutoff(fields, faults, BOOK, 0),
        "cancel": _cutoff(fields, faults, CANCEL, 0),
        "opening": _opening(fields, faults),
        "terms": [
            _select(name, TERMS_LABELS[name], choices, fields, faults) for name, choices in TERMS_CHOICES.items()
        ],
        "models": [{"key": key, "title": model.title} for key, model in MODELS.items()],
        "faults": len(faults),
    }


def _cutoff(fields: Fields, faults: Mapping[str, str], prefix: str, depth: int) -> Values:
    """One rule: its shape, the fields of that shape, its lines."""
    kind = (fields.get(f"{prefix}.kind") or [""])[-1]
    shapes = [(key, label) for key, label in SHAPES.items() if depth < DEEPEST or key not in LINED]
    if prefix == CANCEL:
        shapes = [(SAME, "La même que pour réserver"), *shapes]
    lines = lines_of(fields, prefix, "lines") if kind in LINED and depth < DEEPEST else []
    orders = lines_of(fields, prefix, "orders") if kind == "kitchen" else []
    return {
        "prefix": prefix,
        "kind": kind,
        "shape": _select(f"{prefix}.kind", "Forme", shapes, fields, faults),
        "inputs": [_input(f"{prefix}.{name}", name, fields, faults, kind) for name in CUTOFF_FIELDS.get(kind, ())],
        "lines": [_line(fields, faults, line, kind, depth) for line in lines],
        "orders": [
            {"prefix": order, "inputs": [_input(f"{order}.{name}", name, fields, faults) for name in ORDER_FIELDS]}
            for order in orders
        ],
        "adds": _adds(prefix, kind, len(lines) + len(orders), depth),
    }


def _adds(prefix: str, kind: str, known: int, depth: int) -> str:
    """What its « ajouter » button adds, or nothing."""
    if known >= MOST_LINES or (kind in LINED and depth >= DEEPEST):
        return ""
    return f"{prefix}.lines" if kind in LINED else f"{prefix}.orders" if kind == "kitchen" else ""


def _line(fields: Fields, faults: Mapping[str, str], line: str, kind: str, depth: int) -> Values:
    days = _checks(f"{line}.days", "Pour", DAYS, fields, faults) if kind == "per_weekday" else None
    return {"prefix": line, "days": days, "rule": _cutoff(fields, faults, line, depth + 1)}


def _opening(fields: Fields, faults: Mapping[str, str]) -> Values:
    kind = (fields.get(f"{OPENING}.kind") or [""])[-1]
    later = _text(f"{OPENING}.later", "Autres communes, jours plus tard", fields, faults)
    return {
        "prefix": OPENING,
        "kind": kind,
        "shape": _select(f"{OPENING}.kind", "Forme", list(OPENINGS.items()), fields, faults),
        "inputs": [
            *(_input(f"{OPENING}.{name}", name, fields, faults, kind) for name in OPENING_FIELDS.get(kind, ())),
            {**later, "hint": "0 ou rien : en même temps", "numeric": True},
        ],
        "lines": [],
        "orders": [],
        "adds": "",
    }


def _input(full: str, name: str, fields: Fields, faults: Mapping[str, str], kind: str = "") -> Values:
    if name == "skip":
        return _checks(full, LABELS[name], _skips(fields.get(full, ())), fields, faults)
    if name in CHOICES:
        return _select(full, LABELS[name], CHOICES[name], fields, faults)
    if name == "day":
        return {**_text(full, LABELS[name], fields, faults), "type": "date"}
    numeric, label = name != "at", COUNTED.get(kind, LABELS[name]) if name == "n" else LABELS[name]
    return {**_text(full, label, fields, faults), "hint": HINTS.get(name, ""), "numeric": numeric}


def _skips(ticked: Sequence[str]) -> list[tuple[str, str]]:
    """« Week-ends » says both its days; one of them alone is shown where a rule has it."""
    return [(key, label) for key, label in SKIPS if key not in ("saturday", "sunday") or key in ticked]


def _text(full: str, label: str, fields: Fields, faults: Mapping[str, str]) -> Values:
    value = (fields.get(full) or [""])[-1]
    return {
        "as": "text",
        "type": "text",
        "name": full,
        "label": label,
        "value": value,
        "error": faults.get(full, ""),
        "hint": "",
        "numeric": False,
    }


def _select(
    full: str, label: str, choices: Sequence[tuple[str, str]], fields: Fields, faults: Mapping[str, str]
) -> Values:
    value = (fields.get(full) or [""])[-1]
    options = [{"value": key, "label": text, "current": key == value} for key, text in choices]
    if not any(option["current"] for option in options):
        options.insert(0, {"value": "", "label": "Choisir…", "current": True})
    return {"as": "select", "name": full, "label": label, "options": options, "error": faults.get(full, "")}


def _checks(
    full: str, label: str, choices: Sequence[tuple[str, str]], fields: Fields, faults: Mapping[str, str]
) -> Values:
    ticked = fields.get(full, ())
    options = [{"value": key, "label": text, "current": key in ticked} for key, text in choices]
    return {"as": "checks", "name": full, "label": label, "options": options, "error": faults.get(full, "")}
