"""From the fields of a form to a rule: nothing an agent typed is lost, every fault stands beside its field."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from server.activities.rules.days import FOUR_AND_A_HALF_DAY_WEEK, FOUR_DAY_WEEK, WEEKEND
from server.bookings.rules.codec import opening_from, opening_to, rule_from, rule_to
from server.bookings.rules.editing.fields import (
    CUTOFF_FIELDS,
    LINED,
    OPENING_FIELDS,
    ORDER_FIELDS,
    USUAL,
    Fields,
    lines_of,
)
from server.bookings.rules.plain import LARGEST, SMALLEST, WEEKDAYS, RuleError

DEEPEST = 2  # lines within lines; nobody reads further
MOST_SHAPES = 24  # of one rule: each is worked out for every session of every child, and of a year when simulated
MOST_DAYS = 365  # of a count of days
COUNTED = {"working": FOUR_AND_A_HALF_DAY_WEEK, "school": FOUR_DAY_WEEK}
NUMBERS = ("n", "nth", "weeks", "serves", "days")
CLOCK = re.compile(r"(\d{1,2})\s*(?:[h:]\s*(\d{2})?)?\s*", re.IGNORECASE)


@dataclass
class Reading:
    """What a form says so far: the faults met, by field name."""

    fields: Fields
    faults: dict[str, str] = field(default_factory=dict)

    def one(self, name: str) -> str:
        """The last value of a field; empty when it was not sent."""
        values = self.fields.get(name) or ("",)
        return values[-1].strip()

    def fault(self, name: str, text: str) -> None:
        """Note what is wrong with a field; the first thing noted stays."""
        self.faults.setdefault(name, text)


def read_cutoff(reading: Reading, prefix: str) -> dict[str, Any]:
    """The JSON of the cutoff under `prefix`; what is wrong is noted, and the JSON is worth nothing then."""
    data = _cutoff(reading, prefix, 0)
    if _shapes(data) > MOST_SHAPES:
        reading.fault(f"{prefix}.kind", f"Cette règle a trop de lignes, {MOST_SHAPES} au plus.")
    return _judged(reading, prefix, data, lambda: rule_to(rule_from(data)))


def read_opening(reading: Reading, prefix: str) -> dict[str, Any]:
    """The JSON of the opening under `prefix`; « later » is for families of other towns."""
    kind = _kind(reading, prefix, OPENING_FIELDS)
    data: dict[str, Any] = {"kind": kind, **_values(reading, prefix, OPENING_FIELDS.get(kind, ()))}
    later = reading.one(f"{prefix}.later")
    if later and later != "0":
        days = _number(reading, f"{prefix}.later", "days")
        data = {"kind": "residents_first", "days": days, "opening": data}
    return _judged(reading, prefix, data, lambda: opening_to(opening_from(data)))


def _judged(
    reading: Reading, prefix: str, data: dict[str, Any], engine: Callable[[], dict[str, Any]]
) -> dict[str, Any]:
    """The rule as the engine itself writes it; what only the engine refuses is told beside the shape."""
    if any(name.startswith(f"{prefix}.") for name in reading.faults):
        return data
    try:
        return engine()
    except RuleError as error:
        reading.fault(f"{prefix}.kind", f"{error}.")
        return data


def _cutoff(reading: Reading, prefix: str, depth: int) -> dict[str, Any]:
    kind = _kind(reading, prefix, CUTOFF_FIELDS)
    data: dict[str, Any] = {"kind": kind, **_values(reading, prefix, CUTOFF_FIELDS.get(kind, ()))}
    _judge_days(reading, prefix, kind, data)
    if kind == "kitchen":
        data["orders"] = [_values(reading, line, ORDER_FIELDS) for line in lines_of(reading.fields, prefix, "orders")]
        if not data["orders"]:
            reading.fault(f"{prefix}.kind", "Ajoutez au moins une commande.")
    if kind in LINED:
        lines = lines_of(reading.fields, prefix, "lines")
        if depth >= DEEPEST:
            reading.fault(f"{prefix}.kind", "Choisissez ici une forme simple.")
        elif not lines:
            reading.fault(f"{prefix}.kind", "Ajoutez au moins une ligne.")
        else:
            rules = [_cutoff(reading, line, depth + 1) for line in lines]
            data |= {"rules": rules} if kind == "earliest" else {"table": _table(reading, lines, rules)}
    return data


def _shapes(data: Mapping[str, Any]) -> int:
    """How many simple rules are worked out for one session; of a table per weekday, those of one day."""
    every, one = data.get("rules", ()), data.get("table", {}).values()
    return max(1, sum(map(_shapes, every)), max(map(_shapes, one), default=0))


def _judge_days(reading: Reading, prefix: str, kind: str, data: Mapping[str, Any]) -> None:
    """A count of days that never ends: more than a year of them, or none that counts."""
    if kind not in ("days", "clear_days"):
        return
    if data["n"] > MOST_DAYS:
        reading.fault(f"{prefix}.n", f"Écrivez un nombre entier, de 0 à {MOST_DAYS}.")
    skipped = {WEEKDAYS.index(day) for day in data["skip"] if day in WEEKDAYS}
    if data["count"] in COUNTED and COUNTED[data["count"]] - WEEKEND <= skipped:
        reading.fault(f"{prefix}.skip", "Aucun jour ne compterait plus : décochez-en un.")


def _table(reading: Reading, lines: Sequence[str], rules: Sequence[dict[str, Any]]) -> dict[str, Any]:
    table: dict[str, Any] = {}
    for line, rule in zip(lines, rules, strict=True):
        days = [day for day in reading.fields.get(f"{line}.days", ()) if day in WEEKDAYS]
        if not days:
            reading.fault(f"{line}.days", "Cochez au moins un jour.")
        if any(day in table for day in days):
            reading.fault(f"{line}.days", "Un de ces jours est déjà dans une ligne au-dessus.")
        table |= dict.fromkeys(days, rule)
    return table


def _kind(reading: Reading, prefix: str, known: Mapping[str, object]) -> str:
    kind = reading.one(f"{prefix}.kind")
    if kind not in known:
        reading.fault(f"{prefix}.kind", "Choisissez une forme de règle.")
    return kind


def _values(reading: Reading, prefix: str, names: Sequence[str]) -> dict[str, Any]:
    return {name: _value(reading, f"{prefix}.{name}", name) for name in names}


def _value(reading: Reading, full: str, name: str) -> Any:
    if name in NUMBERS:
        return _number(reading, full, name)
    if name == "at":
        return _clock(reading, full)
    if name == "skip":
        return [word for word in reading.fields.get(full, ()) if word]
    if name == "day":
        return _day(reading, full)
    text = reading.one(full) or USUAL.get(name, "")
    if not text:
        reading.fault(full, "Choisissez.")
    return text


def _number(reading: Reading, full: str, name: str) -> int:
    text, smallest, largest = reading.one(full) or USUAL.get(name, ""), SMALLEST.get(name, 0), LARGEST[name]
    if text.isascii() and text.isdigit() and len(text) < 6 and smallest <= int(text) <= largest:
        return int(text)
    reading.fault(full, f"Écrivez un nombre entier, de {smallest} à {largest}.")
    return 0


def _clock(reading: Reading, full: str) -> str:
    found = CLOCK.fullmatch(reading.one(full))
    hours, minutes = (int(found[1]), int(found[2] or 0)) if found else (99, 0)
    if minutes < 60 and hours * 60 + minutes <= 24 * 60:
        return f"{hours:02}:{minutes:02}"
    reading.fault(full, "Écrivez une heure, par exemple 10:00, ou 24:00 pour la fin de la journée.")
    return "00:00"


def _day(reading: Reading, full: str) -> str:
    try:
        day = date.fromisoformat(reading.one(full))
    except ValueError:
        day = date.min
    if not 2000 <= day.year <= 2100:
        reading.fault(full, "Choisissez un jour.")
    return day.isoformat()
