"""What a town chooses about families: what a family may change by itself and what an agent decides."""

from dataclasses import dataclass

from server.profiles.choice import choice


@dataclass(frozen=True)
class FamiliesChoices:
    """Room families; product.md §2."""

    address_search: bool = choice(True, "offer the search box that fills an address in")
