"""The demo town: loaded once, the same every time, never over anything else."""

from datetime import timedelta
from pathlib import Path

from server.accounts.queries import credentials_of
from server.adapters.vault import vault_in
from server.database import Database, Work, sql
from server.demo.loader import load_demo
from server.demo.people import LOGINS, households
from server.health.queries.records import record_of
from tests.commands.demo_town import HASH, NOW, count, load, one_account, rows


async def test_the_town_has_its_size(db: Database) -> None:
    assert await load(db) == "empty"
    sizes = {table: await count(db, table) for table in ("site", "family", "activity", "catalogue")}
    assert sizes == {"site": 2, "family": 60, "activity": 6, "catalogue": 1}
    assert 90 <= await count(db, "child") <= 110
    assert 3 <= len(await rows(db, "select id from family where resident = $1", False)) <= 8


async def test_loading_twice_changes_nothing(db: Database) -> None:
    await load(db)
    before = [await count(db, table) for table in ("account", "booking", "session", "audit", "outbox")]
    assert await load(db, NOW + timedelta(days=30)) == "demo"
    assert before == [await count(db, table) for table in ("account", "booking", "session", "audit", "outbox")]


async def test_a_real_account_keeps_the_demo_away(db: Database) -> None:
    await db.write(one_account, False)
    assert await load(db) == "real"
    assert await count(db, "family") == 0


async def test_anything_else_in_the_database_keeps_the_demo_away(db: Database) -> None:
    await db.write(one_account, True)
    assert await load(db) == "other"
    assert await count(db, "account") == 1


async def test_each_login_answers_to_its_three_names(db: Database) -> None:
    await load(db)
    for _, email in LOGINS:
        account = (await rows(db, "select * from account where email = $1", email))[0]
        for name in ("email", "user_name", "number"):
            known = await db.read(credentials_of, account[name], True)
            assert known
            assert known.account_id == account["id"]
            assert await db.read(credentials_of, account[name], False) is None


async def test_everybody_is_fictional(db: Database) -> None:
    await load(db)
    assert not await rows(db, "select id from account where demo = $1", False)
    addresses = await rows(db, "select email, phone from guardian")
    assert all(row["email"].endswith(("@demo.marelle", ".example")) for row in addresses)
    assert all(row["phone"].startswith("06 39 98 ") for row in addresses)  # the range kept for fiction
    for row in await rows(db, "select email from account"):
        assert row["email"].endswith("@demo.marelle")


def test_the_same_town_comes_out_every_time() -> None:
    assert list(households(60, 2026)) == list(households(60, 2026))


async def test_the_bookings_are_the_same_every_time(db: Database) -> None:
    await load(db)
    drawn = "select c.ref, s.day, s.activity_id, b.state, b.rank, b.changed_at from booking b join child c on c.id = b.child_id join session s on s.id = b.session_id order by c.ref, s.day, s.activity_id"
    first = await rows(db, drawn)
    for table in (
        *("booking", "enrolment", "household_child", "child", "guardian", "family", "account", "session"),
        *("activity", "site", "school_period", "public_holiday", "catalogue", "news", "info_page", "menu"),
    ):
        await db.write(_empty, table)
    await load(db)
    second = await rows(db, drawn)
    assert [{**row, "activity_id": 0} for row in first] == [{**row, "activity_id": 0} for row in second]


def _empty(table: str) -> Work[None]:
    yield sql(f"delete from {table}")


async def test_a_larger_town_has_places_for_its_size(db: Database) -> None:
    await load(db, families=300)
    assert await count(db, "family") == 300
    capacities = await rows(
        db,
        "select distinct a.ref, s.capacity from session s join activity a on a.id = s.activity_id where a.ref in ('mercredi', 'centre')",
    )
    assert {row["ref"]: row["capacity"] for row in capacities} == {"mercredi": 200, "centre": 120}


async def test_some_health_files_are_filled_in_and_open_with_the_vault_only(db: Database, tmp_path: Path) -> None:
    vault = vault_in(str(tmp_path))
    await db.write(load_demo, NOW, 12, HASH, vault)
    found = await rows(db, "select r.child_id, c.first_name from health_record r join child c on c.id = r.child_id")
    assert {"Lina", "Tom"} <= {row["first_name"] for row in found}
    assert "Zoé" not in {row["first_name"] for row in found}
    records = [await db.read(record_of, vault, row["child_id"]) for row in found]
    assert any(plan.state == "asked" for record in records for plan in record.all_plans)
    assert any(plan.packed_meal for record in records for plan in record.all_plans)
    assert all(record.sheet and record.vaccines for record in records)
