"""The health sheet: what parents may say, and what they are told beside the field."""

from datetime import date

import pytest

from server.health.rules.sheet import ALLERGIES, PARTS, Sheet
from server.health.rules.sheet_form import fields_of, read_sheet, sheet_from, typed_from

TODAY = date(2026, 11, 16)
GOOD = {"medecin": "Dr Aubépine", "medecin_telephone": "01 39 98 10 10", "allergies": "non"}


def test_a_sheet_comes_back_as_it_was_typed() -> None:
    posted = {
        **GOOD, "allergies": "oui", "allergie_arachide": "oui", "allergies_aliments": "Traces aussi",
        "allergies_medicaments": "Pénicilline", "regime": "sans_porc", "recommandations": "Lunettes", "groupe": "A+",
        "maladie_asthme": "oui", "commentaire": "Rien d’autre",
    }  # fmt: skip
    typed = read_sheet(PARTS, posted, TODAY)
    assert typed.good
    sheet = sheet_from(typed, Sheet(), PARTS)
    assert sheet.allergies == ("arachide",)
    assert sheet.food_allergy
    again = typed_from(sheet)
    assert {name: value for name, value in again.values.items() if value} == posted


def test_a_peanut_is_for_the_kitchen_a_wasp_is_not() -> None:
    assert Sheet(allergies=("lait",)).food_allergy
    assert Sheet(food="kiwi").food_allergy
    assert not Sheet(allergies=("insectes",)).food_allergy


@pytest.mark.parametrize(
    ("change", "field", "word"),
    [
        ({"allergies": ""}, "allergies", "Choisissez"),
        ({"allergies": "oui"}, "allergies", "au moins une"),
        ({"allergie_lait": "oui"}, "allergies", "Non"),
        ({"allergies_aliments": "kiwi"}, "allergies", "Non"),
        ({"medecin_telephone": "demain"}, "medecin_telephone", "06 12"),
        ({"medecin": "x" * 121}, "medecin", "120 caractères"),
        ({"regime": "sans_rien"}, "regime", "liste"),
        ({"groupe": "Z"}, "groupe", "liste"),
        ({"pai": "oui"}, "pai_objet", "pourquoi"),
        ({"commentaire": "x" * 1001}, "commentaire", "1000 caractères"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_lost(change: dict, field: str, word: str) -> None:
    typed = read_sheet(PARTS, {**GOOD, **change}, TODAY)
    assert word in typed.error(field)
    assert typed.value("medecin") == {**GOOD, **change}["medecin"]


@pytest.mark.parametrize(
    "text", ["Repas halal", "CASHER s’il vous plaît", "famille musulmane", "pour raison religieuse"]
)
def test_a_religion_is_never_kept(text: str) -> None:
    for name in ("recommandations", "commentaire"):
        assert "jamais une religion" in read_sheet(PARTS, {**GOOD, name: text}, TODAY).error(name)


@pytest.mark.parametrize("text", ["sans porc", "Cacher le doudou au fond du sac", "ne mange pas de viande"])
def test_an_instruction_is_kept(text: str) -> None:
    assert read_sheet(PARTS, {**GOOD, "recommandations": text}, TODAY).good


def test_a_town_that_asks_for_less_keeps_what_was_told_before() -> None:
    before = Sheet(doctor="Dr Aubépine", blood="O+", allergic="oui", allergies=("lait",), illnesses=("asthme",))
    typed = read_sheet(("diet",), {"regime": "vegetarien", "groupe": "A+"}, TODAY)
    after = sheet_from(typed, before, ("diet",))
    assert (after.doctor, after.blood, after.allergies, after.diet) == ("Dr Aubépine", "O+", ("lait",), "vegetarien")
    assert [one.name for one in fields_of(("diet",))] == ["regime"]


def test_every_allergy_has_its_box() -> None:
    assert {f"allergie_{key}" for key in ALLERGIES} <= {one.name for one in fields_of(PARTS)}
