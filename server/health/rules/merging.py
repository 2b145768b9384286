"""Two health files of one child made one: nothing that protects the child is dropped. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from server.health.rules.plans import Plan
from server.health.rules.sheet import ALLERGIES, ILLNESSES, Sheet
from server.health.rules.vaccines import Vaccinations

# A refusal holds whichever parent gave it; of two answers about first aid the later one does.
CAREFUL = ("image", "alone", "press", "filming", "town_media")


def one_sheet(newer: Sheet, older: Sheet) -> Sheet:
    """Allergies, illnesses and instructions of both; of what can only be one thing, the newer word."""
    allergies = tuple(key for key in ALLERGIES if key in {*newer.allergies, *older.allergies})
    food = _both(newer.food, older.food)
    return replace(
        newer,
        doctor=newer.doctor or older.doctor,
        doctor_phone=newer.doctor_phone if newer.doctor else older.doctor_phone,
        allergic="oui" if allergies or food or "oui" in (newer.allergic, older.allergic) else newer.allergic,
        allergies=allergies,
        food=food,
        drugs=_both(newer.drugs, older.drugs),
        diet=newer.diet or older.diet,
        recommendations=_both(newer.recommendations, older.recommendations),
        blood=newer.blood or older.blood,
        illnesses=tuple(key for key in ILLNESSES if key in {*newer.illnesses, *older.illnesses}),
        comment=_both(newer.comment, older.comment),
    )


def one_card(newer: Vaccinations, older: Vaccinations) -> Vaccinations:
    """The dates of both; the provisional admission that began first."""
    began = [day for day in (newer.provisional_from, older.provisional_from) if day]
    return Vaccinations({**older.dates, **newer.dates}, min(began, default=None))


def one_list(kept: Sequence[Plan], gone: Sequence[Plan]) -> tuple[Plan, ...]:
    """Every PAI of both; those of the other file are numbered on."""
    last = max((plan.number for plan in kept), default=0)
    return (*kept, *(replace(plan, number=last + place) for place, plan in enumerate(gone, 1)))


def _both(newer: str, older: str) -> str:
    if not older or older.casefold() in newer.casefold():
        return newer
    return older if not newer or newer.casefold() in older.casefold() else f"{newer}\n{older}"
