"""What the importer hands around: raw rows, problems, and the result."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from server.activities.rules.days import SchoolPeriod


@dataclass(frozen=True)
class Row:
    """One line or event of a file: still words, except that its dates were read; `end` is the day of return."""

    line: int
    description: str
    start: date | None
    end: date | None
    zones: str = ""
    location: str = ""
    population: str = ""
    school_year: str = ""


@dataclass(frozen=True)
class Problem:
    """What an agent must know about one line: an error stops the import, a note does not."""

    line: int
    message: str
    severity: Literal["error", "note"] = "error"


@dataclass(frozen=True)
class Imported:
    """The periods of a file, all or none, and what was met on the way."""

    periods: tuple[SchoolPeriod, ...]
    problems: tuple[Problem, ...]

    @property
    def refused(self) -> bool:
        return any(problem.severity == "error" for problem in self.problems)


class Unreadable(ValueError):
    """The file itself is not a calendar; the message is for the agent."""

    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.line = line
