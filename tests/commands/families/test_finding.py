"""Any family by the first letters of any of its words, slips of the fingers forgiven, by the index on both engines."""

import pytest

from server.database import Database, Work, sql
from server.families.finding import find_families, index_families, index_missing, one_slip_away, terms_of
from tests.cast import Town
from tests.counting import counted
from tests.desk import rows_of, run

NAMES = {
    "dupont": ("Élodie", "Le Guen-Œuvrard", "06 39 98 10 01", "elodie@exemple.fr"),
    "martin": ("Noé", "Martinez", "+33 6 39 98 10 02", "noe.martinez@exemple.fr"),
}


@pytest.fixture
async def named(db: Database, town: Town) -> Town:
    """The cast with names worth looking for."""
    for family, (first, last, phone, email) in NAMES.items():
        await run(
            db,
            "update guardian set first_name = $1, last_name = $2, phone = $3, email = $4 where family_id = $5",
            *(first, last, phone, email, town.families[family]),
        )
    await db.write(index_families, list(town.families.values()))
    return town


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("elo", {"dupont"}),
        ("ÉLODIE", {"dupont"}),
        ("oeuv", {"dupont"}),
        ("œuvrard", {"dupont"}),
        ("le guen élodie", {"dupont"}),
        ("elodie guen", {"dupont"}),
        ("leguen", {"dupont"}),
        ("F0001", {"dupont"}),
        ("f0001", {"dupont"}),
        ("0639981001", {"dupont"}),
        ("06 39 98 10 01", {"dupont"}),
        ("06.39.98.10.01", {"dupont"}),
        ("+33 6 39 98 10 02", {"martin"}),
        ("0639981002", {"martin"}),
        ("06399810", {"dupont", "martin"}),
        ("noe.martinez@ex", {"martin"}),
        ("Noe.Martinez", {"martin"}),
        ("zoé", {"bernard"}),
        ("zoe dupont", {"bernard"}),  # the child's name and the family's are words of one family
        ("lina", {"dupont", "martin"}),  # who lives in both
        ("martinze", {"martin"}),  # two letters changed places
        ("martnez", {"martin"}),  # one missing
        ("marttinez", {"martin"}),  # one too many
        ("mardin", {"martin"}),  # a wrong one
        ("elodei", {"dupont"}),
        ("e", set()),
        ("", set()),
        ("%_", set()),
        ("xyz", set()),
        ("zoe personne", set()),
    ],
)
async def test_a_family_is_found_by(db: Database, named: Town, typed: str, found: set[str]) -> None:
    ids = await db.read(find_families, typed, 8)
    assert {name for name, id_ in named.families.items() if id_ in ids} == found


async def test_the_best_come_first_and_no_more_than_asked_for(db: Database, named: Town) -> None:
    await run(db, "update guardian set first_name = 'Bernard' where family_id = $1", named.families["dupont"])
    await db.write(index_families, [named.families["dupont"]])
    assert await db.read(find_families, "bernard", 8) == [named.families["bernard"], named.families["dupont"]]
    assert await db.read(find_families, "bernard", 1) == [named.families["bernard"]]


async def test_a_family_that_moved_on_is_no_longer_found_by_its_old_name(db: Database, named: Town) -> None:
    await run(db, "update family set name = 'Nouveau' where id = $1", named.families["bernard"])
    await db.write(index_families, [named.families["bernard"]])
    assert await db.read(find_families, "nouveau", 8) == [named.families["bernard"]]
    assert await db.read(find_families, "bernard", 8) == []


async def test_what_nobody_indexed_is_found_and_indexed_later(db: Database, named: Town) -> None:
    await run(db, "delete from family_word")
    assert await db.write(index_missing) == len(named.families)
    assert await db.write(index_missing) == 0
    assert await db.read(find_families, "elo", 8) == [named.families["dupont"]]


async def test_names_are_folded_for_sorting(db: Database, named: Town) -> None:
    assert {"sort_name": "dupont zoe"} in await db.read(rows_of, "select sort_name from child")


async def test_one_statement_finds_and_the_index_is_what_it_reads(db: Database, named: Town) -> None:
    count = [0]
    await db.read(lambda: counted(find_families("elodie guen", 8), count))
    assert count[0] == 1
    plan = " ".join(str(value) for row in await db.read(plan_of, db.engine) for value in row.values())
    assert "family_word_word_family_id_key" in plan or "sqlite_autoindex_family_word" in plan


def plan_of(engine: str) -> Work[list[dict[str, object]]]:
    """How the engine would look three letters up."""
    if engine != "sqlite":
        yield sql("set local enable_seqscan = off")  # a table of twenty rows is always read whole
    explain = "explain query plan" if engine == "sqlite" else "explain"
    rows = yield sql(f"{explain} select family_id from family_word w where w.word >= $1 and w.word < $2", "elo", "elp")
    return [dict(row) for row in rows]


def test_what_was_typed_becomes_words() -> None:
    assert [term.word for term in terms_of("  Jean-Luc D’Œuvre ")] == ["jean", "luc", "d", "oeuvre"]
    assert [term.word for term in terms_of("06 39 98")] == ["063998"]
    assert [term.word for term in terms_of("+33 6 39")] == ["639"]


@pytest.mark.parametrize("typed", ["martin", "matin", "marrtin", "mertin", "amrtin", "marti", "martni"])
def test_one_slip_is_forgiven(typed: str) -> None:
    assert one_slip_away(typed, "martin")


@pytest.mark.parametrize("typed", ["mrtni", "dupont", "martinxx", "mmaartin"])
def test_two_are_not(typed: str) -> None:
    assert not one_slip_away(typed, "martin")
