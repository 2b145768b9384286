"""Who may come to what, by household."""

from datetime import date

from server.database import Database
from server.enrolments.queries import enrolments_of
from tests.cast import Town


async def test_a_household_sees_the_enrolments_it_pays_for(db: Database, town: Town) -> None:
    found = await db.read(enrolments_of, town.families["martin"], date(2026, 11, 16))
    assert set(found) == {town.children["lina"]}
    assert {enrolment.activity for enrolment in found[town.children["lina"]]} == {"Cantine", "Mercredi", "Atelier"}


async def test_what_is_over_is_not_listed(db: Database, town: Town) -> None:
    assert await db.read(enrolments_of, town.families["martin"], date(2027, 7, 4)) == {}
