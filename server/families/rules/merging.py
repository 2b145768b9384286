"""Two files of one child that become one: which two, and what an agent reads before saying so. Pure."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

# moves: goes over as it is; differs: both say something, the text says what stays; stops: nothing can be done first.
Weight = Literal["moves", "differs", "stops"]


@dataclass(frozen=True)
class Pair:
    """The file that stays and the one that is joined to it."""

    kept: int
    gone: int
    kept_ref: str
    gone_ref: str
    first_name: str
    versions: tuple[int, int]


@dataclass(frozen=True)
class Finding:
    """One thing the joining does, in words an agent decides upon."""

    part: str  # the heading it stands under
    text: str
    weight: Weight = "moves"


def stamp_of(pair: Pair, findings: Sequence[Finding]) -> str:
    """What was read before deciding: other findings, or files changed meanwhile, have another stamp."""
    said = "\n".join(f"{one.part}|{one.weight}|{one.text}" for one in findings)
    return hashlib.sha256(f"{pair.kept} {pair.gone} {pair.versions}\n{said}".encode()).hexdigest()[:32]
