"""Opening a family's file is noted and capped, so that a leak can be answered."""

from datetime import timedelta

import pytest

from server.database import Database
from server.desk.queries import search_families
from server.errors import NotFound, TooMany
from server.families.commands import readings
from server.families.commands.readings import open_family
from server.families.finding import index_families
from server.web.folding import digits, fold, words_of
from tests.cast import Town
from tests.conftest import FrozenClock
from tests.counting import counted
from tests.desk import agent_of, rows_of, run


async def test_each_file_opened_is_one_line_an_hour(db: Database, town: Town, clock: FrozenClock) -> None:
    agent = agent_of(town)
    for family in ("fam-dupont", "fam-dupont", "fam-martin"):
        await db.write(open_family, agent, family, clock())
    clock.move(hours=1, seconds=1)
    await db.write(open_family, agent, "fam-dupont", clock())
    lines = await db.read(rows_of, "select actor_id, detail from audit where action = 'read_family' order by id")
    names = ("dupont", "martin", "dupont")
    assert [line["detail"] for line in lines] == [f'{{"family":{town.families[name]}}}' for name in names]
    assert {line["actor_id"] for line in lines} == {agent.account_id}


async def test_beyond_the_cap_no_new_file_opens_until_an_hour_has_passed(
    db: Database, town: Town, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readings, "MOST_FAMILIES", 2)
    agent = agent_of(town)
    await db.write(open_family, agent, "fam-dupont", clock())
    await db.write(open_family, agent, "fam-martin", clock())
    with pytest.raises(TooMany):
        await db.write(open_family, agent, "fam-bernard", clock())
    assert await db.write(open_family, agent, "fam-dupont", clock()) == town.families["dupont"]
    clock.move(hours=1, seconds=1)
    assert await db.write(open_family, agent, "fam-bernard", clock() + timedelta(0)) == town.families["bernard"]


async def test_an_unknown_file_is_not_found_and_not_noted(db: Database, town: Town, clock: FrozenClock) -> None:
    with pytest.raises(NotFound):
        await db.write(open_family, agent_of(town), "fam-nobody", clock())
    assert await db.read(rows_of, "select id from audit") == []


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("dupont", ["Dupont", "Martin", "Élodie D'Œuvré"]),  # the cast's guardians are all called Dupont
        ("MARTIN", ["Martin"]),
        ("elodie", ["Élodie D'Œuvré"]),
        ("ÉLODIE", ["Élodie D'Œuvré"]),
        ("oeuvre", ["Élodie D'Œuvré"]),
        ("d’œuvré", ["Élodie D'Œuvré"]),
        ("lina", ["Dupont", "Martin"]),
        ("lina martin", ["Martin"]),
        ("helene", ["Élodie D'Œuvré"]),
        ("f0002", ["Martin"]),
        ("0612345678", ["Élodie D'Œuvré"]),
        ("06 12 34 56 78", ["Élodie D'Œuvré"]),
        ("+33 6 12 34 56 78", ["Élodie D'Œuvré"]),
        ("chloe@exemple.fr", ["Martin"]),
        ("%", []),
        ("_", []),
        ("__", []),
        ("l", []),
        ("' or 1=1 --", []),
        ("\\", []),
        ("personne", []),
    ],
)
async def test_families_are_found_whatever_the_accents(db: Database, town: Town, typed: str, found: list[str]) -> None:
    await run(db, "update family set name = $1 where number = 'F0003'", "Élodie D'Œuvré")
    await run(db, "update guardian set phone = '06.12.34.56.78' where first_name = 'Stranger'")
    await run(db, "update child set first_name = 'HÉLÈNE' where first_name = 'Zoe'")
    await db.write(index_families, list(town.families.values()))
    got = await db.read(search_families, typed)
    assert sorted(family.name for family in got.families) == sorted(found)


async def test_a_search_takes_four_statements(db: Database, town: Town) -> None:
    count = [0]
    await db.read(lambda: counted(search_families("dupont lina"), count))
    assert count[0] == 4


def test_folding_forgets_case_accents_and_punctuation() -> None:
    assert fold("  Élodie-Anne D’ŒUVRE ") == "elodie anne d oeuvre"
    assert words_of("06-12 34.56 78") == ["612345678"]
    assert words_of("0033 6 12 34 56 78") == ["612345678"]
    assert words_of("2026") == ["2026"]
    assert digits("+33 (0)6 12") == "0612".removeprefix("0")
