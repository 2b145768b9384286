"""The health sheet as a form: its fields by what the town asks for, what was posted, and the way back."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from server.fields import Field, Typed, read
from server.health.rules.sheet import ALLERGIES, BLOOD, DIETS, FOODS, ILLNESSES, OTHERS, PARTS, Sheet

YES_NO = (("oui", "Oui"), ("non", "Non"))

# What people write where an instruction is asked for.
RELIGION = re.compile(
    r"\b(hall?al|casher|kasher|kosher|musulman\w*|islam\w*|juif|juive|isra[ée]lite|chr[ée]tien\w*|catholique"
    r"|hindou\w*|bouddhist\w*|religi\w+|ramadan)\b",
    re.IGNORECASE,
)
NO_RELIGION = "Indiquez seulement la consigne (par exemple « sans porc »), jamais une religion."


@dataclass(frozen=True)
class Group:
    """Fields that stand together; without a legend each stands alone."""

    legend: str
    fields: tuple[Field, ...]


def groups_of(parts: Iterable[str]) -> tuple[Group, ...]:
    """The form of a town that asks for `parts`, in the order of the page."""
    asked = set(parts)
    return tuple(group for part in PARTS if part in asked for group in _GROUPS[part])


def fields_of(parts: Iterable[str]) -> tuple[Field, ...]:
    """The same, as one row of fields."""
    return tuple(one for group in groups_of(parts) for one in group.fields)


def read_sheet(parts: Iterable[str], posted: Mapping[str, str], today: date) -> Typed:
    """What was posted, with the mistakes that only several fields together show."""
    typed = read(fields_of(parts), posted, today)
    errors = {name: NO_RELIGION for name in _WORDS if RELIGION.search(typed.value(name))}
    told = any(typed.ticked(f"allergie_{key}") for key in ALLERGIES) or bool(typed.value("allergies_aliments"))
    if typed.value("allergies") == "oui" and not told:
        errors["allergies"] = "Cochez au moins une allergie, ou décrivez-la."
    if typed.value("allergies") == "non" and told:
        errors["allergies"] = "Vous répondez « Non » mais une allergie est cochée ou décrite."
    if typed.ticked("pai") and not typed.value("pai_objet"):
        errors["pai_objet"] = "Dites pourquoi : la mairie prépare le PAI avec vous."
    return typed.but(**errors)


def sheet_from(typed: Typed, before: Sheet, parts: Iterable[str]) -> Sheet:
    """The sheet of a good form; what the town does not ask for stays as it was."""
    asked = set(parts)
    ticked = tuple(key for key in ALLERGIES if typed.ticked(f"allergie_{key}"))
    told = "allergies" in asked
    return Sheet(
        doctor=typed.value("medecin") if "doctor" in asked else before.doctor,
        doctor_phone=typed.value("medecin_telephone") if "doctor" in asked else before.doctor_phone,
        allergic=typed.value("allergies") if told else before.allergic,
        allergies=ticked if told else before.allergies,
        food=typed.value("allergies_aliments") if told else before.food,
        drugs=typed.value("allergies_medicaments") if "drugs" in asked else before.drugs,
        diet=typed.value("regime") if "diet" in asked else before.diet,
        recommendations=typed.value("recommandations") if "recommendations" in asked else before.recommendations,
        blood=typed.value("groupe") if "blood" in asked else before.blood,
        illnesses=tuple(key for key in ILLNESSES if typed.ticked(f"maladie_{key}"))
        if "illnesses" in asked
        else before.illnesses,
        comment=typed.value("commentaire") if "comment" in asked else before.comment,
    )


def typed_from(sheet: Sheet) -> Typed:
    """The form as it stands before anybody types."""
    values = {
        "medecin": sheet.doctor,
        "medecin_telephone": sheet.doctor_phone,
        "allergies": sheet.allergic,
        "allergies_aliments": sheet.food,
        "allergies_medicaments": sheet.drugs,
        "regime": sheet.diet,
        "recommandations": sheet.recommendations,
        "groupe": sheet.blood,
        "commentaire": sheet.comment,
    }
    ticks = [f"allergie_{key}" for key in sheet.allergies] + [f"maladie_{key}" for key in sheet.illnesses]
    return Typed({**values, **dict.fromkeys(ticks, "oui")})


_WORDS = ("allergies_aliments", "allergies_medicaments", "recommandations", "commentaire")


def _ticks(prefix: str, labels: Mapping[str, str]) -> tuple[Field, ...]:
    return tuple(Field(f"{prefix}_{key}", label, "tick") for key, label in labels.items())


_GROUPS: dict[str, tuple[Group, ...]] = {
    "doctor": (
        Group(
            "",
            (
                Field("medecin", "Médecin traitant", longest=120),
                Field("medecin_telephone", "Téléphone du médecin traitant", "phone", longest=30),
            ),
        ),
    ),
    "allergies": (
        Group("", (Field("allergies", "Votre enfant a-t-il une allergie ?", "choice", True, options=YES_NO),)),
        Group("Allergies alimentaires", _ticks("allergie", FOODS)),
        Group("", (Field("allergies_aliments", "Précisez l’allergie alimentaire", "lines", longest=500),)),
        Group("Autres allergies", _ticks("allergie", OTHERS)),
    ),
    "drugs": (
        Group("", (Field("allergies_medicaments", "Allergies médicamenteuses reconnues", "lines", longest=500),)),
    ),
    "diet": (
        Group(
            "",
            (
                Field(
                    "regime", "Habitudes alimentaires", "choice", options=tuple(DIETS.items()),
                    hint="Une consigne pour le repas. Sans réponse : menu ordinaire.",
                ),
            ),
        ),
    ),
    "recommendations": (
        Group(
            "",
            (
                Field(
                    "recommandations", "Recommandations des parents", "lines", longest=1000,
                    hint="Lunettes, appareil, ce qui aide votre enfant…",
                ),
            ),
        ),
    ),
    "blood": (Group("", (Field("groupe", "Groupe sanguin", "choice", options=tuple((b, b) for b in BLOOD)),)),),
    "illnesses": (Group("Maladies que l’enfant a ou a eues", _ticks("maladie", ILLNESSES)),),
    "comment": (Group("", (Field("commentaire", "Commentaire", "lines", longest=1000),)),),
    "plan": (
        Group(
            "",
            (
                Field("pai", "Je souhaite que mon enfant bénéficie d’un PAI", "tick"),
                Field("pai_objet", "Objet du PAI", "lines", longest=1000, hint="Allergie, asthme, diabète, épilepsie…"),
            ),
        ),
    ),
}  # fmt: skip
