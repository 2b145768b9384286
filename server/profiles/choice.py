"""How a choice is declared: its default and its meaning, which docs/profiles.md repeats."""

from dataclasses import field
from typing import Any


def choice(default: Any, meaning: str) -> Any:
    """A field of a room's choices."""
    return field(default=default, metadata={"meaning": meaning})
