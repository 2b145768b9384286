"""The school zones, as official files name them in all their spellings, and the zone of each académie."""

import re
import unicodedata

ACADEMIES = {
    "A": ("Besançon", "Bordeaux", "Clermont-Ferrand", "Dijon", "Grenoble", "Limoges", "Lyon", "Poitiers"),
    "B": (
        *("Aix-Marseille", "Amiens", "Caen", "Lille", "Nancy-Metz", "Nantes", "Nice", "Normandie"),
        *("Orléans-Tours", "Reims", "Rennes", "Rouen", "Strasbourg"),
    ),
    "C": ("Créteil", "Montpellier", "Paris", "Toulouse", "Versailles"),
    "Corse": ("Corse",),
    "Guadeloupe": ("Guadeloupe", "Saint-Barthélemy", "Saint-Martin"),
    "Guyane": ("Guyane",),
    "Martinique": ("Martinique",),
    "Mayotte": ("Mayotte",),
    "Réunion": ("Réunion", "La Réunion"),
    "Polynésie": ("Polynésie", "Polynésie française"),
    "Nouvelle-Calédonie": ("Nouvelle-Calédonie",),
    "Saint-Pierre-et-Miquelon": ("Saint-Pierre-et-Miquelon",),
    "Wallis-et-Futuna": ("Wallis-et-Futuna",),
}
ZONES = tuple(ACADEMIES)
# Where the summer ends with August; elsewhere the return is in mid-August or in February.
SUMMER_ENDS_WITH_AUGUST = frozenset(
    {"A", "B", "C", "Corse", "Guadeloupe", "Guyane", "Martinique", "Saint-Pierre-et-Miquelon"}
)
YEAR_IS_CALENDAR_YEAR = frozenset({"Nouvelle-Calédonie", "Wallis-et-Futuna"})
LETTERS = re.compile(r"\bzones?\s+([abc](?:[\s,/]+(?:et\s+)?(?:zone\s+)?[abc])*)\b")


def plain(text: str) -> str:
    """Lower case, without accents; hyphens, typographic quotes and runs of spaces made simple."""
    letters = unicodedata.normalize("NFKD", text.replace("’", "'")).encode("ascii", "ignore").decode()
    return " ".join(letters.lower().replace("-", " ").split())


def zones_named(text: str) -> tuple[str, ...]:
    """Every zone a text names: « Zones A/B/C », « Corse », « la Réunion »."""
    words = plain(text)
    letters = {letter.upper() for found in LETTERS.findall(words) for letter in re.findall(r"\b[abc]\b", found)}
    if words.upper() in ("A", "B", "C"):
        letters.add(words.upper())
    islands = {zone for zone in ZONES[3:] if re.search(rf"\b{plain(zone)}\b", words)}
    return tuple(zone for zone in ZONES if zone in letters | islands)


def zone_of_academie(name: str) -> str | None:
    """The zone of an académie, or nothing when it is not one."""
    return _ZONE_OF.get(plain(name))


_ZONE_OF = {plain(academie): zone for zone, academies in ACADEMIES.items() for academie in academies}
