"""The plain values of a rule's JSON: hours, days, numbers; each read with its own refusal, and written back."""

from collections.abc import Callable
from datetime import date

from server.activities.rules.days import SATURDAY, SUNDAY, WEEKEND, DayKind, Skip
from server.bookings.rules.moments import END_OF_DAY
from server.french import NBSP

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
FLAGS = ("public_holidays", "school_holidays", "closures")
# Whole numbers beyond these are slips of the keyboard.
LARGEST = {"n": 1000, "days": 400, "weeks": 8, "serves": 7, "nth": 31}
SMALLEST = {"weeks": 0, "serves": 1, "nth": 1}


class RuleError(ValueError):
    """A rule nobody could have meant; the message is for the agent."""


def number(name: str) -> Callable[[object], int]:
    """The reader of a whole number called `name` in the JSON."""
    smallest, largest = SMALLEST.get(name, 0), LARGEST.get(name, 1000)

    def read(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not smallest <= value <= largest:
            raise RuleError(f"Nombre attendu entre {smallest} et {largest} pour «{NBSP}{name}{NBSP}», pas {value!r}")
        return value

    return read


def minutes_of(value: object) -> int:
    """« 18:30 » in minutes since midnight; 24:00 is the end of the day."""
    match str(value).split(":"):
        case [hours, minutes] if len(hours) == len(minutes) == 2 and (hours + minutes).isdecimal():
            total = int(hours) * 60 + int(minutes)
            if int(minutes) < 60 and total <= END_OF_DAY:
                return total
    raise RuleError(f"Heure attendue de 00:00 à 24:00, pas {value!r}")


def clock(minutes: int) -> str:
    """Minutes since midnight as « 18:30 »."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def weekday(value: object) -> int:
    """The weekday's number, Monday 0."""
    if value not in WEEKDAYS:
        raise RuleError(f"Jour de la semaine inconnu{NBSP}: {value!r}")
    return WEEKDAYS.index(str(value))


def day_of(value: object) -> date:
    """An ISO date."""
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise RuleError(f"Date attendue (AAAA-MM-JJ), pas {value!r}") from None


def count_of(value: object) -> DayKind:
    """Which days are counted."""
    if value not in list(DayKind):
        raise RuleError(f"Sorte de jours inconnue{NBSP}: {value!r}")
    return DayKind(str(value))


def skip_of(words: object) -> Skip:
    """The days that do not count."""
    if not isinstance(words, list | tuple):
        raise RuleError(f"Liste attendue pour les jours non comptés, pas {words!r}")
    names = [word for word in words if word not in FLAGS and word != "weekends"]
    weekdays = frozenset(map(weekday, names)) | (WEEKEND if "weekends" in words else frozenset())
    if len(weekdays) == len(WEEKDAYS):
        raise RuleError("Au moins un jour de la semaine doit compter")
    return Skip(weekdays, *(flag in words for flag in FLAGS))


def skip_words(skip: Skip) -> list[str]:
    """The words that `skip_of` reads."""
    weekend = skip.weekdays >= WEEKEND
    plain = [WEEKDAYS[day] for day in sorted(skip.weekdays) if not (weekend and day in (SATURDAY, SUNDAY))]
    return plain + (["weekends"] if weekend else []) + [flag for flag in FLAGS if getattr(skip, flag)]
