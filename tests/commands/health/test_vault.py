"""The vault: what the database alone tells of children's health (nothing), and a key that turns while the portal runs."""

import asyncio
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from server.adapters.ring import Ring, Unreadable, keep_ring, ring_from
from server.adapters.vault import FILE, Vault, vault_in
from server.cli.readiness import obstacle
from server.cli.rotation import rotate_health as rotate
from server.cli.rotation.health import turn_all
from server.database import Database
from server.errors import Sealed
from server.health.commands.parents import Asked, ask_for_plan, save_sheet
from server.health.commands.rotation import keys_in_use
from server.health.queries.records import record_of
from server.health.rules.sheet import PARTS
from server.health.rules.sheet_form import read_sheet
from server.settings import Settings
from tests.cast import Town
from tests.conftest import ROOT, FrozenClock
from tests.desk import run

WORDS = ("Aubépine", "Noisettes", "Pénicilline", "Lunettes", "sans_viande", "scarlatine", "Glycémie")
POSTED = {
    "medecin": "Dr Aubépine", "medecin_telephone": "01 39 98 10 10", "allergies": "oui", "allergie_fruits_a_coque": "oui",
    "allergies_aliments": "Noisettes", "allergies_medicaments": "Pénicilline", "regime": "sans_viande",
    "recommandations": "Lunettes", "groupe": "AB−", "maladie_scarlatine": "oui", "commentaire": "Rien", "pai": "oui",
    "pai_objet": "Glycémie à surveiller",
}  # fmt: skip


@pytest.fixture
def vault(settings: Settings) -> Vault:
    return vault_in(settings.data)


async def write(
    db: Database, town: Town, vault: Vault, clock: FrozenClock, child: str = "lina", **changes: str
) -> None:
    typed = read_sheet(PARTS, {**POSTED, **changes}, clock().date())
    assert typed.good, typed.errors
    saved = await db.write(save_sheet, vault, town.visitor("owner"), town.refs[child], typed, Asked(PARTS, 0), clock())
    assert saved.outcome == "done"


def test_sealed_values_open_under_their_own_label_only(tmp_path: Path) -> None:
    vault = vault_in(str(tmp_path))
    text = vault.seal("health_record.sheet.1", b'{"a": 1}')
    assert vault.open("health_record.sheet.1", text).rstrip() == b'{"a": 1}'
    assert vault.seal("health_record.sheet.1", b'{"a": 1}') != text, "a fresh nonce each time"
    for label in ("health_record.sheet.2", "health_record.vaccines.1", ""):
        with pytest.raises(Unreadable):
            vault.open(label, text)
    for odd in (text[:-4], text[:12] + ("A" if text[12] != "A" else "B") + text[13:], "nokey.AAAA", "", "é"):
        with pytest.raises(Unreadable):
            vault.open("health_record.sheet.1", odd)


def test_the_length_of_what_is_sealed_tells_nothing(tmp_path: Path) -> None:
    vault = vault_in(str(tmp_path))
    assert len(vault.seal("a", b"{}")) == len(vault.seal("a", b"x" * 255))


def test_the_file_is_for_its_owner_and_drawn_once(tmp_path: Path) -> None:
    first = vault_in(str(tmp_path / "data")).ring
    assert vault_in(str(tmp_path / "data")).ring == first
    assert (tmp_path / "data" / FILE).stat().st_mode & 0o077 == 0
    assert (tmp_path / "data").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("text", ["", "# nothing\n", "abc\n", "a AAAA\n", "a é\n", "a b c d e\n"])
def test_a_ring_that_is_none_opens_nothing(tmp_path: Path, text: str) -> None:
    with pytest.raises(ValueError):
        ring_from(text)
    (tmp_path / FILE).write_text(text)
    with pytest.raises(Unreadable):
        Vault(tmp_path / FILE).seal("a", b"{}")


def test_a_ring_keeps_its_prepared_key_and_turns_to_it(tmp_path: Path) -> None:
    ring = vault_in(str(tmp_path)).ring.with_prepared()
    keep_ring(tmp_path / FILE, ring)
    assert ring_from((tmp_path / FILE).read_text()) == ring == ring.with_prepared()
    turned = ring.turned()
    assert (turned.current, turned.prepared, len(turned.keys)) == (ring.prepared, "", 2)
    assert turned.turned() == turned, "a turn that was begun stays as it is"
    assert turned.alone() == Ring(turned.keys[:1])


async def test_a_dump_of_the_database_tells_none_of_the_words(
    db: Database, town: Town, vault: Vault, clock: FrozenClock, settings: Settings
) -> None:
    await write(db, town, vault, clock)
    record = await db.read(record_of, vault, town.children["lina"])
    assert record.sheet and record.sheet.value.doctor == "Dr Aubépine"
    assert record.all_plans[0].object == "Glycémie à surveiller"
    dump = await asyncio.to_thread(dumped, settings)
    assert "health_record" in dump
    assert town.refs["lina"] in dump, "it is the whole database"
    for word in WORDS:
        assert word not in dump
        assert word.encode().hex() not in dump


def dumped(settings: Settings) -> str:
    """The whole database as its own tool writes it, and for SQLite the bytes of its files too."""
    if settings.database_url.startswith("sqlite"):
        import sqlite3

        path = Path(settings.database_url.removeprefix("sqlite:///"))
        raw = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
        with sqlite3.connect(path) as connection:
            return "\n".join(connection.iterdump()) + raw.decode("utf-8", "replace")
    tool = shutil.which("pg_dump")
    if tool is None:
        from tests.postgres import binaries_needed

        tool = str(Path(binaries_needed()) / "pg_dump")
    return subprocess.run([tool, settings.database_url], capture_output=True, text=True, check=True).stdout


async def test_rows_cannot_be_swapped(db: Database, town: Town, vault: Vault, clock: FrozenClock) -> None:
    await write(db, town, vault, clock, "lina")
    await write(db, town, vault, clock, "tom")
    lina, tom = town.children["lina"], town.children["tom"]
    await run(
        db,
        "update health_record set sheet = (select sheet from health_record where child_id = $1) where child_id = $2",
        tom,
        lina,
    )
    with pytest.raises(Sealed):
        await db.read(record_of, vault, lina)
    await run(db, "update health_record set vaccines = sheet where child_id = $1", tom)
    with pytest.raises(Sealed):
        await db.read(record_of, vault, tom)


async def test_the_key_turns_while_families_write(
    db: Database, town: Town, vault: Vault, clock: FrozenClock, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    await write(db, town, vault, clock)
    old = vault.ring.current
    turning = asyncio.create_task(
        asyncio.create_subprocess_exec(sys.executable, "-m", "server", "rotate-health-key", cwd=ROOT, env=of(settings))
    )
    for n in range(40):
        await db.write(ask_for_plan, vault, town.visitor("owner"), town.refs["tom"], f"Asthme {n}", clock())
        await asyncio.sleep(0.02)
    process = await turning
    assert await process.wait() == 0
    assert vault.ring.current != old
    assert len(vault.ring.keys) == 1
    assert await db.read(keys_in_use) == {vault.ring.current}
    record = await db.read(record_of, vault, town.children["lina"])
    assert record.sheet and record.sheet.value.food == "Noisettes"
    plans = (await db.read(record_of, vault, town.children["tom"])).all_plans
    assert plans[0].object == "Asthme 39"
    assert old in ring_from(kept_ring(settings)).ids, "old backups stay readable"


def kept_ring(settings: Settings) -> str:
    return next(Path(settings.data).glob(f"{FILE}.before-*")).read_text()


def of(settings: Settings) -> dict[str, str]:
    return {**os.environ, "MARELLE_ENV": "demo", "MARELLE_DATA": settings.data, "DATABASE_URL": settings.database_url}


async def test_several_machines_learn_the_key_before_any_seals_with_it(
    db: Database,
    town: Town,
    vault: Vault,
    clock: FrozenClock,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in of(settings).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("server.cli.rotation.turning.SETTLING", 0)
    await write(db, town, vault, clock)
    assert await asyncio.to_thread(rotate, ["--prepare"]) == 0
    file, elsewhere = Path(settings.data) / FILE, tmp_path / "elsewhere.keys"
    shutil.copy(file, elsewhere)
    other = Vault(elsewhere)
    assert await asyncio.to_thread(rotate, ["--keep"]) == 0
    await db.write(ask_for_plan, other, town.visitor("owner"), town.refs["tom"], "Asthme", clock())
    assert len(await db.read(keys_in_use)) == 2
    assert (await db.read(record_of, other, town.children["lina"])).sheet, "it knew the key beforehand"
    shutil.copy(file, elsewhere)
    assert await asyncio.to_thread(rotate, []) == 0
    assert await db.read(keys_in_use) == {other.ring.current} == {vault.ring.current}
    assert (await db.read(record_of, vault, town.children["tom"])).all_plans


async def test_a_rotation_goes_batch_by_batch(
    db: Database, town: Town, vault: Vault, clock: FrozenClock, settings: Settings
) -> None:
    for child in ("lina", "tom"):
        await write(db, town, vault, clock, child)
    keep_ring(Path(settings.data) / FILE, vault.ring.turned())
    done = await turn_all(db, vault, most=1)
    assert (done.turned, done.unreadable) == (4, 0)  # a sheet and a request for a PAI each
    assert (await turn_all(db, vault, most=1)).turned == 0


async def test_without_its_key_the_portal_does_not_start_and_says_why(
    db: Database,
    town: Town,
    vault: Vault,
    clock: FrozenClock,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Any,
) -> None:
    await write(db, town, vault, clock)
    assert await asyncio.to_thread(obstacle, settings) == ""
    (Path(settings.data) / FILE).unlink()
    assert "put it back from your copy" in await asyncio.to_thread(obstacle, settings)
    vault_in(settings.data)  # somebody drew another key
    assert "put it back from your copy" in await asyncio.to_thread(obstacle, settings)
    for name, value in of(settings).items():
        monkeypatch.setenv(name, value)
    assert await asyncio.to_thread(rotate, ["--lost"]) == 0
    assert "2 values no key opens were emptied" in capsys.readouterr().out
    assert await asyncio.to_thread(obstacle, settings) == ""
    assert (await db.read(record_of, vault_in(settings.data), town.children["lina"])).sheet is None


def test_an_odd_flag_is_told(capsys: Any) -> None:
    assert rotate(["--now"]) == 2
    assert "Usage" in capsys.readouterr().err
