"""Rules nobody could have meant are refused, in a sentence for the agent."""

from typing import Any

import pytest

from server.bookings.rules.codec import opening_from, rule_from
from server.bookings.rules.plain import RuleError

WRONG: list[tuple[Any, str]] = [
    ({}, "Règle inconnue"),
    ({"kind": "moon"}, "Règle inconnue"),
    ("none", "Règle inconnue"),
    ({"kind": ["none"]}, "Règle inconnue"),
    ({"kind": "days", "n": 2}, "Champ manquant dans la règle\u00a0: at"),
    ({"kind": "days", "n": 2, "at": "10:00", "hour": 3}, "Champ inattendu dans la règle\u00a0: hour"),
    ({"kind": "days", "n": -1, "at": "10:00"}, "Nombre attendu entre 0 et 1000"),
    ({"kind": "days", "n": True, "at": "10:00"}, "Nombre attendu"),
    ({"kind": "days", "n": "2", "at": "10:00"}, "Nombre attendu"),
    ({"kind": "days", "n": 2, "at": "25:00"}, "Heure attendue"),
    ({"kind": "days", "n": 2, "at": "24:01"}, "Heure attendue"),
    ({"kind": "days", "n": 2, "at": "9:00"}, "Heure attendue"),
    ({"kind": "days", "n": 2, "at": None}, "Heure attendue"),
    ({"kind": "days", "n": 2, "at": "10:00", "count": "lunar"}, "Sorte de jours inconnue"),
    ({"kind": "days", "n": 2, "at": "10:00", "skip": ["someday"]}, "Jour de la semaine inconnu"),
    ({"kind": "days", "n": 2, "at": "10:00", "skip": "weekends"}, "Liste attendue"),
    (
        {
            "kind": "days",
            "n": 2,
            "at": "10:00",
            "skip": ["weekends", "monday", "tuesday", "wednesday", "thursday", "friday"],
        },
        "Au moins un jour de la semaine doit compter",
    ),
    ({"kind": "weekday", "weekday": "lundi", "at": "10:00"}, "Jour de la semaine inconnu"),
    ({"kind": "previous_month", "nth": 0, "at": "10:00"}, "Nombre attendu entre 1 et 31"),
    ({"kind": "per_weekday", "table": {}}, "Un tableau par jour"),
    ({"kind": "earliest", "rules": []}, "Au moins une règle"),
    ({"kind": "earliest", "rules": [{"kind": "moon"}]}, "Règle inconnue"),
    ({"kind": "kitchen", "at": "10:00", "orders": []}, "Au moins une commande"),
    ({"kind": "kitchen", "at": "10:00", "orders": ["monday"]}, "Commande illisible"),
]


@pytest.mark.parametrize(("data", "told"), WRONG)
def test_a_rule_nobody_could_have_meant_is_refused_in_words(data: Any, told: str) -> None:
    with pytest.raises(RuleError) as refused:
        rule_from(data)
    assert told in str(refused.value)


def test_an_opening_is_read_as_strictly() -> None:
    with pytest.raises(RuleError, match="Date attendue"):
        opening_from({"kind": "from", "day": "1er juin"})
    with pytest.raises(RuleError, match="Règle inconnue"):
        opening_from({"kind": "residents_first", "days": 14, "opening": {"kind": "days"}})
