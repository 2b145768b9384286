"""Conditions of a statement and their values, gathered one by one: the same ones list, count and decide upon."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Where:
    """Conditions and their values, numbered as they come."""

    text: list[str] = field(default_factory=list)
    args: list[Any] = field(default_factory=list)

    def add(self, condition: str, *values: Any) -> None:
        """One more condition, a {} for each value; {0} for one that stands in it several times."""
        start = len(self.args)
        self.text.append(condition.format(*(f"${start + n}" for n in range(1, len(values) + 1))))
        self.args += values

    def __str__(self) -> str:
        return " and ".join(self.text)
