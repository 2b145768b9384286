"""Rules to and from plain JSON dicts; a rule that cannot be read is refused in one French sentence."""

import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from datetime import date
from typing import Any, TypeVar

from server.bookings.rules import forms
from server.bookings.rules.forms import Cutoff, Opening, Order
from server.bookings.rules.plain import (
    WEEKDAYS,
    RuleError,
    clock,
    count_of,
    day_of,
    minutes_of,
    number,
    skip_of,
    skip_words,
    weekday,
)
from server.french import NBSP

Form = TypeVar("Form")

CUTOFFS: dict[str, type[Any]] = {
    "none": forms.NoCutoff,
    "days": forms.DaysBefore,
    "hours": forms.HoursBefore,
    "clear_days": forms.ClearDays,
    "weekday": forms.WeekdayOfWeek,
    "previous_weekday": forms.PreviousWeekday,
    "previous_month": forms.DayOfPreviousMonth,
    "before_period": forms.BeforePeriod,
    "per_weekday": forms.PerWeekday,
    "earliest": forms.Earliest,
    "kitchen": forms.KitchenOrders,
}
OPENINGS: dict[str, type[Any]] = {
    "always": forms.AlwaysOpen,
    "from": forms.FromInstant,
    "weeks_ahead": forms.WeeksAhead,
    "per_period": forms.PerPeriod,
    "residents_first": forms.ResidentsFirst,
}


def rule_from(data: Mapping[str, Any]) -> Cutoff:
    """The cutoff a JSON dict stands for."""
    rule: Cutoff = _read(data, CUTOFFS)
    return rule


def rule_to(rule: Cutoff) -> dict[str, Any]:
    """The JSON dict of a cutoff; what is left to its default is left out."""
    return _write(rule, CUTOFFS)


def opening_from(data: Mapping[str, Any]) -> Opening:
    """The opening a JSON dict stands for."""
    rule: Opening = _read(data, OPENINGS)
    return rule


def opening_to(rule: Opening) -> dict[str, Any]:
    """The JSON dict of an opening."""
    return _write(rule, OPENINGS)


def _read(data: object, kinds: Mapping[str, type[Any]]) -> Any:
    kind = data.get("kind") if isinstance(data, Mapping) else None
    if not isinstance(data, Mapping) or not isinstance(kind, str) or kind not in kinds:
        raise RuleError(f"Règle inconnue{NBSP}: {data!r}")
    return _fill(kinds[kind], {name: value for name, value in data.items() if name != "kind"})


def _fill(form: Callable[..., Form], data: Mapping[str, Any]) -> Form:
    """The frozen value, each field read by its own reader; nothing missing, nothing more."""
    known = {field.name: field for field in fields(form)}  # type: ignore[arg-type]
    if surplus := sorted(set(data) - set(known)):
        raise RuleError(f"Champ inattendu dans la règle{NBSP}: {', '.join(surplus)}")
    missing = [name for name, field in known.items() if field.default is MISSING and name not in data]
    if missing:
        raise RuleError(f"Champ manquant dans la règle{NBSP}: {', '.join(missing)}")
    return form(**{name: READERS.get(name, number(name))(value) for name, value in data.items()})


def _write(rule: object, kinds: Mapping[str, type[Any]]) -> dict[str, Any]:
    kind = next(name for name, form in kinds.items() if isinstance(rule, form))
    return {"kind": kind, **_fields(rule)}


def _fields(rule: object) -> dict[str, Any]:
    values = ((field, getattr(rule, field.name)) for field in fields(rule))  # type: ignore[arg-type]
    return {
        field.name: WRITERS.get(field.name, lambda plain: plain)(value)
        for field, value in values
        if value != field.default
    }


def _table(data: object) -> tuple[tuple[int, Cutoff], ...]:
    if not isinstance(data, Mapping) or not data:
        raise RuleError("Un tableau par jour de la semaine est attendu")
    return tuple(sorted((weekday(day), rule_from(rule)) for day, rule in data.items()))


def _rules(data: object) -> tuple[Cutoff, ...]:
    return tuple(rule_from(rule) for rule in _some(data, "règle"))


def _orders(data: object) -> tuple[Order, ...]:
    orders = _some(data, "commande")
    if not all(isinstance(order, Mapping) for order in orders):
        raise RuleError(f"Commande illisible{NBSP}: {orders!r}")
    return tuple(_fill(Order, order) for order in orders)


def _some(data: object, what: str) -> list[Any] | tuple[Any, ...]:
    if not isinstance(data, list | tuple) or not data:
        raise RuleError(f"Au moins une {what} est attendue")
    return data


READERS: Mapping[str, Callable[[Any], Any]] = types.MappingProxyType(
    {
        "at": minutes_of,
        "weekday": weekday,
        "day": day_of,
        "count": count_of,
        "skip": skip_of,
        "table": _table,
        "rules": _rules,
        "orders": _orders,
        "opening": opening_from,
    }
)
WRITERS: Mapping[str, Callable[[Any], Any]] = types.MappingProxyType(
    {
        "at": clock,
        "weekday": WEEKDAYS.__getitem__,
        "day": date.isoformat,
        "count": str,
        "skip": skip_words,
        "table": lambda table: {WEEKDAYS[day]: rule_to(rule) for day, rule in table},
        "rules": lambda rules: [rule_to(rule) for rule in rules],
        "orders": lambda orders: [_fields(order) for order in orders],
        "opening": opening_to,
    }
)
