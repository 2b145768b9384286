"""From a rule to the fields that say it; reading them gives the rule back."""

from collections.abc import Mapping, Sequence
from typing import Any

from server.bookings.rules.editing.fields import CUTOFF_FIELDS, OPENING_FIELDS, ORDER_FIELDS, USUAL
from server.bookings.rules.plain import WEEKDAYS


def fields_of_cutoff(data: Mapping[str, Any], prefix: str) -> dict[str, list[str]]:
    """The fields that say this rule; reading them gives the rule back."""
    kind = data["kind"]
    found = {f"{prefix}.kind": [kind], **_said(data, prefix, CUTOFF_FIELDS[kind])}
    for n, order in enumerate(data.get("orders", ())):
        found |= _said(order, f"{prefix}.orders.{n}", ORDER_FIELDS)
    for n, rule in enumerate(data.get("rules", ())):
        found |= fields_of_cutoff(rule, f"{prefix}.lines.{n}")
    for n, (days, rule) in enumerate(_grouped(data.get("table", {}))):
        found |= {f"{prefix}.lines.{n}.days": days, **fields_of_cutoff(rule, f"{prefix}.lines.{n}")}
    return found


def fields_of_opening(data: Mapping[str, Any], prefix: str) -> dict[str, list[str]]:
    """The fields that say this opening."""
    later = 0
    while data["kind"] == "residents_first":
        later, data = later + data["days"], data["opening"]
    return {
        f"{prefix}.kind": [data["kind"]],
        f"{prefix}.later": [str(later)] if later else [""],
        **_said(data, prefix, OPENING_FIELDS[data["kind"]]),
    }


def _said(data: Mapping[str, Any], prefix: str, names: Sequence[str]) -> dict[str, list[str]]:
    usual = {**USUAL, "at": "24:00" if data.get("kind") == "clear_days" else "00:00", "skip": ()}
    said = {}
    for name in names:
        value = data.get(name, usual.get(name, ""))
        said[f"{prefix}.{name}"] = list(value) if name == "skip" else [str(value)]
    return said


def _grouped(table: Mapping[str, Any]) -> list[tuple[list[str], Mapping[str, Any]]]:
    """The days of one rule share a line."""
    lines: list[tuple[list[str], Mapping[str, Any]]] = []
    for day in sorted(table, key=WEEKDAYS.index):
        mine = next((days for days, rule in lines if rule == table[day]), None)
        if mine is None:
            lines.append(([day], table[day]))
        else:
            mine.append(day)
    return lines
