"""What an operator does with a live portal: a backup, the way back, a doctor, an official file."""

import asyncio
import shutil
import tarfile
from pathlib import Path
from typing import Any

import pytest

from server.adapters.keys import push_key_file
from server.adapters.safe import safe_of
from server.cli.backup import read_backup, write_backup
from server.cli.copies import BackupError, without_password
from server.cli.doctor import doctor, look_at_database, look_at_settings
from server.cli.doctor.documents import look_at_documents
from server.cli.importer import import_calendar
from server.cli.packing import unpack
from server.database import Database
from server.documents.archive import archive_of
from server.documents.commands.putting import New
from server.profiles.documents import DocumentsChoices
from server.settings import Settings, settings_from_environment
from server.web.uploads import Upload
from tests.cast import Town
from tests.clamd import clamd
from tests.conftest import migrated
from tests.desk import rows_of
from tests.papers import photo

SAMPLE = Path(__file__).parent.parent / "rules" / "activities" / "samples" / "official.csv"


def changed(settings: Settings, **values: Any) -> Settings:
    return Settings(**{name: getattr(settings, name) for name in Settings.__dataclass_fields__} | values)


def migrate_into(folder: str) -> None:
    migrated({"MARELLE_DATA": folder, "DATABASE_URL": ""})


def restore_into(folder: str) -> None:
    settings = settings_from_environment({"MARELLE_ENV": "demo", "MARELLE_DATA": folder})
    read_backup(settings, Path(folder).parent / "copy")


async def names(db: Database) -> list[str]:
    return [row["name"] for row in await db.read(rows_of, "select name from family order by id")]


async def test_a_backup_of_a_live_portal_comes_back(settings, db: Database, town: Town, tmp_path: Path) -> None:
    file = tmp_path / "copy"
    before = await names(db)
    await asyncio.to_thread(write_backup, settings, file)
    assert file.stat().st_mode & 0o077 == 0
    await db.write(rows_of, "update family set name = 'Changed' returning id")
    await asyncio.to_thread(read_backup, settings, file)
    assert await names(db) == before  # through connections that were open all along


async def test_after_a_restore_no_process_remembers_another_catalogue(settings, db, town: Town, tmp_path: Path) -> None:
    await asyncio.to_thread(write_backup, settings, tmp_path / "copy")
    await db.write(rows_of, "update catalogue set version = 7 returning id")
    await asyncio.to_thread(read_backup, settings, tmp_path / "copy")
    assert (await db.read(rows_of, "select version from catalogue"))[0]["version"] == 8


async def test_a_backup_is_taken_while_families_book(settings, db: Database, town: Town, tmp_path: Path) -> None:
    async def book() -> None:
        for n in range(60):
            await db.write(rows_of, "update session set next_rank = next_rank + 1 where id = $1 returning id", n + 1)

    await asyncio.gather(book(), asyncio.to_thread(write_backup, settings, tmp_path / "copy"))
    assert (tmp_path / "copy").stat().st_size > 0


async def test_a_backup_with_an_odd_name_comes_back_and_leaves_no_other_file(
    settings, db: Database, town: Town, tmp_path: Path
) -> None:
    (tmp_path / "kept").mkdir()
    file = tmp_path / "kept" / "a?b#1 %41.db"
    await asyncio.to_thread(write_backup, settings, file)
    await asyncio.to_thread(read_backup, settings, file)
    assert {path.name.removesuffix("-wal").removesuffix("-shm") for path in (tmp_path / "kept").iterdir()} == {
        file.name
    }


@pytest.mark.parametrize("made_by", [migrate_into, push_key_file, restore_into])
def test_the_data_folder_is_for_its_owner_only(made_by: Any, sqlite_template: Path, tmp_path: Path) -> None:
    (tmp_path / "copy").write_bytes(sqlite_template.read_bytes())
    made_by(str(tmp_path / "data"))
    assert (tmp_path / "data").stat().st_mode & 0o077 == 0


async def test_a_backup_never_overwrites_another(settings, db: Database, tmp_path: Path) -> None:
    (tmp_path / "copy").write_text("precious")
    with pytest.raises(BackupError, match="exists already"):
        await asyncio.to_thread(write_backup, settings, tmp_path / "copy")
    assert (tmp_path / "copy").read_text() == "precious"


async def test_what_is_not_a_backup_replaces_nothing(settings, db: Database, town: Town, tmp_path: Path) -> None:
    before = await names(db)
    for content in (b"", b"not a database", b"SQLite format 3\x00" + b"\x00" * 500):
        (tmp_path / "odd").write_bytes(content)
        with pytest.raises(BackupError):
            await asyncio.to_thread(read_backup, settings, tmp_path / "odd")
    with pytest.raises(BackupError, match="no backup at"):
        await asyncio.to_thread(read_backup, settings, tmp_path / "nowhere")
    assert await names(db) == before


def test_a_missing_tool_is_one_sentence(settings, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("PATH", "")
    elsewhere = changed(settings, database_url="postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(BackupError, match="pg_dump is not installed"):
        write_backup(elsewhere, tmp_path / "copy")
    assert not list(tmp_path.glob("copy*"))


def test_a_password_does_not_appear_in_a_command_line() -> None:
    assert without_password("postgresql://u:p%40ss@h:5432/d") == ("postgresql://u@h:5432/d", "p@ss")
    assert without_password("postgresql://u@h/d") == ("postgresql://u@h/d", "")


async def sentences(settings: Settings) -> str:
    return "\n".join(f"{finding.kind} {finding.sentence}" for finding in await look_at_database(settings))


async def test_the_doctor_finds_a_healthy_town_healthy(settings, db: Database, town: Town) -> None:
    told = await sentences(settings)
    assert "ok Every session counts exactly the places" in told
    assert "fault No school holiday is known ahead for zone C" in told  # the cast has none


async def test_the_doctor_sees_places_that_do_not_add_up(settings, db: Database, town: Town) -> None:
    await db.write(rows_of, "update session set taken = 1 where id = 1 returning id")
    assert "fault 1 sessions count other places" in await sentences(settings)


async def test_the_doctor_sees_a_database_that_was_not_migrated(settings, tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    told = await sentences(changed(settings, database_url=f"sqlite:///{tmp_path}/empty.db"))
    assert "run `python -m server migrate`" in told
    told = await sentences(changed(settings, database_url=f"sqlite:///{tmp_path}/none.db"))
    assert "There is no database at" in told


async def test_the_doctor_sees_a_database_that_is_not_there(settings) -> None:
    told = await sentences(changed(settings, database_url="postgresql://nobody@127.0.0.1:1/none"))
    assert told.startswith("fault ")


def test_the_doctor_says_what_is_left_open(settings, tmp_path: Path) -> None:
    (tmp_path / "vapid.pem").write_text("key")
    (tmp_path / "vapid.pem").chmod(0o644)
    told = "\n".join(finding.sentence for finding in look_at_settings(settings))
    assert "Others can read the push key" in told
    assert "Demo mode" in told


def test_the_doctor_explains_a_bad_setting(monkeypatch, capsys) -> None:
    monkeypatch.setenv("MARELLE_ENV", "staging")
    assert doctor([]) == 1
    assert "MARELLE_ENV must be production or demo" in capsys.readouterr().out


def test_the_official_file_is_imported_even_before_there_is_a_town(database_url, tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.setenv("MARELLE_ENV", "demo")
    monkeypatch.setenv("DATABASE_URL", database_url)
    assert import_calendar([str(SAMPLE)]) == 0
    assert import_calendar([str(SAMPLE)]) == 0
    assert "school holidays imported" in capsys.readouterr().out
    (tmp_path / "odd.csv").write_text("nothing")
    assert import_calendar([str(tmp_path / "odd.csv")]) == 1
    assert "Nothing was imported." in capsys.readouterr().err


async def photo_of(settings: Settings, db: Database, town: Town, clock: Any) -> bytes:
    """A document of the owner's, put down as its door does; the bytes that are served."""
    archive = archive_of(settings, DocumentsChoices(), db)
    draft = archive.safe.draft()
    await asyncio.to_thread(draft.write_bytes, photo())
    new = New("sent", "home_proof", "", town.accounts["owner"], "k", (), town.families["dupont"])
    await archive.put(new, [Upload(draft, "a.jpg", 1, "d")], clock())
    await asyncio.to_thread(draft.unlink)
    return b"".join(archive.safe.read(next(archive.safe.names())))


async def test_the_files_of_documents_are_beside_a_backup_and_come_back(
    settings, db: Database, town: Town, clock, tmp_path: Path
) -> None:
    body = await photo_of(settings, db, town, clock)
    safe = safe_of(settings)
    (name,) = safe.names()
    safe.throw_away(name)  # as when a family takes it back while the backup is being made
    told = await asyncio.to_thread(write_backup, settings, tmp_path / "copy")
    packed = tmp_path / "copy.documents.tar"
    assert "Documents written" in told
    assert packed.stat().st_mode & 0o077 == 0
    assert b"JFIF" not in packed.read_bytes()  # sealed: nobody reads it without the key
    shutil.rmtree(safe.folder)
    told = await asyncio.to_thread(read_backup, settings, tmp_path / "copy")
    assert "1 files of documents put back" in told
    assert b"".join(safe.read(name)) == body
    assert "0 files" in await asyncio.to_thread(read_backup, settings, tmp_path / "copy")


def test_an_archive_of_documents_made_by_somebody_else_writes_nowhere_else(settings, tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "copy.documents.tar", "w") as tar:
        for name in ("../../evil", "/evil", "a" * 32 + "/../b", "A" * 32):
            tar.addfile(tarfile.TarInfo(name))
        link = tarfile.TarInfo("b" * 32)
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    assert "0 files" in unpack(settings, tmp_path / "copy")
    assert not list(tmp_path.rglob("*evil*"))


async def test_the_doctor_says_when_files_of_documents_are_missing_or_their_key(
    settings, db: Database, town: Town, clock, tmp_path: Path
) -> None:
    await photo_of(settings, db, town, clock)
    safe = safe_of(settings)
    sentences = [f.sentence for f in await look_at_documents(db, settings, clock())]
    assert any("1 files of documents are in" in each for each in sentences)
    assert any("No antivirus is set" in each for each in sentences)
    (name,) = safe.names()
    safe.throw_away(name)
    assert "restore them" in (await look_at_documents(db, settings, clock()))[0].sentence
    (tmp_path / "documents.key").unlink()
    assert "Put the key back" in (await look_at_documents(db, settings, clock()))[0].sentence


async def test_the_doctor_knocks_at_the_antivirus_and_counts_what_it_holds(
    settings, db: Database, town: Town, clock
) -> None:
    async with clamd() as simulator:
        watched = changed(settings, clamd=simulator.address)
        assert "answers" in (await look_at_documents(db, watched, clock()))[0].sentence
        simulator.limit = 10 * 1024 * 1024 - 1
        assert "raise StreamMaxLength" in (await look_at_documents(db, watched, clock()))[0].sentence
    away = changed(settings, clamd="tcp://127.0.0.1:1")
    await photo_of(away, db, town, clock)
    clock.move(hours=2)
    faults = [f.sentence for f in await look_at_documents(db, away, clock()) if f.kind == "fault"]
    assert len(faults) == 2
    assert "stay in quarantine" in faults[0]
    assert "does `deliver` run?" in faults[1]
