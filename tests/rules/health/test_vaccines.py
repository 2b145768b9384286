"""Vaccinations: the law's lists by birth date, what is missing, and the three months meanwhile."""

from datetime import date
from itertools import pairwise

import pytest

from server.health.rules.vaccines import VACCINES, Vaccinations, duty_of, fields_of, missing, noted, offered, read_dates

TODAY = date(2026, 11, 16)
ELEVEN = {"dtp", "hib", "pneumocoque", "ror", "coqueluche", "hepatite_b", "meningo_c"}  # DTP and ROR are three each


def compulsory(born: date) -> set[str]:
    return {one.key for one in VACCINES if duty_of(one, born)}


@pytest.mark.parametrize(
    ("born", "expected"),
    [
        (date(2014, 1, 30), {"dtp"}),
        (date(2017, 12, 31), {"dtp"}),
        (date(2018, 1, 1), ELEVEN),
        (date(2024, 12, 31), ELEVEN),
        (date(2025, 1, 1), ELEVEN - {"meningo_c"} | {"meningo_acwy", "meningo_b"}),
    ],
)
def test_the_birth_date_says_what_is_compulsory(born: date, expected: set[str]) -> None:
    assert compulsory(born) == expected


def test_eleven_are_eleven() -> None:
    assert sum(3 if key in ("dtp", "ror") else 1 for key in ELEVEN) == 11


def test_every_duty_names_its_source_and_none_covers_a_day_twice() -> None:
    for one in VACCINES:
        assert all(duty.source for duty in one.duties)
        spans = sorted((duty.first, duty.last) for duty in one.duties)
        assert all(before[1] < after[0] for before, after in pairwise(spans))


def test_the_bcg_is_never_missing() -> None:
    assert "bcg" not in {one.key for one in missing({}, date(2020, 1, 1), TODAY)}
    assert "bcg" in {one.key for one in offered(date(2020, 1, 1))}


def test_one_vaccine_may_do_for_another() -> None:
    given = dict.fromkeys((*ELEVEN - {"meningo_c"}, "meningo_acwy"), date(2020, 1, 1))
    assert missing(given, date(2019, 5, 1), TODAY) == ()


def test_a_baby_is_not_asked_for_what_comes_later() -> None:
    assert {one.key for one in missing({}, date(2026, 8, 1), TODAY)} & {"ror", "meningo_acwy"} == set()


def test_dates_are_judged_beside_their_field() -> None:
    born = date(2018, 3, 1)
    typed = read_dates(born, {"dtp": "2018-02-28", "ror": "2027-01-01", "hib": "30/02/2019", "bcg": ""}, TODAY)
    assert "naissance" in typed.error("dtp")
    assert "avenir" in typed.error("ror")
    assert "n’existe pas" in typed.error("hib")
    assert not typed.error("bcg")
    assert typed.value("hib") == "30/02/2019"


def test_the_provisional_admission_begins_once_and_ends_with_the_last_date() -> None:
    born = date(2018, 3, 1)
    first = noted(read_dates(born, {"dtp": "2018-05-01"}, TODAY), None, born, TODAY)
    assert (first.provisional_from, first.provisional_until) == (TODAY, date(2027, 2, 16))
    later = noted(read_dates(born, {"dtp": "2018-05-01"}, date(2027, 1, 5)), first, born, date(2027, 1, 5))
    assert later.provisional_from == TODAY
    whole = noted(
        read_dates(born, dict.fromkeys((one.name for one in fields_of(born)), "2019-05-01"), TODAY), later, born, TODAY
    )
    assert whole.provisional_until is None
    assert Vaccinations({}).provisional_until is None
