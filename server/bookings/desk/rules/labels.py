"""The words of the rules' form: shapes, fields and choices, as the town hall says them."""

from collections.abc import Sequence

from server.bookings.rules.plain import WEEKDAYS
from server.french import WEEKDAYS as JOURS

DAYS = list(zip(WEEKDAYS, JOURS, strict=True))
SHAPES = {
    "none": "Jusqu’au début de l’activité",
    "days": "Un nombre de jours avant",
    "hours": "Un nombre d’heures avant",
    "clear_days": "Un nombre de jours francs avant",
    "weekday": "Un jour de la semaine, une ou deux semaines avant",
    "previous_weekday": "Le dernier lundi, mardi… avant la séance",
    "previous_month": "Un jour du mois précédent",
    "before_period": "Des jours avant le début des vacances ou de la période",
    "per_weekday": "Une règle selon le jour de la semaine",
    "earliest": "La plus tôt de plusieurs règles",
    "kitchen": "Selon les commandes de la cuisine",
}
OPENINGS = {
    "always": "Ouvert en permanence",
    "from": "À partir d’une date",
    "weeks_ahead": "Des semaines avant chaque séance",
    "per_period": "Période par période, des jours avant son début",
}
LABELS = {
    "n": "Combien de jours",
    "nth": "Quel jour du mois",
    "days": "Jours avant la période",
    "at": "Heure",
    "count": "Jours comptés",
    "skip": "Ne comptent pas",
    "weekday": "Jour",
    "weeks": "Semaine",
    "serves": "Repas commandés",
    "day": "Jour",
}
COUNTED = {"hours": "Combien d’heures", "weeks_ahead": "Combien de semaines"}  # « n », by shape
HINTS = {"at": "24:00 : fin de la journée", "nth": "31 : le dernier jour", "serves": "jours servis"}
CHOICES: dict[str, Sequence[tuple[str, str]]] = {
    "count": (("calendar", "tous les jours"), ("working", "jours ouvrés"), ("school", "jours d’école")),
    "weekday": DAYS,
    "weeks": (("0", "la même semaine"), ("1", "la semaine précédente"), ("2", "deux semaines avant")),
}
SKIPS = [
    *DAYS,
    ("weekends", "week-ends"),
    ("public_holidays", "jours fériés"),
    ("school_holidays", "vacances scolaires"),
    ("closures", "fermetures"),
]
TERMS_CHOICES = {
    "validation": (("at_once", "Tout de suite"), ("agent", "Après accord de la mairie"), ("on_payment", "Au paiement")),
    "cancel_validation": (("at_once", "Tout de suite"), ("agent", "Après accord de la mairie")),
    "late_cancel": (("refused", "Refusée"), ("billed", "Acceptée et facturée")),
    "waiting_list": (("oui", "Oui, dans l’ordre des demandes"), ("non", "Non")),
}
TERMS_LABELS = {
    "validation": "Une réservation est acquise",
    "cancel_validation": "Une annulation est acquise",
    "late_cancel": "Une annulation après la date limite est",
    "waiting_list": "Liste d’attente quand c’est complet",
}
