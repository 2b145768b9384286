"""From a file that arrived to a document: quarantine, the antivirus' word, ends that are told, kills that leave nothing."""

import contextlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from server.adapters.antivirus import clamd_from
from server.adapters.safe import instant_of_files
from server.database import Database
from server.documents.archive import Archive, archive_of
from server.documents.commands.putting import New
from server.documents.rounds import check_round, ending_round, sweep_round
from server.profiles.documents import DocumentsChoices
from server.settings import Settings
from server.web.uploads import Upload
from tests.cast import Town
from tests.clamd import Simulator, clamd
from tests.commands.documents.test_safe import age
from tests.conftest import FrozenClock
from tests.desk import rows_of, run, told
from tests.papers import EICAR, pdf, photo

CHOICES = DocumentsChoices(required=("home_proof",), optional=())


@pytest.fixture
def archive(settings: Settings, db: Database) -> Archive:
    return archive_of(settings, CHOICES, db)


async def put(archive: Archive, town: Town, clock: FrozenClock, body: bytes = b"", key: str = "k") -> int:
    """A proof of residence of the owner's, as the door hands it over; its id."""
    draft = archive.safe.draft()
    draft.write_bytes(body or photo())
    new = New("sent", "home_proof", "", town.accounts["owner"], key, (), town.families["dupont"])
    try:
        return (await archive.put(new, [Upload(draft, "a", len(body), str(hash(body)))], clock())).id
    finally:
        draft.unlink()


def watched(archive: Archive, simulator: Simulator) -> Archive:
    antivirus = clamd_from(simulator.address)
    assert antivirus
    return replace(archive, antivirus=replace(antivirus, seconds=2.0))


async def states(db: Database) -> list[str]:
    return [row["state"] for row in await db.read(rows_of, "select state from document order by id")]


async def test_without_an_antivirus_a_document_is_clean_at_once(
    archive: Archive, db: Database, town: Town, clock: FrozenClock
) -> None:
    await put(archive, town, clock)
    assert await states(db) == ["clean"]


async def test_an_antivirus_sees_the_very_bytes_that_will_be_served(
    archive: Archive, db: Database, town: Town, clock: FrozenClock
) -> None:
    async with clamd() as simulator:
        await put(watched(archive, simulator), town, clock)
    name = (await db.read(rows_of, "select name from document_file"))[0]["name"]
    assert simulator.seen == [b"".join(archive.safe.read(name))]
    assert await states(db) == ["clean"]


async def test_while_the_antivirus_is_down_a_document_stays_in_quarantine_and_is_tried_again(
    archive: Archive, db: Database, town: Town, clock: FrozenClock
) -> None:
    async with clamd() as simulator:
        simulator.mode = "garbage"
        away = watched(archive, simulator)
        await put(away, town, clock)
        assert await states(db) == ["received"]
        simulator.mode = "ok"
        assert await check_round(away, clock()) == 0  # not yet: it is left alone for five minutes
        clock.move(minutes=5)
        assert await check_round(away, clock()) == 1
    assert await states(db) == ["clean"]


async def test_a_file_longer_than_the_antivirus_takes_waits_and_holds_up_no_other(
    archive: Archive, db: Database, town: Town, clock: FrozenClock
) -> None:
    async with clamd() as simulator:
        simulator.limit = 1_500
        small = watched(archive, simulator)
        await put(small, town, clock, photo(1_600, 1_200), "long")
        simulator.mode = "garbage"
        await put(small, town, clock, photo(60, 40), "short")
        assert await states(db) == ["received", "received"]
        simulator.mode = "ok"
        clock.move(minutes=5)
        assert await check_round(small, clock()) == 1
        assert await states(db) == ["received", "clean"], "not called infected: its family would be told so"
        simulator.limit = 1_000_000  # StreamMaxLength was raised
        clock.move(minutes=5)
        assert await check_round(small, clock()) == 1
    assert await states(db) == ["clean", "clean"]


async def test_nobody_listening_is_no_yes(archive: Archive, db: Database, town: Town, clock: FrozenClock) -> None:
    gone = replace(archive, antivirus=clamd_from("tcp://127.0.0.1:1"))
    await put(gone, town, clock)
    clock.move(hours=1)
    assert await check_round(gone, clock()) == 0
    assert await states(db) == ["received"]


async def test_what_is_infected_is_destroyed_and_its_family_told(
    archive: Archive, db: Database, town: Town, clock: FrozenClock
) -> None:
    """In a PDF's page the test file survives being written anew, as a virus inside a picture's pixels would not."""
    async with clamd() as simulator:
        simulator.signature = b"%PDF-"
        await put(watched(archive, simulator), town, clock, pdf())
    assert await states(db) == ["refused"]
    assert await db.read(rows_of, "select id from document_file") == []
    assert list(archive.safe.names()) == []
    assert {kind for _, kind in await told(db)} == {"document_missing"}
    assert EICAR not in b"".join(simulator.seen)


async def test_a_document_that_ends_soon_is_told_once_and_once_when_it_is_over(
    archive: Archive, db: Database, town: Town, clock: FrozenClock
) -> None:
    await put(archive, town, clock)
    await run(db, "update document set decision = 'accepted', valid_until = '2027-01-10'" if db.engine == "sqlite"
              else "update document set decision = 'accepted', valid_until = date '2027-01-10'")  # fmt: skip
    assert await ending_round(archive, clock()) == 0
    for instant, expected in (
        ("2026-12-11", 1),
        ("2026-12-12", 0),
        ("2027-01-10", 0),
        ("2027-01-11", 1),
        ("2027-03-01", 0),
    ):
        clock.set(f"{instant}T09:00:00+01:00")
        assert await ending_round(archive, clock()) == expected, instant
    assert len(await told(db)) == 4  # both adults, twice


async def test_a_newer_document_silences_the_older_ones_end(
    archive: Archive, db: Database, town: Town, clock: FrozenClock
) -> None:
    await put(archive, town, clock)
    await run(db, "update document set decision = 'accepted', valid_until = $1", clock().date())
    clock.move(minutes=1)
    await put(archive, town, clock, key="newer")
    assert await ending_round(archive, clock()) == 0


async def test_an_optional_document_ends_in_silence(
    archive: Archive, db: Database, town: Town, clock: FrozenClock
) -> None:
    await put(archive, town, clock)
    await run(db, "update document set decision = 'accepted', valid_until = $1", clock().date())
    free = replace(archive, asked=replace(archive.asked, required=()))
    assert await ending_round(free, clock()) == 0


class Killed(BaseException):
    """The process ends here: nothing after it runs."""


class DiesAt:
    """A database that dies when asked to write one thing; before the write, or just after it was committed."""

    def __init__(self, db: Database, what: str, after: bool) -> None:
        self._db, self._what, self._after = db, what, after
        self.engine = db.engine

    async def read(self, work: Any, *args: Any) -> Any:
        return await self._db.read(work, *args)

    async def write(self, work: Any, *args: Any) -> Any:
        if work.__name__ != self._what:
            return await self._db.write(work, *args)
        if self._after:
            await self._db.write(work, *args)
        raise Killed


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("what", ["put_down", "settle_check"])
async def test_wherever_a_process_dies_rows_and_files_agree_after_the_sweep(
    what: str, after: bool, archive: Archive, db: Database, town: Town, clock: FrozenClock
) -> None:
    dying = replace(archive, db=DiesAt(db, what, after))  # type: ignore[arg-type]
    with contextlib.suppress(Killed):
        await put(dying, town, clock)
    for name in list(archive.safe.names()):
        age(archive.safe.place(name), 7_200)
    await sweep_round(archive)
    await check_round(archive, clock())
    named = {row["name"] for row in await db.read(rows_of, "select name from document_file")}
    assert named == set(archive.safe.names())
    assert await states(db) == ([] if (what, after) == ("put_down", False) else ["clean"])


async def test_a_file_arriving_during_the_sweep_is_left_alone(
    archive: Archive, db: Database, town: Town, clock: FrozenClock
) -> None:
    draft = archive.safe.draft()
    draft.write_bytes(b"x")
    kept = archive.safe.keep(draft)
    await sweep_round(archive)
    assert archive.safe.place(kept.name).exists()


async def test_when_a_family_is_deleted_its_files_follow(
    archive: Archive, db: Database, town: Town, clock: FrozenClock
) -> None:
    await put(archive, town, clock)
    await run(db, "delete from document where family_id = $1", town.families["dupont"])
    (name,) = archive.safe.names()
    age(archive.safe.place(name), 7_200)
    await sweep_round(archive)
    assert list(archive.safe.names()) == []
    gone = archive.safe.copy_of(name)
    assert isinstance(gone, Path)
    age(gone, 90_000)
    archive.safe.sweep((), instant_of_files())
    assert archive.safe.copy_of(name) is None
