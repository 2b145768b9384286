"""The form of a custody: what may be chosen, what is refused beside its field, and the custody it stands for."""

from datetime import date

import pytest
from hypothesis import given

from server.families.rules.custody import Custody, Stay
from server.families.rules.custody_form import custody_of, read_custody, shown_rows, typed_from
from tests.rules.families.test_custody_patterns import custodies

TODAY = date(2026, 11, 16)
EVEN = {"rythme": "even", "change": "0", "moment": "matin", "vacances": "pattern", "depuis": "2026-12-01"}
CYCLE = {"rythme": "weekdays", "semaines": "2", "debut": "2026-12-03", "vacances": "pattern", "depuis": "2026-12-01"}


def test_even_weeks_with_a_change_on_friday_evening() -> None:
    typed = read_custody({**EVEN, "change": "4", "moment": "soir", "vacances": "second_even"}, TODAY)
    assert typed.good
    assert custody_of(typed) == Custody("even", change=4, evening=True, half="second_even")


def test_a_cycle_begins_on_the_monday_of_the_day_named() -> None:
    typed = read_custody({**CYCLE, "j0": "oui", "j8": "oui"}, TODAY)
    assert typed.good
    assert custody_of(typed) == Custody("weekdays", frozenset({0, 8}), weeks=2, anchor=date(2026, 11, 30))


def test_days_beyond_the_cycle_are_left_out() -> None:
    typed = read_custody({**CYCLE, "semaines": "1", "j0": "oui", "j20": "oui"}, TODAY)
    assert custody_of(typed) == Custody("weekdays", frozenset({0}))


def test_exceptions_are_kept_in_the_order_of_their_days() -> None:
    typed = read_custody(
        {**EVEN, "du_1": "24/12/2026", "au_1": "26/12/2026", "chez_1": "away", "du_3": "2026-12-05",
         "au_3": "2026-12-06", "chez_3": "here"}, TODAY,
    )  # fmt: skip
    assert custody_of(typed).stays == (
        Stay(date(2026, 12, 5), date(2026, 12, 6), "here"),
        Stay(date(2026, 12, 24), date(2026, 12, 26), "away"),
    )


ROW = {"du_1": "2026-12-24", "au_1": "2026-12-26", "chez_1": "away"}


@pytest.mark.parametrize(
    ("posted", "field", "words"),
    [
        ({}, "rythme", "Choisissez une réponse."),
        ({"rythme": "weekly"}, "rythme", "de la liste"),
        ({**EVEN, "change": ""}, "change", "jour du changement"),
        ({**EVEN, "change": "7"}, "change", "de la liste"),
        ({**EVEN, "vacances": ""}, "vacances", "Choisissez une réponse."),
        ({**EVEN, "depuis": "30/02/2027"}, "depuis", "n’existe pas"),
        ({**EVEN, "depuis": ""}, "depuis", "obligatoire"),
        ({**EVEN, "depuis": "2026-11-15"}, "depuis", "le passé ne change plus"),
        ({**EVEN, "depuis": "2028-01-01"}, "depuis", "dans un an"),
        ({**CYCLE, "j0": "oui", "semaines": ""}, "semaines", "durée du cycle"),
        ({**CYCLE, "j0": "oui", "semaines": "5"}, "semaines", "de la liste"),
        ({**CYCLE, "j0": "oui", "debut": ""}, "debut", "commence le cycle"),
        ({**CYCLE, "j0": "oui", "debut": "30/02/2027"}, "debut", "n’existe pas"),
        ({**EVEN, **ROW, "au_1": "2026-12-20"}, "au_1", "finit avant de commencer"),
        ({**EVEN, **ROW, "au_1": "30/02/2027"}, "au_1", "n’existe pas"),
        ({**EVEN, **ROW, "du_1": ""}, "du_1", "premier jour"),
        ({**EVEN, **ROW, "au_1": ""}, "au_1", "dernier jour"),
        ({**EVEN, **ROW, "chez_1": ""}, "chez_1", "dans quel foyer"),
        ({**EVEN, **ROW, "du_2": "2026-12-26", "au_2": "2026-12-28", "chez_2": "here"}, "du_2", "l’exception 1"),
        ({**CYCLE}, "certain", "aucun jour du cycle"),
        ({**CYCLE, **{f"j{n}": "oui" for n in range(14)}}, "certain", "aucun jour du cycle"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(posted: dict[str, str], field: str, words: str) -> None:
    typed = read_custody(posted, TODAY)
    assert words in typed.error(field), typed.errors


def test_a_cycle_with_no_day_for_one_home_is_taken_once_confirmed() -> None:
    typed = read_custody({**CYCLE, "certain": "oui"}, TODAY)
    assert typed.good
    assert custody_of(typed).one_sided


@given(custodies())
def test_the_form_of_a_custody_stands_for_that_custody_again(custody: Custody) -> None:
    later = tuple(sorted((s for s in custody.stays if s.last >= TODAY), key=lambda s: s.first))
    typed = read_custody({**typed_from(custody, TODAY).values, "certain": "oui"}, TODAY)
    if typed.good:  # drawn exceptions may speak of a same day
        assert custody_of(typed) == Custody(
            custody.kind, custody.weekdays, later, custody.change, custody.evening, custody.weeks, custody.anchor,
            custody.half,
        )  # fmt: skip


def test_two_empty_rows_follow_those_filled_in_and_twelve_are_the_most() -> None:
    assert len(shown_rows(read_custody(EVEN, TODAY))) == 2
    assert len(shown_rows(read_custody({**EVEN, **ROW}, TODAY))) == 3
    assert len(shown_rows(read_custody({**EVEN, "du_12": "x"}, TODAY))) == 12
