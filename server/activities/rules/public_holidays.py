"""French public holidays, computed for every zone: the code du travail, Alsace-Moselle, and overseas."""

from datetime import date, timedelta

from server.activities.rules.days import PublicHoliday

# (month, day) of the abolition of slavery, where the day is a public holiday (code du travail, L3422-2 and after).
ABOLITION = {
    "Mayotte": (4, 27),
    "Martinique": (5, 22),
    "Guadeloupe": (5, 27),
    "Saint-Martin": (5, 28),
    "Guyane": (6, 10),
    "Saint-Barthélemy": (10, 9),
    "La Réunion": (12, 20),
}
# Days set by the Pacific territories themselves.
LOCAL = {
    "Nouvelle-Calédonie": {(9, 24): "Fête de la citoyenneté"},
    "Polynésie française": {(3, 5): "Arrivée de l’Évangile", (11, 20): "Matāri'i"},
    "Wallis-et-Futuna": {(4, 28): "Saint-Pierre Chanel", (7, 29): "Fête du territoire"},
}
GOOD_FRIDAY = frozenset({"Alsace-Moselle", "Polynésie française"})
ZONES = ("Métropole", "Alsace-Moselle", *ABOLITION, *LOCAL, "Saint-Pierre-et-Miquelon")


def public_holidays(year: int, zone: str = "Métropole") -> tuple[PublicHoliday, ...]:
    """The public holidays of one year and zone, in order. Days kept by custom only are the town's to add."""
    if zone not in ZONES:
        raise ValueError(f"Zone de jours fériés inconnue : {zone}")
    easter = easter_sunday(year)
    named = [*_everywhere(year, easter), *_of_the_zone(year, zone, easter)]
    return tuple(PublicHoliday(zone, day, name) for day, name in sorted(named))


def easter_sunday(year: int) -> date:
    """Easter by the Meeus/Jones/Butcher computus, right for every Gregorian year."""
    century, rest = divmod(year, 100)
    golden = year % 19
    skipped, leaps = century - century // 4, (century - (century + 8) // 25 + 1) // 3
    moon = (19 * golden + skipped - leaps + 15) % 30
    sunday = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (golden + 11 * moon + 22 * sunday) // 451
    month, day = divmod(moon + sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def _everywhere(year: int, easter: date) -> list[tuple[date, str]]:
    return [
        (date(year, 1, 1), "Jour de l’an"),
        (easter + timedelta(days=1), "Lundi de Pâques"),
        (date(year, 5, 1), "Fête du Travail"),
        (date(year, 5, 8), "Victoire de 1945"),
        (easter + timedelta(days=39), "Ascension"),
        (easter + timedelta(days=50), "Lundi de Pentecôte"),
        (date(year, 7, 14), "Fête nationale"),
        (date(year, 8, 15), "Assomption"),
        (date(year, 11, 1), "Toussaint"),
        (date(year, 11, 11), "Armistice de 1918"),
        (date(year, 12, 25), "Noël"),
    ]


def _of_the_zone(year: int, zone: str, easter: date) -> list[tuple[date, str]]:
    days = [(date(year, month, day), name) for (month, day), name in LOCAL.get(zone, {}).items()]
    if zone in ABOLITION:
        days.append((date(year, *ABOLITION[zone]), "Abolition de l’esclavage"))
    if zone in GOOD_FRIDAY:
        days.append((easter - timedelta(days=2), "Vendredi saint"))
    if zone == "Alsace-Moselle":
        days.append((date(year, 12, 26), "Saint-Étienne"))
    return days
