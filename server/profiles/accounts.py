"""What a town chooses about accounts: ways in, lifetimes, passwords, texts to accept."""

from dataclasses import dataclass
from typing import Literal

from server.profiles.choice import choice

Way = Literal["known_file", "open", "ask", "by_town"]


@dataclass(frozen=True)
class AccountsChoices:
    """Room accounts; product.md §1."""

    ways_in: tuple[Way, ...] = choice(
        ("known_file", "open", "by_town"),
        "ways in that are open: known_file (G0, G3), open (G2), ask (G1: ask, wait, finish), by_town (G1, G4)",
    )
    activation_hours: int = choice(24, "lifetime of an activation link asked for by the parent, in hours")
