"""French wording: accents, « 1er », spaces that must not break, midnights and repeated hours nobody can mistake."""

from datetime import UTC, date, datetime

import pytest

from server.french import cents, clock, day_long, day_short, instant, listed, plural


def test_days_are_written_the_french_way() -> None:
    assert day_long(date(2026, 3, 12)) == "jeudi 12 mars"
    assert day_long(date(2026, 6, 1)) == "lundi 1er juin"
    assert day_long(date(2026, 8, 21)) == "vendredi 21 août"
    assert day_short(date(2026, 3, 12)) == "jeu. 12"


def test_the_year_is_told_only_when_it_cannot_be_guessed() -> None:
    assert day_long(date(2026, 12, 30), near=date(2027, 1, 5)) == "mercredi 30 décembre"
    assert day_long(date(2026, 3, 12), near=date(2027, 3, 12)) == "jeudi 12 mars 2026"


@pytest.mark.parametrize(
    ("utc", "zone", "words"),
    [
        (datetime(2026, 3, 12, 9, 0, tzinfo=UTC), "Europe/Paris", "jeudi 12 mars à 10\u00a0h"),
        (datetime(2026, 7, 1, 8, 5, tzinfo=UTC), "Europe/Paris", "mercredi 1er juillet à 10\u00a0h\u00a005"),
        (datetime(2026, 3, 12, 11, 0, tzinfo=UTC), "Europe/Paris", "jeudi 12 mars à 12\u00a0h"),
        (
            datetime(2026, 3, 9, 23, 0, tzinfo=UTC),
            "Europe/Paris",
            "lundi 9 mars à minuit, dans la nuit du lundi au mardi",
        ),
        (
            datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
            "Europe/Paris",
            "dimanche 25 octobre à 2\u00a0h\u00a030, heure d’été",
        ),
        (
            datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
            "Europe/Paris",
            "dimanche 25 octobre à 2\u00a0h\u00a030, heure d’hiver",
        ),
        (datetime(2026, 3, 29, 1, 30, tzinfo=UTC), "Europe/Paris", "dimanche 29 mars à 3\u00a0h\u00a030"),
        (datetime(2026, 3, 12, 20, 30, tzinfo=UTC), "Indian/Reunion", "vendredi 13 mars à 0\u00a0h\u00a030"),
    ],
)
def test_an_instant_is_told_on_the_towns_own_clock(utc: datetime, zone: str, words: str) -> None:
    assert instant(utc, zone) == words


def test_money_hours_numbers_and_lists() -> None:
    assert cents(455) == "4,55\u00a0€"
    assert cents(0) == "0,00\u00a0€"
    assert cents(-5) == "−0,05\u00a0€"
    assert cents(123_456_789) == "1\u202f234\u202f567,89\u00a0€"
    assert [clock(0), clock(600), clock(605), clock(1439)] == [
        "0\u00a0h",
        "10\u00a0h",
        "10\u00a0h\u00a005",
        "23\u00a0h\u00a059",
    ]
    assert [plural(n, "place", "places") for n in (0, 1, 2)] == ["0 place", "1 place", "2 places"]
    assert [listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"], "ou")] == ["a", "a et b", "a, b ou c"]
