"""What a town chooses about health: which health sheets are asked for, and what they gate."""

from dataclasses import dataclass

from server.profiles.choice import choice


@dataclass(frozen=True)
class HealthChoices:
    """Room health; product.md §3."""

    gates_booking: bool = choice(False, "a child is booked only once the health file is complete (G4)")
