"""The family's file: all of one's own household, nothing of the other one."""

import html
from datetime import date
from typing import Any

import pytest

from server.database import Database, sql
from tests.cast import Town
from tests.conftest import FrozenClock
from tests.web.doors import enter

ODD = [
    "Anne-Charlotte-Marie-Bérengère de La Rochefoucauld-Montmorency-Beauharnais d’Aub",
    "ليلى",
    "O'Brien 😀",
    "<script>alert(1)</script>",
]


def change(text: str, *args: Any) -> Any:
    def work() -> Any:
        return [dict(row) for row in (yield sql(text, *args))]

    return work


async def dossier(app: Any, town: Town, db: Database, clock: FrozenClock, name: str) -> str:
    browser = await enter(app, town, db, name, clock())
    answer = await browser.get("/dossier")
    assert answer.status_code == 200
    return html.unescape(answer.text)


async def test_a_parent_sees_the_household_its_adults_and_its_children(app, town, db, clock) -> None:
    text = await dossier(app, town, db, clock, "owner")
    for shown in ("F0001", "Owner Dupont", "Coguardian Dupont", "bob@exemple.fr", "Lina Dupont", "Tom Dupont"):
        assert shown in text
    assert "Cantine" in text
    assert "du 1er septembre 2026 au 3 juillet 2027" in text


async def test_both_adults_of_a_household_see_the_same_file(app, town, db, clock) -> None:
    owner = await dossier(app, town, db, clock, "owner")
    other = await dossier(app, town, db, clock, "coguardian")
    assert owner.split("<main")[1].split("</main>")[0] == other.split("<main")[1].split("</main>")[0]


async def test_nothing_of_the_other_household_is_shown(app, town, db, clock) -> None:
    await db.write(
        change("update family set address = '3 rue du Lavoir' where id = $1 returning id", town.families["martin"])
    )
    await db.write(
        change("update guardian set phone = '0639981003' where family_id = $1 returning id", town.families["martin"])
    )
    text = await dossier(app, town, db, clock, "owner")
    assert "deux foyers" in text
    for hidden in ("Martin", "F0002", "Other_Home", "chloe@exemple.fr", "rue du Lavoir", "0639981003", "fam-martin"):
        assert hidden not in text
    theirs = await dossier(app, town, db, clock, "other_home")
    for hidden in ("F0001", "alice@exemple.fr", "Tom", "Bob"):
        assert hidden not in theirs


async def test_enrolments_of_the_other_household_are_its_own_business(app, town, db, clock) -> None:
    await db.write(
        change(
            "delete from enrolment where family_id = $1 and child_id = $2 returning id",
            town.families["dupont"],
            town.children["lina"],
        )
    )
    text = await dossier(app, town, db, clock, "owner")
    assert "Inscrit à aucune activité" in text


async def test_enrolments_that_are_over_are_not_listed(app, town, db, clock) -> None:
    await db.write(change("update enrolment set last_day = $1 returning id", date(2026, 11, 15)))
    assert "Cantine" not in await dossier(app, town, db, clock, "owner")


async def test_an_account_without_a_family_is_told_where_to_go(app, town, db, clock) -> None:
    await db.write(change("delete from guardian where account_id = $1 returning id", town.accounts["stranger"]))
    assert "relié à aucun dossier" in await dossier(app, town, db, clock, "stranger")


@pytest.mark.parametrize("name", ODD)
async def test_names_of_every_kind_are_shown_as_they_are_and_never_run(app, town, db, clock, name) -> None:
    await db.write(change("update child set first_name = $1 where id = $2 returning id", name, town.children["tom"]))
    browser = await enter(app, town, db, "owner", clock())
    raw = (await browser.get("/dossier")).text
    assert name in html.unescape(raw)
    assert "<script>alert" not in raw
