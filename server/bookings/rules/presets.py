"""Rules as JSON values: those of the demo town's six activities, and real towns' to start from."""

from dataclasses import dataclass
from datetime import date
from typing import Any

EVE_18H = {"kind": "days", "n": 1, "at": "18:00"}
ALWAYS = {"kind": "always"}

DEMO: dict[str, dict[str, Any]] = {
    "morning_care": {
        "book": EVE_18H,
        "cancel": EVE_18H,
        "opening": ALWAYS,
        "validation": "at_once",
    },
    "canteen": {
        "book": {"kind": "days", "n": 2, "at": "10:00", "count": "working", "skip": ["wednesday"]},
        "cancel": {"kind": "days", "n": 1, "at": "12:00"},
        "opening": ALWAYS,
        "validation": "at_once",
    },
    "evening_care": {
        "book": EVE_18H,
        "cancel": {"kind": "days", "n": 0, "at": "12:00"},
        "opening": ALWAYS,
        "validation": "at_once",
    },
    "wednesday": {
        "book": {"kind": "days", "n": 1, "at": "09:00", "count": "working"},
        "cancel": {"kind": "days", "n": 7, "at": "24:00"},
        "opening": {"kind": "weeks_ahead", "n": 6},
        "validation": "agent",
    },
    "holiday_centre": {
        "book": {"kind": "before_period", "n": 21, "at": "24:00"},
        "cancel": {"kind": "before_period", "n": 21, "at": "24:00"},
        "opening": {"kind": "per_period", "days": 42, "at": "08:00"},
        "validation": "at_once",
        "capacity": 24,
        "waiting_list": True,
    },
    "study_room": {
        "book": {"kind": "weekday", "weekday": "thursday", "at": "09:00"},
        "cancel": {"kind": "weekday", "weekday": "thursday", "at": "09:00"},
        "opening": ALWAYS,
        "validation": "at_once",
    },
}


def opening_on(day: date, at: str = "08:00", others_after: int = 0) -> dict[str, Any]:
    """An opening on one date the town announces; other towns' families `others_after` days later."""
    announced = {"kind": "from", "day": day.isoformat(), "at": at}
    return {"kind": "residents_first", "days": others_after, "opening": announced} if others_after else announced


@dataclass(frozen=True)
class Model:
    """A rule many towns have, under the words agents know it by; without `cancel`, cancelling follows booking."""

    title: str
    book: dict[str, Any]
    cancel: dict[str, Any] | None = None
    opening: dict[str, Any] | None = None


def _weekday(day: str, at: str) -> dict[str, Any]:
    return {"kind": "weekday", "weekday": day, "at": at}


def _last(day: str, at: str) -> dict[str, Any]:
    return {"kind": "previous_weekday", "weekday": day, "at": at}


def _days(n: int, at: str, **more: Any) -> dict[str, Any]:
    return {"kind": "days", "n": n, "at": at, **more}


# Each is the rule of a town that states it in public; tests/rules/bookings/test_cutoff_vectors.py has their dates.
MODELS: dict[str, Model] = {
    "veille-18h": Model("Garderie : la veille à 18 h", _days(1, "18:00")),
    "jour-ecole-11h": Model("Cantine : le jour d’école précédent, 11 h", _days(1, "11:00", count="school")),
    "ouvre-2-mercredi": Model(
        "Cantine : 2 jours ouvrés avant, 10 h, sans compter le mercredi ; annuler la veille à midi",
        _days(2, "10:00", count="working", skip=["wednesday"]), _days(1, "12:00"),
    ),
    "deux-jours-sans-week-end": Model(
        "Cantine : 2 jours avant à midi, week-ends non comptés", _days(2, "12:00", skip=["weekends"])
    ),
    "trois-jours-ouvres": Model("Cantine : 3 jours ouvrés avant, fin de journée", _days(3, "24:00", count="working")),
    "soixante-douze-heures": Model("72 heures avant", {"kind": "hours", "n": 72}),
    "quatre-jours": Model(
        "4 jours avant ; annuler la veille à midi, sans le mercredi",
        _days(4, "24:00"), _days(1, "12:00", skip=["wednesday"]),
    ),
    "une-semaine": Model("Une semaine avant, dès 0 h", _days(7, "00:00")),
    "huit-jours": Model("8 jours avant, fin de journée", _days(8, "24:00")),
    "lundi-d-avant": Model("Le lundi de la semaine précédente, fin de journée", _weekday("monday", "24:00")),
    "mardi-d-avant": Model("Le mardi de la semaine précédente, 23 h", _weekday("tuesday", "23:00")),
    "jeudi-d-avant": Model("Le jeudi de la semaine précédente, 9 h", _weekday("thursday", "09:00")),
    "vendredi-d-avant": Model(
        "Le vendredi de la semaine précédente, midi ; annuler la veille à midi",
        _weekday("friday", "12:00"), _days(1, "12:00"),
    ),
    "selon-le-jour": Model(
        "Selon le jour : lundi et mardi avant vendredi 9 h, jeudi et vendredi avant mardi 9 h",
        {
            "kind": "per_weekday",
            "table": {
                "monday": _last("friday", "09:00"), "tuesday": _last("friday", "09:00"),
                "thursday": _last("tuesday", "09:00"), "friday": _last("tuesday", "09:00"),
            },
        },
    ),
    "deux-commandes": Model(
        "Deux commandes de cuisine par semaine, le jeudi d’avant et le lundi, 15 h",
        {
            "kind": "kitchen", "at": "15:00", "skip": ["weekends", "public_holidays"],
            "orders": [
                {"weekday": "thursday", "weeks": 1, "serves": 2}, {"weekday": "monday", "weeks": 0, "serves": 3},
            ],
        },
    ),
    "mercredi": Model(
        "Mercredis : ouverts 6 semaines avant, réservés jusqu’au jour ouvré précédent 9 h, annulés 7 jours avant",
        _days(1, "09:00", count="working"), _days(7, "24:00"), {"kind": "weeks_ahead", "n": 6},
    ),
    "vacances": Model(
        "Vacances : ouvertes 6 semaines avant la période, fermées 3 semaines avant",
        {"kind": "before_period", "n": 21, "at": "24:00"}, None, {"kind": "per_period", "days": 42, "at": "08:00"},
    ),
    "quinze-jours-francs": Model("Vacances : 15 jours francs avant", {"kind": "clear_days", "n": 15}),
    "quinze-jours-ouvres": Model(
        "15 jours ouvrés avant ; annuler 16 jours ouvrés avant",
        _days(15, "24:00", count="working"), _days(16, "24:00", count="working"),
    ),
}  # fmt: skip
