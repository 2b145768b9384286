"""Public holidays computed for every zone, against a table taken from the package jours-feries-france 0.7."""

from datetime import date

import pytest

from server.activities.rules.public_holidays import ZONES, easter_sunday, public_holidays

FIXED = ("01-01", "05-01", "05-08", "07-14", "08-15", "11-01", "11-11", "12-25")

# year, Easter Monday, Ascension, Whit Monday, Good Friday (Alsace-Moselle)
MOVABLE = [
    (2020, "04-13", "05-21", "06-01", "04-10"),
    (2021, "04-05", "05-13", "05-24", "04-02"),
    (2022, "04-18", "05-26", "06-06", "04-15"),
    (2023, "04-10", "05-18", "05-29", "04-07"),
    (2024, "04-01", "05-09", "05-20", "03-29"),
    (2025, "04-21", "05-29", "06-09", "04-18"),
    (2026, "04-06", "05-14", "05-25", "04-03"),
    (2027, "03-29", "05-06", "05-17", "03-26"),
    (2028, "04-17", "05-25", "06-05", "04-14"),
    (2029, "04-02", "05-10", "05-21", "03-30"),
    (2030, "04-22", "05-30", "06-10", "04-19"),
    (2031, "04-14", "05-22", "06-02", "04-11"),
    (2032, "03-29", "05-06", "05-17", "03-26"),
    (2033, "04-18", "05-26", "06-06", "04-15"),
    (2034, "04-10", "05-18", "05-29", "04-07"),
    (2035, "03-26", "05-03", "05-14", "03-23"),
    (2036, "04-14", "05-22", "06-02", "04-11"),
    (2037, "04-06", "05-14", "05-25", "04-03"),
    (2038, "04-26", "06-03", "06-14", "04-23"),
    (2039, "04-11", "05-19", "05-30", "04-08"),
    (2040, "04-02", "05-10", "05-21", "03-30"),
]
# What each zone has beyond the rest of the country, in 2027.
MORE_IN_2027 = {
    "Métropole": set(),
    "Alsace-Moselle": {"03-26", "12-26"},
    "Mayotte": {"04-27"},
    "Martinique": {"05-22"},
    "Guadeloupe": {"05-27"},
    "Saint-Martin": {"05-28"},
    "Guyane": {"06-10"},
    "Saint-Barthélemy": {"10-09"},
    "La Réunion": {"12-20"},
    "Saint-Pierre-et-Miquelon": set(),
    # The Pacific territories' own days are not in that package; these are those of `holidays` 0.108.
    "Nouvelle-Calédonie": {"09-24"},
    "Polynésie française": {"03-05", "03-26", "11-20"},
    "Wallis-et-Futuna": {"04-28", "07-29"},
}


def days(year: int, zone: str) -> set[str]:
    return {f"{feast.day:%m-%d}" for feast in public_holidays(year, zone)}


@pytest.mark.parametrize(("year", "monday", "ascension", "whit", "friday"), MOVABLE)
def test_the_year_has_its_eleven_days_and_alsace_two_more(
    year: int, monday: str, ascension: str, whit: str, friday: str
) -> None:
    assert days(year, "Métropole") == {*FIXED, monday, ascension, whit}
    assert days(year, "Alsace-Moselle") == {*FIXED, monday, ascension, whit, friday, "12-26"}


@pytest.mark.parametrize("zone", ZONES)
def test_every_zone_adds_its_own_days(zone: str) -> None:
    assert days(2027, zone) - days(2027, "Métropole") == MORE_IN_2027[zone]


def test_a_day_with_two_feasts_keeps_both_names_and_the_list_is_in_order() -> None:
    # In 2008 the Ascension fell on the first of May.
    feasts = [feast.name for feast in public_holidays(2008) if feast.day == date(2008, 5, 1)]
    assert feasts == ["Ascension", "Fête du Travail"]
    assert list(public_holidays(2027)) == sorted(public_holidays(2027), key=lambda feast: feast.day)


def test_easter_is_right_at_its_extremes() -> None:
    assert [easter_sunday(year) for year in (1818, 1943, 2000, 2008, 2285)] == [
        date(1818, 3, 22),
        date(1943, 4, 25),
        date(2000, 4, 23),
        date(2008, 3, 23),
        date(2285, 3, 22),
    ]


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="Atlantide"):
        public_holidays(2027, "Atlantide")
