"""What a town chooses about health: what it asks, how it is saved, and what an incomplete file keeps a child from."""

from dataclasses import dataclass
from typing import Literal

from server.profiles.choice import choice

Part = Literal["doctor", "allergies", "drugs", "diet", "recommendations", "blood", "illnesses", "comment", "plan"]
Question = Literal["image", "alone", "press", "filming", "town_media", "emergency"]


@dataclass(frozen=True)
class HealthChoices:
    """Room health; product.md §3."""

    sheet: Literal["at_once", "filed", "none"] = choice(
        "at_once", "the health sheet is saved at once (G4), in two steps as a filed request (G2), or there is none"
    )
    asks: tuple[Part, ...] = choice(
        ("doctor", "allergies", "drugs", "diet", "recommendations", "blood", "illnesses", "comment", "plan"),
        "what the sheet asks; plan is the request for a PAI",
    )
    vaccinations: bool = choice(True, "dates of vaccinations are asked for (G4)")
    people: bool = choice(True, "persons to call and who may collect the child are asked for (G4)")
    permissions: tuple[Question, ...] = choice(
        ("image", "alone", "emergency"),
        "consents asked for: image (G4), alone, press, filming, town_media, emergency (G2)",
    )
    gates_booking: bool = choice(False, "a child is booked only once the health file is complete (G4)")
    canteen_needs_plan: bool = choice(
        False, "with a food allergy the canteen is closed until a PAI is established (G2)"
    )
