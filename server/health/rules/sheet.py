"""The health sheet: what it may hold.

Instructions, never reasons: « sans porc » is a diet, a religion is none of the town's business (CNIL, NS-058).
"""

from dataclasses import dataclass

# What a town may ask for (server/profiles/health.py).
PARTS = ("doctor", "allergies", "drugs", "diet", "recommendations", "blood", "illnesses", "comment", "plan")

FOODS = {
    "arachide": "Arachide",
    "fruits_a_coque": "Fruits à coque",
    "lait": "Lait",
    "oeuf": "Œuf",
    "gluten": "Gluten",
    "poisson": "Poisson",
    "crustaces": "Crustacés",
    "soja": "Soja",
    "sesame": "Sésame",
    "autre_aliment": "Un autre aliment",
}
OTHERS = {
    "medicament": "Un médicament",
    "insectes": "Piqûres d’insectes",
    "pollens": "Pollens",
    "acariens": "Acariens",
    "animaux": "Poils d’animaux",
    "latex": "Latex",
    "autre": "Une autre allergie",
}
ALLERGIES = {**FOODS, **OTHERS}
ILLNESSES = {
    "asthme": "Asthme",
    "otites": "Otites",
    "rubeole": "Rubéole",
    "varicelle": "Varicelle",
    "coqueluche": "Coqueluche",
    "rougeole": "Rougeole",
    "scarlatine": "Scarlatine",
}
DIETS = {"sans_porc": "Sans porc", "sans_viande": "Sans viande", "vegetarien": "Végétarien"}
BLOOD = ("A+", "A−", "B+", "B−", "AB+", "AB−", "O+", "O−")


@dataclass(frozen=True)
class Sheet:
    """What a child's parents have told."""

    doctor: str = ""
    doctor_phone: str = ""
    allergic: str = ""  # oui | non; empty where the town does not ask
    allergies: tuple[str, ...] = ()
    food: str = ""
    drugs: str = ""
    diet: str = ""
    recommendations: str = ""
    blood: str = ""
    illnesses: tuple[str, ...] = ()
    comment: str = ""

    @property
    def food_allergy(self) -> bool:
        """Whether the kitchen must know."""
        return any(key in FOODS for key in self.allergies) or bool(self.food)
