"""What may not be kept is removed, counted beforehand, said in the journal; unused accounts are warned first."""

from datetime import UTC, date, datetime, timedelta

import pytest

from server.cli.retention import keep_no_longer, retention, school_year
from server.database import Database, Work, sql
from server.profiles.retention import RetentionChoices
from tests.cast import Town
from tests.conftest import FrozenClock
from tests.desk import MONDAY, put, rows_of, run

CHOICES = RetentionChoices()


@pytest.mark.parametrize(
    ("today", "first"),
    [
        (date(2026, 11, 16), date(2024, 9, 1)),
        (date(2026, 8, 31), date(2023, 9, 1)),
        (date(2026, 9, 1), date(2024, 9, 1)),
    ],
)
def test_whole_school_years_are_kept(today: date, first: date) -> None:
    assert school_year(today, 2) == first


async def test_old_bookings_go_and_young_ones_stay(db: Database, town: Town, clock: FrozenClock) -> None:
    await put(db, town, "tom", "cantine", MONDAY, "booked", clock())
    await db.write(_old_session, town)
    before = await keep_no_longer(db, CHOICES, clock(), dry=True)
    assert before["réservations"] == 1
    assert len(await db.read(rows_of, "select id from booking")) == 2
    after = await keep_no_longer(db, CHOICES, clock(), dry=False)
    assert after["réservations"] == 1
    (row,) = await db.read(rows_of, "select s.day from booking b join session s on s.id = b.session_id")
    assert row["day"] == MONDAY
    assert sum((await keep_no_longer(db, CHOICES, clock(), dry=False)).values()) == 0


def _old_session(town: Town) -> Work[None]:
    at = datetime(2023, 11, 16, 11, tzinfo=UTC)
    rows = yield sql(
        "insert into session (activity_id, day, starts_at, ends_at, taken) values ($1, $2, $3, $3, 1) returning id",
        town.activities["cantine"], date(2023, 11, 16), at,
    )  # fmt: skip
    yield sql(
        "insert into booking (child_id, session_id, family_id, state, version, changed_at) values ($1, $2, $3, 'booked', 1, $4)",
        town.children["tom"], rows[0]["id"], town.families["dupont"], at,
    )  # fmt: skip


async def test_a_health_file_goes_when_the_child_has_left(db: Database, town: Town, clock: FrozenClock) -> None:
    for child in ("tom", "zoe"):
        await run(db, "insert into health_record (child_id) values ($1)", town.children[child])
    await run(db, "update enrolment set last_day = $1 where child_id = $2", date(2026, 9, 10), town.children["zoe"])
    assert (await keep_no_longer(db, CHOICES, clock(), dry=False))["dossiers santé"] == 1
    (row,) = await db.read(rows_of, "select child_id from health_record")
    assert row["child_id"] == town.children["tom"]


async def test_a_file_renewed_after_the_last_enrolment_stays(db: Database, town: Town, clock: FrozenClock) -> None:
    await run(db, "insert into health_record (child_id) values ($1)", town.children["zoe"])
    await run(db, "update enrolment set last_day = $1 where child_id = $2", date(2026, 7, 3), town.children["zoe"])
    await run(
        db, "insert into audit (at, action, child_id, detail) values ($1, 'health_saved', $2, '{}')",
        clock() - timedelta(days=5), town.children["zoe"],
    )  # fmt: skip
    assert (await keep_no_longer(db, CHOICES, clock(), dry=False))["dossiers santé"] == 0
    assert len(await db.read(rows_of, "select id from health_record")) == 1


async def test_an_unused_account_is_warned_then_closed_unless_somebody_comes_back(
    db: Database, town: Town, clock: FrozenClock
) -> None:
    await run(db, "update account set created_at = $1", clock() - timedelta(days=900))
    await run(
        db,
        "update account set last_sign_in_at = $1 where id = $2",
        clock() - timedelta(days=100),
        town.accounts["owner"],
    )
    first = await keep_no_longer(db, CHOICES, clock(), dry=False)
    assert (first["comptes prévenus"], first["comptes fermés"]) == (3, 0)
    letters = await db.read(rows_of, "select address, kind from letter order by address")
    assert [row["address"] for row in letters] == ["bob@exemple.fr", "chloe@exemple.fr", "denis@exemple.fr"]
    clock.move(days=29)
    assert sum((await keep_no_longer(db, CHOICES, clock(), dry=False)).values()) == 0
    await run(db, "update account set last_sign_in_at = $1 where id = $2", clock(), town.accounts["coguardian"])
    clock.move(days=2)
    closed = await keep_no_longer(db, CHOICES, clock(), dry=False)
    assert (closed["comptes prévenus"], closed["comptes fermés"]) == (0, 2)
    open_ = await db.read(rows_of, "select id from account where disabled_at is null and kind = 'parent' order by id")
    assert [row["id"] for row in open_] == [town.accounts["owner"], town.accounts["coguardian"]]


async def test_a_session_that_lives_keeps_its_account(db: Database, town: Town, clock: FrozenClock) -> None:
    await run(db, "update account set created_at = $1", clock() - timedelta(days=900))
    for account in town.accounts.values():
        await run(
            db,
            "insert into sign_in (account_id, token_hash, device_label, address, created_at, last_seen_at, expires_at) "
            "values ($1, $2, 'x', 'x', $3, $3, $3)",
            account, f"t{account}", clock() - timedelta(days=3),
        )  # fmt: skip
    assert (await keep_no_longer(db, CHOICES, clock(), dry=False))["comptes prévenus"] == 0


async def test_what_was_removed_stands_in_the_trail(db: Database, town: Town, clock: FrozenClock) -> None:
    await db.write(_old_session, town)
    await keep_no_longer(db, CHOICES, clock(), dry=False)
    (row,) = await db.read(rows_of, "select action, detail from audit")
    assert (row["action"], row["detail"]) == ("retention", '{"removed":{"réservations":1}}')


def test_the_command_counts_and_says(
    database_url: str, tmp_path: object, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in {"MARELLE_ENV": "demo", "DATABASE_URL": database_url, "MARELLE_DATA": str(tmp_path)}.items():
        monkeypatch.setenv(name, value)
    assert retention(["--dry-run"]) == 0
    assert "0  réservations" in capsys.readouterr().out
    assert retention([]) == 0
    assert "C’est fait" in capsys.readouterr().out
