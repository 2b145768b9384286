"""Two files of one child become one: every room's records move, nothing is lost, or nothing changes at all."""

import sqlite3
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from server.database import Database, Work, sql
from server.documents.commands.merging import DOCUMENTS
from server.errors import NotFound
from server.families.commands.merging import Joining, Part, merge, preview, tables_of
from tests.commands.families.joining import GONE, KEPT, WHY, joined, texts
from tests.desk import MONDAY, THURSDAY, put, rows_of, run


def test_every_table_that_refers_to_a_child_is_answered_for(sqlite_template: Path, parts: tuple[Part, ...]) -> None:
    """A new table with a child in it fails here until somebody says what becomes of it."""
    with sqlite3.connect(sqlite_template) as database:
        tables = [name for (name,) in database.execute("select name from sqlite_master where type = 'table'")]
        pointing = {
            table
            for table in tables
            if any(key[2] == "child" for key in database.execute(f"pragma foreign_key_list({table})"))
            or any("child" in column[1] for column in database.execute(f"pragma table_info({table})"))
        }
    assert pointing == tables_of(parts) - {"tap"}, "joining two children must say what becomes of these"


async def test_the_child_has_both_homes_and_each_learns_only_that(db, town, clock, parts) -> None:
    assert await joined(db, town, clock, parts) == "done"
    homes = await db.read(
        rows_of, "select family_id, custody from household_child where child_id = $1 order by id", town.children["tom"]
    )
    assert homes == [
        {"family_id": town.families["dupont"], "custody": '{"kind":"odd"}'},
        {"family_id": town.families["bernard"], "custody": '{"kind":"even"}'},
    ]
    assert await db.read(rows_of, "select id from child where ref = $1", GONE) == []
    told = await db.read(rows_of, "select account_id, payload from outbox order by account_id")
    assert {row["account_id"] for row in told} == {town.accounts[n] for n in ("owner", "coguardian", "stranger")}
    for row in told:
        assert "deux foyers" in row["payload"]
        assert not any(name in row["payload"] for name in ("Bernard", "Dupont", "F0001", "F0003"))
    (kept,) = await db.read(rows_of, "select * from child_merge")
    assert (kept["kept_id"], kept["gone_ref"], kept["reason"]) == (town.children["tom"], GONE, WHY)
    assert '"first_name":"Zoe"' in kept["gone"] and "Famille Bernard" in kept["moved"]
    lines = await db.read(rows_of, "select family_id from audit where action = 'children_joined' order by family_id")
    assert len(lines) == 2


async def test_what_was_entered_twice_in_one_home_stays_once(db, town, clock, parts) -> None:
    await run(
        db,
        "update household_child set family_id = $1 where child_id = $2",
        town.families["dupont"],
        town.children["zoe"],
    )
    assert await joined(db, town, clock, parts) == "done"
    homes = await db.read(rows_of, "select family_id from household_child where child_id = $1", town.children["tom"])
    assert [row["family_id"] for row in homes] == [town.families["dupont"]]
    told = await db.read(rows_of, "select payload from outbox")
    assert told and all("en double" in row["payload"] for row in told)


async def test_two_agents_at_once_the_second_finds_nothing_to_do(db, town, clock, parts) -> None:
    found = await db.read(preview, KEPT, GONE, parts, clock())
    said = Joining(found.stamp, "always", WHY)
    agent = town.visitor("agent")
    assert await db.write(merge, agent, KEPT, GONE, said, parts, clock()) == "done"
    with pytest.raises(NotFound):
        await db.write(merge, agent, KEPT, GONE, said, parts, clock())
    with pytest.raises(NotFound):
        await db.read(preview, KEPT, KEPT, parts, clock())


async def test_what_changed_since_it_was_read_is_read_again(db, town, clock, parts) -> None:
    found = await db.read(preview, KEPT, GONE, parts, clock())
    await put(db, town, "zoe", "cantine", THURSDAY, "booked", clock())
    said = Joining(found.stamp, "always", WHY)
    assert await db.write(merge, town.visitor("agent"), KEPT, GONE, said, parts, clock()) == "stale"
    assert len(await db.read(rows_of, "select id from child where ref = $1", GONE)) == 1


async def test_enrolments_of_one_household_become_one_and_others_stay_apart(db, town, clock, parts) -> None:
    tom, zoe, cantine = town.children["tom"], town.children["zoe"], town.activities["cantine"]
    await run(
        db,
        "insert into enrolment (child_id, activity_id, family_id, first_day, last_day, unit, status) "
        "values ($1, $2, $3, $4, $5, 'Végétarien', 'accepted')",
        zoe, cantine, town.families["dupont"], date(2026, 10, 1), date(2027, 7, 10),
    )  # fmt: skip
    before = await db.read(rows_of, "select family_id, activity_id from enrolment where child_id in ($1, $2)", tom, zoe)
    assert await joined(db, town, clock, parts) == "done"
    after = await db.read(rows_of, "select * from enrolment where child_id = $1", tom)
    assert {(r["family_id"], r["activity_id"]) for r in after} == {(r["family_id"], r["activity_id"]) for r in before}
    (mine,) = [r for r in after if r["family_id"] == town.families["dupont"] and r["activity_id"] == cantine]
    assert (mine["first_day"], mine["last_day"]) == (date(2026, 9, 1), date(2027, 7, 10))


async def test_adults_requests_documents_and_what_stood_empty(db, town, clock, parts) -> None:
    tom, zoe = town.children["tom"], town.children["zoe"]
    adults = await db.read(rows_of, "select id from guardian order by id")
    link = "insert into child_link (guardian_id, child_id, quality, authority) values ($1, $2, $3, $4)"
    await run(db, link, adults[0]["id"], tom, "mere", True)
    await run(db, link, adults[0]["id"], zoe, "autre", False)
    await run(db, link, adults[3]["id"], zoe, "pere", True)
    await run(db, "update child set sex = 'M', grade = 'CE2' where id = $1", zoe)
    await run(
        db,
        "insert into request (ref, number, kind, title, family_id, child_id, content, receipt, filed_at, changed_at) "
        "values ('r1', 1, 'child_changed', 'École', $1, $2, $3, '{}', $4, $4)",
        town.families["bernard"], zoe, f'{{"data":{{"ref":"{GONE}"}}}}', clock(),
    )  # fmt: skip
    await run(
        db,
        "insert into document (ref, shelf, family_id, child_id, created_at, next_check_at) "
        "values ('d1', 'family', $1, $2, $3, $3)",
        town.families["bernard"], zoe, clock(),
    )  # fmt: skip
    said = await texts(db, parts, clock)
    assert "Identité: Sexe : « M » vient de l’autre fiche." in said
    assert any("« Mère, avec autorité parentale » reste" in one for one in said)
    assert "Démarches: 1 à rattacher à la fiche gardée, dont 1 en attente d’une réponse." in said
    assert await joined(db, town, clock, parts) == "done"
    links = await db.read(rows_of, "select guardian_id, quality from child_link where child_id = $1 order by id", tom)
    assert [(one["guardian_id"], one["quality"]) for one in links] == [
        (adults[0]["id"], "mere"),
        (adults[3]["id"], "pere"),
    ]
    (child,) = await db.read(rows_of, "select sex, grade, version from child where id = $1", tom)
    assert (child["sex"], child["grade"], child["version"]) == ("M", "CE2", 2)
    (request,) = await db.read(rows_of, "select child_id, content from request")
    assert request["child_id"] == tom and KEPT in request["content"] and GONE not in request["content"]
    assert [one["child_id"] for one in await db.read(rows_of, "select child_id from document")] == [tom]


async def test_a_child_without_a_home_whose_place_is_taken_twice_must_be_looked_at_first(
    db, town, clock, parts
) -> None:
    for n, child in enumerate(("tom", "zoe")):
        await put(db, town, child, "atelier", THURSDAY, "booked", clock() + timedelta(minutes=n))
    await run(db, "delete from household_child where child_id = $1", town.children["zoe"])
    assert (await db.read(preview, KEPT, GONE, parts, clock())).stopped


def _count(table: str) -> Work[int]:
    return int((yield sql(f"select count(*) as n from {table}"))[0]["n"])


async def test_a_joining_that_fails_half_way_changes_nothing(db: Database, town, clock, parts) -> None:
    def broken(pair: Any, agent: Any, now: Any) -> Work[None]:
        yield sql("select 1")
        raise RuntimeError("the disk is gone")

    last = Part(frozenset(), DOCUMENTS.find, broken)
    await put(db, town, "zoe", "cantine", MONDAY, "booked", clock())
    with pytest.raises(RuntimeError):
        await joined(db, town, clock, (*parts, last))
    assert await db.read(_count, "child_merge") == 0
    rows = await db.read(rows_of, "select child_id from booking")
    assert [row["child_id"] for row in rows] == [town.children["zoe"]]
