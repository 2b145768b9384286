"""Rules to and from plain JSON dicts; a rule that cannot be read is refused in one French sentence."""

import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from datetime import date
from typing import Any, TypeVar

from server.activities.rules.days import SATURDAY, SUNDAY, WEEKEND, DayKind, Skip
from server.activities.rules.wording import NBSP
from server.bookings.rules import forms
from server.bookings.rules.forms import Cutoff, Opening, Order
from server.bookings.rules.moments import END_OF_DAY

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
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
FLAGS = ("public_holidays", "school_holidays", "closures")
# Whole numbers beyond these are slips of the keyboard.
LARGEST = {"n": 1000, "days": 400, "weeks": 8, "serves": 7, "nth": 31}
SMALLEST = {"weeks": 0, "serves": 1, "nth": 1}

Form = TypeVar("Form")


class RuleError(ValueError):
    """A rule nobody could have meant; the message is for the agent."""


def rule_from(data: Mapping[str, Any]) -> Cutoff:
    """The cutoff a JSON dict stands for."""
    rule: Cutoff = _read(data, CUTOFFS)
    return rule


def rule_to(rule: Cutoff) -> dict[str, Any]:
    """The JSON dict of a cutoff; what is left to its default is left out."""
    return _write(rule, CUTOFFS)


def opening_from(data: Mapping[str, Any]) -> Opening:
    rule: Opening = _read(data, OPENINGS)
    return rule


def opening_to(rule: Opening) -> dict[str, Any]:
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
    return form(**{name: READERS.get(name, _number(name))(value) for name, value in data.items()})


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


def _number(name: str) -> Callable[[object], int]:
    smallest, largest = SMALLEST.get(name, 0), LARGEST.get(name, 1000)

    def read(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not smallest <= value <= largest:
            raise RuleError(f"Nombre attendu entre {smallest} et {largest} pour «{NBSP}{name}{NBSP}», pas {value!r}")
        return value

    return read


def _minutes(value: object) -> int:
    match str(value).split(":"):
        case [hours, minutes] if len(hours) == len(minutes) == 2 and (hours + minutes).isdecimal():
            total = int(hours) * 60 + int(minutes)
            if int(minutes) < 60 and total <= END_OF_DAY:
                return total
    raise RuleError(f"Heure attendue de 00:00 à 24:00, pas {value!r}")


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _weekday(value: object) -> int:
    if value not in WEEKDAYS:
        raise RuleError(f"Jour de la semaine inconnu{NBSP}: {value!r}")
    return WEEKDAYS.index(str(value))


def _day(value: object) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise RuleError(f"Date attendue (AAAA-MM-JJ), pas {value!r}") from None


def _count(value: object) -> DayKind:
    if value not in list(DayKind):
        raise RuleError(f"Sorte de jours inconnue{NBSP}: {value!r}")
    return DayKind(str(value))


def _skip(words: object) -> Skip:
    if not isinstance(words, list | tuple):
        raise RuleError(f"Liste attendue pour les jours non comptés, pas {words!r}")
    names = [word for word in words if word not in FLAGS and word != "weekends"]
    weekdays = frozenset(map(_weekday, names)) | (WEEKEND if "weekends" in words else frozenset())
    if len(weekdays) == len(WEEKDAYS):
        raise RuleError("Au moins un jour de la semaine doit compter")
    return Skip(weekdays, *(flag in words for flag in FLAGS))


def _skip_words(skip: Skip) -> list[str]:
    weekend = skip.weekdays >= WEEKEND
    plain = [WEEKDAYS[day] for day in sorted(skip.weekdays) if not (weekend and day in (SATURDAY, SUNDAY))]
    return plain + (["weekends"] if weekend else []) + [flag for flag in FLAGS if getattr(skip, flag)]


def _table(data: object) -> tuple[tuple[int, Cutoff], ...]:
    if not isinstance(data, Mapping) or not data:
        raise RuleError("Un tableau par jour de la semaine est attendu")
    return tuple(sorted((_weekday(day), rule_from(rule)) for day, rule in data.items()))


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
        "at": _minutes,
        "weekday": _weekday,
        "day": _day,
        "count": _count,
        "skip": _skip,
        "table": _table,
        "rules": _rules,
        "orders": _orders,
        "opening": opening_from,
    }
)
WRITERS: Mapping[str, Callable[[Any], Any]] = types.MappingProxyType(
    {
        "at": _clock,
        "weekday": WEEKDAYS.__getitem__,
        "day": date.isoformat,
        "count": str,
        "skip": _skip_words,
        "table": lambda table: {WEEKDAYS[day]: rule_to(rule) for day, rule in table},
        "rules": lambda rules: [rule_to(rule) for rule in rules],
        "orders": lambda orders: [_fields(order) for order in orders],
        "opening": opening_to,
    }
)
