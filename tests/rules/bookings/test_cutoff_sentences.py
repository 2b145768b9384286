"""What a parent and an agent read: the very French, non-breaking spaces included."""

from datetime import date
from typing import Any

import pytest

from server.activities.holidays import shipped_calendar
from server.activities.rules.days import Closure, TownCalendar
from server.bookings.rules.cutoff import Deadline, SessionTime, closes_at, describe, rule_from
from server.bookings.rules.moments import wall

A = shipped_calendar("A")
CANTEEN = {"kind": "days", "n": 2, "at": "10:00", "count": "working", "skip": ["wednesday"]}


def deadline(rule: dict[str, Any], day: date, calendar: TownCalendar = A, at: int = 690) -> Deadline:
    return closes_at(rule_from(rule), SessionTime(day, wall(day, at, "Europe/Paris"), 7), calendar)


def test_the_sentence_names_the_instant_and_the_why_names_the_rule() -> None:
    friday = deadline(CANTEEN, date(2026, 3, 13))
    assert friday.sentence == "Réservation possible jusqu’au mardi 10 mars à 10\u00a0h"
    assert friday.why == "2 jours ouvrés avant, mercredi non compté"
    assert friday.too_late == "Trop tard\u00a0: la réservation était possible jusqu’au mardi 10 mars à 10\u00a0h"


def test_cancelling_speaks_of_cancelling() -> None:
    day = date(2026, 11, 27)
    session = SessionTime(day, wall(day, 690, "Europe/Paris"), 7)
    told = closes_at(rule_from({"kind": "days", "n": 1, "at": "12:00"}), session, A, verb="cancel")
    assert told.sentence == "Annulation possible jusqu’au jeudi 26 novembre à 12\u00a0h"
    assert told.too_late.startswith("Trop tard\u00a0: l’annulation était possible")
    assert told.why == "la veille"


def test_public_holidays_holidays_and_closures_met_on_the_way_are_named() -> None:
    assert deadline(CANTEEN, date(2027, 3, 30)).why == "2 jours ouvrés avant, mercredi non compté, lundi 29 mars férié"
    school = {"kind": "days", "n": 1, "at": "11:00", "count": "school"}
    assert deadline(school, date(2027, 1, 4)).why == "le jour d’école précédent, hors vacances de Noël"
    works = TownCalendar(closures=(Closure(date(2026, 11, 26), date(2026, 11, 26), "Travaux"),))
    skipping = {"kind": "days", "n": 1, "at": "18:00", "skip": ["closures"]}
    told = deadline(skipping, date(2026, 11, 27), works)
    assert told.sentence == "Réservation possible jusqu’au mercredi 25 novembre à 18\u00a0h"
    assert told.why == "la veille, jours de fermeture non comptés, jeudi 26 novembre fermé"


def test_midnight_names_its_night() -> None:
    end = deadline({"kind": "weekday", "weekday": "monday", "at": "24:00"}, date(2026, 3, 16))
    start = deadline({"kind": "weekday", "weekday": "tuesday", "at": "00:00"}, date(2026, 3, 16))
    assert end.sentence == "Réservation possible jusqu’au lundi 9 mars à minuit, dans la nuit du lundi au mardi"
    assert start.sentence == end.sentence
    assert start.closes_at == end.closes_at


def test_a_rule_past_the_start_is_held_to_the_start_and_says_so() -> None:
    told = deadline({"kind": "days", "n": 0, "at": "18:00"}, date(2026, 11, 27))
    assert told.sentence == "Réservation possible jusqu’au début, vendredi 27 novembre à 11\u00a0h\u00a030"
    assert told.why == "le jour même, ramené au début de l’activité"
    none = deadline({"kind": "none"}, date(2026, 11, 27))
    assert none.sentence == told.sentence
    assert none.why == "sans date limite"


def test_a_distant_deadline_tells_its_year() -> None:
    told = deadline({"kind": "days", "n": 365, "at": "10:00"}, date(2027, 3, 12))
    assert told.sentence == "Réservation possible jusqu’au jeudi 12 mars 2026 à 10\u00a0h"
    near = deadline({"kind": "days", "n": 7, "at": "10:00"}, date(2027, 1, 5))
    assert near.sentence == "Réservation possible jusqu’au mardi 29 décembre à 10\u00a0h"


DESCRIBED: list[tuple[dict[str, Any], str]] = [
    (CANTEEN, "jusqu’à 2 jours ouvrés avant à 10_h, mercredi non compté"),
    ({"kind": "none"}, "jusqu’au début de l’activité"),
    ({"kind": "days", "n": 1, "at": "18:00"}, "jusqu’à la veille à 18_h"),
    ({"kind": "days", "n": 0, "at": "09:30"}, "jusqu’au jour même à 9_h_30"),
    ({"kind": "days", "n": 1, "at": "09:00", "count": "working"}, "jusqu’au jour ouvré précédent à 9_h"),
    ({"kind": "days", "n": 1, "at": "11:00", "count": "school"}, "jusqu’au jour d’école précédent à 11_h"),
    ({"kind": "days", "n": 3, "at": "11:00", "count": "school"}, "jusqu’à 3 jours d’école avant à 11_h"),
    ({"kind": "days", "n": 21, "at": "24:00"}, "jusqu’à 3 semaines avant à minuit, en fin de journée"),
    ({"kind": "days", "n": 7, "at": "00:00"}, "jusqu’à 7 jours avant à 0_h, en début de journée"),
    (
        {"kind": "days", "n": 2, "at": "12:00", "skip": ["weekends"]},
        "jusqu’à 2 jours avant à 12_h, week-end non compté",
    ),
    (
        {"kind": "days", "n": 2, "at": "12:00", "skip": ["weekends", "wednesday", "public_holidays"]},
        "jusqu’à 2 jours avant à 12_h, mercredi, week-end et jours fériés non comptés",
    ),
    (
        {"kind": "days", "n": 2, "at": "12:00", "skip": ["school_holidays"]},
        "jusqu’à 2 jours avant à 12_h, vacances scolaires non comptées",
    ),
    ({"kind": "hours", "n": 72}, "jusqu’à 72 heures avant le début"),
    ({"kind": "hours", "n": 48, "skip": ["weekends"]}, "jusqu’à 48 heures avant le début, week-end non compté"),
    ({"kind": "clear_days", "n": 15}, "jusqu’à 15 jours francs avant à minuit, en fin de journée"),
    ({"kind": "weekday", "weekday": "thursday", "at": "09:00"}, "jusqu’au jeudi de la semaine précédente à 9_h"),
    (
        {"kind": "weekday", "weekday": "monday", "weeks": 2, "at": "10:00"},
        "jusqu’au lundi deux semaines avant à 10_h",
    ),
    (
        {"kind": "weekday", "weekday": "thursday", "at": "09:00", "skip": ["public_holidays"]},
        "jusqu’au jeudi de la semaine précédente à 9_h, ou le dernier jour possible avant si ce jour tombe un jour férié",
    ),
    ({"kind": "previous_weekday", "weekday": "tuesday", "at": "09:00"}, "jusqu’au mardi précédent à 9_h"),
    ({"kind": "previous_month", "nth": 20, "at": "12:00"}, "jusqu’au 20 du mois précédent à 12_h"),
    ({"kind": "previous_month", "nth": 1, "at": "12:00"}, "jusqu’au 1er du mois précédent à 12_h"),
    ({"kind": "previous_month", "nth": 31, "at": "12:00"}, "jusqu’au dernier jour du mois précédent à 12_h"),
    ({"kind": "before_period", "n": 21, "at": "12:00"}, "jusqu’à 3 semaines avant le début de la période à 12_h"),
    (
        {
            "kind": "per_weekday",
            "table": {
                "monday": {"kind": "previous_weekday", "weekday": "friday", "at": "09:00"},
                "tuesday": {"kind": "previous_weekday", "weekday": "friday", "at": "09:00"},
                "thursday": {"kind": "days", "n": 1, "at": "12:00"},
            },
        },
        "lundi et mardi_: jusqu’au vendredi précédent à 9_h_; jeudi_: jusqu’à la veille à 12_h",
    ),
    (
        {"kind": "earliest", "rules": [{"kind": "hours", "n": 1}, {"kind": "days", "n": 1, "at": "12:00"}]},
        "au plus tôt de_: jusqu’à 1 heure avant le début_; jusqu’à la veille à 12_h",
    ),
    (
        {
            "kind": "kitchen",
            "at": "15:00",
            "skip": ["public_holidays"],
            "orders": [
                {"weekday": "thursday", "weeks": 1, "serves": 2},
                {"weekday": "monday", "weeks": 0, "serves": 3},
            ],
        },
        "selon les commandes de la cuisine, à 15_h_: les 2 premiers jours servis le jeudi de la semaine précédente, "
        "les suivants le lundi de la même semaine, jours fériés non servis",
    ),
]


@pytest.mark.parametrize(("rule", "words"), DESCRIBED)
def test_a_rule_is_told_in_plain_french(rule: dict[str, Any], words: str) -> None:
    assert describe(rule_from(rule)) == words.replace("_", "\u00a0")
