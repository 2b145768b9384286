"""What accounts know of family files, which stand to their right: the words they hand over, and the doors handed in."""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

Verdict = Literal["agree", "differ", "wait"]


@dataclass(frozen=True)
class References:
    """What a parent says of their file."""

    number: str
    name: str
    email: str


@dataclass(frozen=True)
class Newcomer:
    """The account to link, as it introduces itself."""

    account_id: int
    first_name: str
    last_name: str
    email: str


@dataclass(frozen=True)
class Files:
    """Commands of room families, handed in by app.py."""

    check: Callable[[References, str, str, datetime], Generator[Any, Any, Verdict]]  # said, who asks, address
    link: Callable[[Newcomer, References, datetime], Generator[Any, Any, bool]]
    seat: Callable[[int, int, datetime], Generator[Any, Any, bool]]  # account, adult: the town said so
    key: Callable[[int, str, datetime], Generator[Any, Any, bool]]  # account, digest of a clé enfance
    key_digest: Callable[[bytes, str], str]  # the portal's secret, the key as it was typed
