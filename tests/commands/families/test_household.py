"""Reads of a household, scoped to it."""

from server.database import Database
from server.families.queries import children_of, household_of
from tests.cast import Town


async def test_a_household_has_its_adults_the_holder_first_and_its_children(db: Database, town: Town) -> None:
    household = await db.read(household_of, town.families["dupont"])
    assert household is not None
    assert [adult.first_name for adult in household.adults] == ["Owner", "Coguardian"]
    assert [child.first_name for child in household.children] == ["Lina", "Tom"]
    assert [child.custody.kind for child in household.children] == ["even", "always"]


async def test_a_child_of_two_households_has_each_ones_custody(db: Database, town: Town) -> None:
    (lina,) = await db.read(children_of, town.families["martin"])
    assert (lina.ref, lina.custody.kind, lina.initial) == ("kidlina", "odd", "L")


async def test_nobodys_household_is_none(db: Database, town: Town) -> None:
    assert await db.read(household_of, None) is None
    assert await db.read(household_of, 99_999) is None
