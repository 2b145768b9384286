"""The fields of each shape of rule, and how the lines of a rule are named."""

import re
from collections.abc import Mapping, Sequence

Fields = Mapping[str, Sequence[str]]  # every name with all its values, as a form sends them

# The fields of each shape, in the order of the screen.
CUTOFF_FIELDS: dict[str, tuple[str, ...]] = {
    "none": (),
    "days": ("n", "count", "at", "skip"),
    "hours": ("n", "skip"),
    "clear_days": ("n", "count", "at", "skip"),
    "weekday": ("weekday", "weeks", "at", "skip"),
    "previous_weekday": ("weekday", "at", "skip"),
    "previous_month": ("nth", "at", "skip"),
    "before_period": ("n", "at", "skip"),
    "per_weekday": (),
    "earliest": (),
    "kitchen": ("at", "skip"),
}
OPENING_FIELDS: dict[str, tuple[str, ...]] = {
    "always": (),
    "from": ("day", "at"),
    "weeks_ahead": ("n", "at"),
    "per_period": ("days", "at"),
}
ORDER_FIELDS = ("weekday", "weeks", "serves")
LINED = ("per_weekday", "earliest")
SAME = "same"  # the rule to cancel is the rule to book
MOST_LINES = 12
USUAL = {"count": "calendar", "weeks": "1"}
LINE = re.compile(r"([0-9]{1,2})\.\w+")


def lines_of(fields: Fields, prefix: str, what: str) -> list[str]:
    """The names of the lines (or orders) under a rule, in their order: « book.lines.0 »."""
    begin = f"{prefix}.{what}."
    after = (name[len(begin) :] for name in fields if name.startswith(begin))
    numbers = {int(match[1]) for rest in after if (match := LINE.fullmatch(rest))}
    return [f"{prefix}.{what}.{n}" for n in sorted(numbers)[:MOST_LINES]]
