"""The rules' form as its templates read it: every shape with its own fields, in the words of the town hall."""

from collections.abc import Mapping, Sequence

from server.bookings.desk.rules.form import BOOK, CANCEL, OPENING, Typed
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
from server.bookings.rules.editing.fields import (
    CUTOFF_FIELDS,
    LINED,
    MOST_LINES,
    OPENING_FIELDS,
    ORDER_FIELDS,
    SAME,
    Fields,
    lines_of,
)
from server.bookings.rules.editing.reading import DEEPEST
from server.bookings.rules.presets import MODELS


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
