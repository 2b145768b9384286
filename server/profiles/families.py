"""What a town chooses about families: what a family may change by itself and what an agent decides."""

from dataclasses import dataclass
from typing import Literal

from server.profiles.choice import choice


@dataclass(frozen=True)
class FamiliesChoices:
    """Room families; product.md §2."""

    address_search: bool = choice(True, "offer the search box that fills an address in")
    service: str = choice("Service enfance", "name of the department in charge of requests, on every receipt")
    silence: Literal["accepted", "refused"] = choice(
        "refused", "what the town's silence on a request means: accepted or refused (CRPA L231-1, L231-4)"
    )
    silence_months: int = choice(2, "after how many months silence is that answer")
