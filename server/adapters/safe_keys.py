"""The keys of the safe: a ring, or the only key the first release knew."""

from pathlib import Path

from server.adapters.ring import KEY, Keys, Ring, ring_from
from server.adapters.sealing import FIRST_KEY

FILE = "documents.key"


def keys_of(file: Path) -> Keys:
    """The keys of a safe, as a ring or as the first release kept its only one."""
    return Keys(file, _ring_of)


def _ring_of(content: bytes) -> Ring:
    bare = len(content) == KEY and not content.startswith(b"#")
    return Ring(((FIRST_KEY, content),)) if bare else ring_from(content.decode())
