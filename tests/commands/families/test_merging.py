"""Two files of one child become one: every room's records move, nothing is lost, no place is counted twice."""

import asyncio
import sqlite3
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from server.adapters.vault import Vault, vault_in
from server.bookings.commands.judging import TapRequest
from server.bookings.commands.merging import BOOKINGS
from server.bookings.commands.taps import apply_taps
from server.database import Database, Work, sql
from server.documents.commands.merging import DOCUMENTS
from server.enrolments.commands import ENROLMENTS
from server.errors import NotFound
from server.families.commands.merging import Joining, Part, merge, preview, tables_of
from server.health.commands.merging import health_part
from server.health.commands.saving import Record, locked, write_part
from server.health.queries.records import consents_of, holding, record_of
from server.health.rules.plans import Plan
from server.health.rules.sheet import Sheet
from server.health.rules.vaccines import Vaccinations
from server.health.sealing import Kept
from server.settings import Settings
from tests.cast import Town
from tests.commands.bookings.phone import Phone
from tests.conftest import FrozenClock
from tests.desk import MONDAY, THURSDAY, TUESDAY, put, rows_of, run

WHY = "Confirmé par les deux parents."
KEPT, GONE = "kidtom", "kidzoe"  # the Duponts' Tom, and the Bernards' « Zoé », who is he


@pytest.fixture
def vault(settings: Settings) -> Vault:
    return vault_in(settings.data)


@pytest.fixture
def parts(vault: Vault) -> tuple[Part, ...]:
    return (BOOKINGS, ENROLMENTS, health_part(vault), DOCUMENTS)


async def joined(
    db: Database, town: Town, clock: FrozenClock, parts: Any, kept: str = KEPT, gone: str = GONE, custody: Any = "even"
) -> str:
    """The agent reads, then decides."""
    found = await db.read(preview, kept, gone, parts, clock())
    said = Joining(found.stamp, custody, WHY)
    return str(await db.write(merge, town.visitor("agent"), kept, gone, said, parts, clock()))


async def texts(db: Database, parts: Any, clock: FrozenClock) -> list[str]:
    found = await db.read(preview, KEPT, GONE, parts, clock())
    return [f"{one.part}: {one.text}".replace("\u00a0", " ") for one in found.findings]


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


@pytest.mark.parametrize(
    ("kept", "gone", "stays", "holder", "taken"),
    [
        ("booked", "booked", "booked", "dupont", 1),  # the first made
        ("requested", "booked", "booked", "bernard", 1),
        ("booked", "waiting", "booked", "dupont", 1),
        ("waiting", "booked", "booked", "bernard", 1),
        ("waiting", "waiting", "waiting", "dupont", 0),
        ("free", "booked", "booked", "bernard", 1),
        ("absent_billed", "free", "absent_billed", "dupont", 0),
        ("refused", "free", "refused", "dupont", 0),
    ],
)
async def test_a_session_of_both_files_keeps_one_square(
    db, town, clock, parts, kept, gone, stays, holder, taken
) -> None:
    session = town.sessions["atelier", THURSDAY]
    await run(
        db,
        "update session set capacity = $1 where id = $2",
        (kept + gone).count("booked") + ("request" in kept),
        session,
    )
    await put(db, town, "tom", "atelier", THURSDAY, kept, clock())
    await put(db, town, "zoe", "atelier", THURSDAY, gone, clock() + timedelta(minutes=5))
    assert await joined(db, town, clock, parts) == "done"
    (row,) = await db.read(rows_of, "select * from booking where session_id = $1", town.sessions["atelier", THURSDAY])
    assert (row["child_id"], row["state"], row["family_id"]) == (town.children["tom"], stays, town.families[holder])
    assert row["version"] > 1
    (session,) = await db.read(rows_of, "select taken from session where id = $1", town.sessions["atelier", THURSDAY])
    assert session["taken"] == taken


async def test_the_place_given_back_goes_to_the_first_who_waits(db, town, clock, parts) -> None:
    for child in ("tom", "zoe"):  # two places, both this child's
        await put(db, town, child, "atelier", THURSDAY, "booked", clock())
    await put(db, town, "lina", "atelier", THURSDAY, "waiting", clock())
    assert await joined(db, town, clock, parts) == "done"
    rows = await db.read(rows_of, "select child_id, state from booking order by child_id")
    assert {row["child_id"]: row["state"] for row in rows} == {
        town.children["lina"]: "booked",
        town.children["tom"]: "booked",
    }
    (session,) = await db.read(rows_of, "select taken from session where id = $1", town.sessions["atelier", THURSDAY])
    assert session["taken"] == 2
    kinds = await db.read(rows_of, "select kind, account_id from outbox where kind <> 'child_shared'")
    assert {(row["kind"], row["account_id"]) for row in kinds} == {
        ("booked_by_agent", town.accounts["stranger"]),
        ("waiting_list_promoted", town.accounts["owner"]),
        ("waiting_list_promoted", town.accounts["coguardian"]),
    }


async def test_squares_taps_absences_and_the_trail_follow_the_child(db, town, clock, parts) -> None:
    zoe = town.children["zoe"]
    await put(db, town, "zoe", "cantine", MONDAY, "booked", clock())
    await put(db, town, "zoe", "cantine", TUESDAY, "free", clock())
    session = town.sessions["cantine", MONDAY]
    await run(
        db,
        "insert into tap (id, account_id, device, square, seq, digest, outcome, verdict, received_at) "
        "values ('t1', $1, 'd', $2, 1, 'x', 'applied', '{}', $3)",
        town.accounts["stranger"], f"{GONE}.{session}", clock(),
    )  # fmt: skip
    await run(
        db,
        "insert into absence (ref, family_id, child_id, first_day, last_day, lines, declared_at) "
        "values ('a1', $1, $2, $3, $3, '[]', $4)",
        town.families["bernard"], zoe, MONDAY, clock(),
    )  # fmt: skip
    for child in ("tom", "zoe"):
        await run(
            db,
            "insert into cutoff_reminder (family_id, child_id, week, told_at) values ($1, $2, $3, $4)",
            town.families["bernard"], town.children[child], MONDAY, clock(),
        )  # fmt: skip
    await run(db, "insert into audit (at, action, child_id) values ($1, 'tap', $2)", clock(), zoe)
    said = await texts(db, parts, clock)
    assert "Réservations: 2 cases du planning changent de fiche, dont 1 à venir." in said
    assert await joined(db, town, clock, parts) == "done"
    tom = town.children["tom"]
    for table, count in (("booking", 2), ("absence", 1), ("cutoff_reminder", 1)):
        assert len(await db.read(rows_of, f"select id from {table} where child_id = $1", tom)) == count, table
    assert await db.read(rows_of, "select id from audit where child_id = $1", zoe) == []
    (tap,) = await db.read(rows_of, "select square from tap")
    assert tap["square"] == f"{KEPT}.{session}"


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


def _tell(vault: Vault, child: int, now: Any, sheet: Sheet, dates: dict[str, date], plan: str) -> Work[None]:
    yield from locked(vault, child)
    for column, value in (
        ("sheet", sheet),
        ("vaccines", Vaccinations(dates)),
        ("plans", (Plan(1, "established", plan, now, "P", date(2026, 9, 1), date(2027, 7, 1)),)),
    ):
        yield from write_part(vault, child, column, Kept(1, now, "P", value))


async def test_nothing_that_protects_the_child_is_dropped(db, town, clock, parts, vault) -> None:
    tom, zoe = town.children["tom"], town.children["zoe"]
    mine = Sheet("Dr A", "01", "oui", ("lait",), food="Lait cru", recommendations="Calme")
    theirs = Sheet("", "", "oui", ("arachide", "insectes"), drugs="Pénicilline", illnesses=("asthme",))
    await db.write(_tell, vault, tom, clock(), mine, {"dtp": date(2019, 1, 1)}, "Lait")
    await db.write(_tell, vault, zoe, clock() + timedelta(1), theirs, {"ror": date(2020, 1, 1)}, "Arachide")
    for child, kind, granted in ((tom, "image", False), (zoe, "image", True), (tom, "emergency", False), (zoe, "emergency", True)):  # fmt: skip
        await run(
            db,
            "insert into permission (child_id, kind, granted, given_name, at) values ($1, $2, $3, 'P', $4)",
            child, kind, granted, clock(),
        )  # fmt: skip
    await run(
        db,
        "insert into health_read (child_id, reader, agent, screen, at) values ($1, 'P', $2, 'sheet', $3)",
        zoe, False, clock(),
    )  # fmt: skip
    said = await texts(db, parts, clock)
    assert any("Des PAI dans les deux fiches" in one for one in said)
    assert not any("Pénicilline" in one or "Arachide" in one for one in said)
    assert await joined(db, town, clock, parts) == "done"
    record: Record = await db.read(record_of, vault, tom)
    assert record.sheet and record.vaccines
    sheet = record.sheet.value
    assert (sheet.doctor, sheet.food, sheet.drugs) == ("Dr A", "Lait cru", "Pénicilline")
    assert sheet.allergies == ("arachide", "lait", "insectes") and sheet.illnesses == ("asthme",)
    assert record.sheet.version == 2
    assert set(record.vaccines.value.dates) == {"dtp", "ror"}
    assert [(plan.number, plan.object) for plan in record.all_plans] == [(1, "Lait"), (2, "Arachide")]
    held = holding(await db.read(consents_of, tom))
    assert {kind: answer.granted for kind, answer in held.items()} == {"image": False, "emergency": True}
    assert len(await db.read(rows_of, "select id from permission where child_id = $1", tom)) == 5
    assert len(await db.read(rows_of, "select id from health_read where child_id = $1", tom)) == 1
    assert len(await db.read(rows_of, "select id from health_record")) == 1


async def test_a_file_nobody_can_open_here_is_not_joined(db, town, clock, parts, vault) -> None:
    zoe = town.children["zoe"]
    await db.write(_tell, vault, zoe, clock(), Sheet(), {}, "x")
    await run(db, "update health_record set sheet = 'broken' where child_id = $1", zoe)
    found = await db.read(preview, KEPT, GONE, parts, clock())
    assert found.stopped
    said = Joining(found.stamp, "always", WHY)
    assert await db.write(merge, town.visitor("agent"), KEPT, GONE, said, parts, clock()) == "stopped"


async def test_persons_of_one_household_fill_one_list_and_who_finds_no_place_is_written_down(
    db, town, clock, parts
) -> None:
    family = town.families["dupont"]
    await run(db, "update household_child set family_id = $1 where child_id = $2", family, town.children["zoe"])
    text = "insert into pickup_person (family_id, child_id, position, name, phone) values ($1, $2, $3, $4, '06')"
    for n in range(1, 10):
        await run(db, text, family, town.children["tom"], n, f"Personne {n}")
    for n, name in enumerate(("PERSONNE 1", "Mamie", "Papi"), 1):
        await run(db, text, family, town.children["zoe"], n, name)
    assert await joined(db, town, clock, parts) == "done"
    people = await db.read(
        rows_of, "select name from pickup_person where child_id = $1 order by position", town.children["tom"]
    )
    assert [row["name"] for row in people][8:] == ["Personne 9", "Mamie"] and len(people) == 10
    (kept,) = await db.read(rows_of, "select moved from child_merge")
    assert "Papi (06)" in kept["moved"]


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


@pytest.mark.parametrize("turn", range(6))
async def test_taps_of_both_homes_while_the_files_are_joined_leave_every_place_counted_once(
    db, town, clock, parts, turn
) -> None:
    """The tap comes before, and makes what the agent read stale, or after, and finds the file it was made for gone."""
    alice = Phone(town, db, clock)
    denis = Phone(town, db, clock, "stranger", "33333333-2222-3333-4444-555555555555")
    found = await db.read(preview, KEPT, GONE, parts, clock())
    said = Joining(found.stamp, "always", WHY)
    agent, now = town.visitor("agent"), clock()

    def tapped(phone: Phone, child: str) -> Any:
        return db.write(apply_taps, [TapRequest(phone.visitor, phone.tap(child, "atelier", THURSDAY), now)], now)

    acts = [tapped(alice, "tom"), tapped(denis, "zoe"), db.write(merge, agent, KEPT, GONE, said, parts, now)]
    order = [(turn + n) % 3 for n in range(3)] if turn < 3 else [2, 1, 0]
    results: dict[int, Any] = dict(
        zip(order, await asyncio.gather(*(acts[n] for n in order), return_exceptions=True), strict=True)
    )
    assert results[2] in ("done", "stale"), results
    rows = await db.read(rows_of, "select child_id, state from booking")
    (session,) = await db.read(rows_of, "select taken from session where id = $1", town.sessions["atelier", THURSDAY])
    assert session["taken"] == sum(row["state"] == "booked" for row in rows)
    if results[2] == "done":
        assert {row["child_id"] for row in rows} <= {town.children["tom"]}
        assert len(rows) <= 1
