"""The department in charge, as receipts name it: made of the settings and of the town's choices."""

from server.families.rules.requests import Service
from server.profiles.families import FamiliesChoices
from server.settings import Settings


def service_of(settings: Settings, choices: FamiliesChoices) -> Service:
    """What every request filed from now on says of who answers, and when."""
    return Service(
        name=f"{choices.service}, mairie de {settings.town}",
        address=settings.town_address,
        phone=settings.town_phone,
        email=settings.town_email,
        silence=choices.silence,
        months=choices.silence_months,
    )
