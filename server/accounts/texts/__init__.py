"""The texts families accept or are told of: the portal's own, or the town's in a folder of its own.

A text is a plain file: a first line « version: … », then « # Heading » and paragraphs; {town} is the town.
A folder in the room because the texts are data, neither rule nor query.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from server.settings import BadSetting, Settings

Kind = Literal["terms", "privacy"]
FILES: dict[Kind, tuple[str, str]] = {
    "terms": ("conditions.txt", "Conditions générales d’utilisation"),
    "privacy": ("confidentialite.txt", "Politique de confidentialité"),
}
FOLDER = Path(__file__).parent
VERSION = re.compile(r"version:\s*([\w.-]{1,20})\s*")


@dataclass(frozen=True)
class Part:
    """A heading and what stands under it."""

    heading: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class Text:
    """One text in one version."""

    kind: Kind
    title: str
    version: str
    parts: tuple[Part, ...]
    body: str  # as accepted: kept with the acceptance

    @property
    def digest(self) -> str:
        """Tells whether the words changed under the same version."""
        return hashlib.sha256(self.body.encode()).hexdigest()


Texts = Mapping[Kind, Text]


def texts_of(settings: Settings) -> Texts:
    """The town's texts. Raises BadSetting with one sentence a person can act on."""
    return {kind: _read(kind, settings) for kind in FILES}


def text_from(kind: Kind, raw: str, town: str) -> Text:
    """The text in a file's words. Raises ValueError when it has no version or says nothing."""
    first, _, rest = raw.lstrip("\ufeff").partition("\n")
    version, body = VERSION.fullmatch(first.strip()), rest.strip().replace("{town}", town)
    if version is None:
        raise ValueError("the first line must be « version: 2026-11 » or the like")
    if not body:
        raise ValueError("there is no text under the version")
    return Text(kind, FILES[kind][1], version[1], parts_of(body), body)


def parts_of(body: str) -> tuple[Part, ...]:
    """The headings of a text with their paragraphs; what stands before the first has none."""
    parts = []
    for block in re.split(r"^(?=# )", body, flags=re.M):
        lines = [line.strip() for line in block.splitlines() if line.strip()]
        if lines and lines[0].startswith("# "):
            parts.append(Part(lines[0].removeprefix("# "), tuple(lines[1:])))
        elif lines:
            parts.append(Part("", tuple(lines)))
    return tuple(parts)


def _read(kind: Kind, settings: Settings) -> Text:
    path = (Path(settings.texts) if settings.texts else FOLDER) / FILES[kind][0]
    if settings.texts and not path.exists():
        path = FOLDER / FILES[kind][0]  # a town may bring one of the two
    try:
        return text_from(kind, path.read_text(), settings.town)
    except (OSError, ValueError) as bad:
        raise BadSetting(f"MARELLE_TEXTS: {path} cannot be used: {bad}.") from bad
