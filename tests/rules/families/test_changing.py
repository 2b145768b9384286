"""What changes at once, what is asked for, and when the yearly look is due."""

from datetime import date

import pytest

from server.families.rules.changing import ADULT_FIELDS, Record, asked_of, checkup_due, parted
from server.families.rules.people import address_line, years_at


def test_only_what_differs_is_changed_and_only_what_may_is_changed_at_once() -> None:
    before, after = {"mobile": "1", "nom": "A", "prenoms": "B"}, {"mobile": "2", "nom": "C", "prenoms": "B", "x": "y"}
    assert parted(before, after, ("mobile",)) == ({"mobile": "2"}, {"nom": "C"})
    assert parted(before, before, ("mobile",)) == ({}, {})


def test_what_the_file_never_knew_is_not_demanded() -> None:
    fields = {field.name: field.required for field in asked_of(ADULT_FIELDS, Record(1, "r", 1, {"nom": "Dupont"}))}
    assert fields["nom"]
    assert not fields["civilite"]


@pytest.mark.parametrize(
    ("checked", "today", "month", "due"),
    [
        (None, date(2026, 11, 16), 5, True),
        (None, date(2026, 11, 16), 0, False),
        (date(2026, 4, 30), date(2026, 5, 1), 5, True),
        (date(2026, 5, 1), date(2026, 5, 1), 5, False),
        (date(2026, 6, 1), date(2027, 4, 30), 5, False),
        (date(2026, 6, 1), date(2027, 5, 1), 5, True),
        (date(2025, 12, 31), date(2026, 1, 1), 1, True),
    ],
)
def test_the_yearly_look_is_due_from_the_month_on(checked, today, month, due) -> None:
    assert checkup_due(checked, today, month) == due


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2008, 11, 16), date(2026, 11, 16), 18),
        (date(2008, 11, 17), date(2026, 11, 16), 17),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
    ],
)
def test_ages_are_whole_years(born, day, age) -> None:
    assert years_at(born, day) == age


def test_an_address_is_one_line() -> None:
    said = {"numero": "65", "voie": "route de Saint-Pierre", "batiment": "B", "appartement": "12", "code_postal": "64990", "ville": "Villefranque", "pays": "FRANCE"}  # fmt: skip
    assert address_line(said) == "65 route de Saint-Pierre, bât. B, appt 12, 64990 Villefranque"
    assert address_line({**said, "pays": "Espagne"}).endswith("Villefranque, Espagne")
    assert address_line({}) == ""
