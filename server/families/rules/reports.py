"""What an import of families did, or would do, line by line; pure."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from server.families.rules.importing import Problem

Done = Literal["created", "changed", "same", "linked", "refused"]
WORDS: dict[Done, str] = {
    "created": "créé",
    "changed": "modifié",
    "linked": "relié",
    "same": "inchangé",
    "refused": "refusé",
}

AHEAD: dict[Done, str] = {**WORDS, "created": "à créer", "changed": "à modifier", "linked": "à relier"}


def word_of(done: Done, written: bool) -> str:
    """What became of a line, or would: a trial has created nothing."""
    return (WORDS if written else AHEAD)[done]


@dataclass(frozen=True)
class Line:
    """What became of one line."""

    line: int
    who: str
    done: Done
    text: str = ""


@dataclass
class Report:
    """All of them, in the order of the list."""

    lines: list[Line] = field(default_factory=list)
    families: int = 0  # created
    accounts: int = 0  # opened
    unknown: tuple[str, ...] = ()  # columns nobody reads

    @property
    def refused(self) -> bool:
        """Whether a line cannot be imported: then none is."""
        return any(line.done == "refused" for line in self.lines)

    @property
    def digest(self) -> str:
        """The same for two reports that say the same."""
        said = [[line.line, line.who, line.done, line.text] for line in self.lines]
        return hashlib.sha256(json.dumps([said, self.families, self.accounts]).encode()).hexdigest()

    def with_problems(self, problems: Sequence[Problem], names: dict[int, str], unknown: tuple[str, ...]) -> "Report":
        """The report of the good lines, and beside them what is wrong with the others."""
        wrong: dict[int, list[str]] = {}
        for problem in problems:
            wrong.setdefault(problem.line, []).append(problem.text)
        kept = [line for line in self.lines if line.line not in wrong]
        said = [Line(number, names.get(number, ""), "refused", " ".join(texts)) for number, texts in wrong.items()]
        return replace(self, lines=sorted([*kept, *said], key=lambda line: line.line), unknown=unknown)
