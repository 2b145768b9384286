"""What may be written, and how plain text becomes paragraphs and lists; pure."""

from dataclasses import dataclass
from typing import Literal

from server.fields import Field

LONGEST = 4_000  # characters of a message
MOST_A_DAY = 30  # messages of one account; a person writes fewer

SUBJECT = Field("objet", "Objet", required=True, longest=120)
BODY = Field("message", "Message", "lines", required=True, longest=LONGEST)


def writing(departments: tuple[str, ...]) -> tuple[Field, ...]:
    """The fields of a new message to one of the town's departments."""
    to = Field("service", "Service", "choice", required=True, options=tuple((name, name) for name in departments))
    return (to, SUBJECT, BODY)


@dataclass(frozen=True)
class Block:
    """A paragraph, a heading or a list: its lines."""

    kind: Literal["p", "ul", "h"]
    lines: tuple[str, ...]


def blocks(text: str) -> tuple[Block, ...]:
    """Plain text as people type it: an empty line ends a paragraph, « - » begins an item, « # » a heading."""
    return tuple(block for part in text.split("\n\n") for block in _part(part))


def _part(part: str) -> list[Block]:
    """The blocks of what stands between two empty lines."""
    found: list[Block] = []
    for line in filter(None, (line.strip() for line in part.split("\n"))):
        kind, said = _kind(line)
        if found and found[-1].kind == kind != "h":
            found[-1] = Block(kind, (*found[-1].lines, said))
        else:
            found.append(Block(kind, (said,)))
    return found


def _kind(line: str) -> tuple[Literal["p", "ul", "h"], str]:
    if line.startswith(("- ", "• ", "* ")):
        return "ul", line[2:].strip()
    if line.startswith("# "):
        return "h", line[2:].strip()
    return "p", line
