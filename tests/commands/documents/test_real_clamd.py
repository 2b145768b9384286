"""With a real clamd: a photo passes, EICAR in a PDF's packed page is found, and its odd answers are understood."""

import asyncio
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

from server.adapters.antivirus import Clamd, Finding, TooLong, clamd_from
from server.adapters.undelivered import Down
from server.cli.doctor.documents import look_at_documents
from server.database import Database
from server.documents.archive import Archive, archive_of
from server.documents.rounds import check_round
from server.settings import Settings
from tests.cast import Town
from tests.clamav import real_clamd
from tests.commands.documents.test_archive import CHOICES, put, states
from tests.conftest import FrozenClock
from tests.desk import rows_of, told
from tests.papers import EICAR, pdf, photo

MEGABYTE = 1024 * 1024


@pytest.fixture(params=["socket", "port"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    folder = tmp_path / "clamd"
    folder.mkdir()
    with real_clamd(folder, "10M", request.param == "port") as found:
        yield found


def of(address: str) -> Clamd:
    found = clamd_from(address)
    assert found
    return found


def infected_pdf() -> bytes:
    """EICAR where scrubbing leaves it: a page's content, which is packed, so that no plain search finds it."""
    made, out = pikepdf.new(), io.BytesIO()
    made.add_blank_page()
    made.pages[0].Contents = pikepdf.Stream(made, EICAR)
    made.save(out)
    assert EICAR not in out.getvalue()
    return out.getvalue()


async def test_it_is_understood(address: str) -> None:
    antivirus = of(address)
    await antivirus.ping()
    assert await antivirus.scan([photo()]) == Finding(clean=True)
    assert await antivirus.scan([]) == await antivirus.scan([b""]) == Finding(clean=True)
    found = await antivirus.scan([b"x" * 70_000, EICAR[:30], EICAR[30:], b"y"])
    assert found == Finding(clean=False, name="Eicar-Test-Signature.UNOFFICIAL")


async def test_its_limit_is_the_one_byte_it_says(address: str) -> None:
    antivirus, piece = of(address), bytes(64 * 1024)
    assert (await antivirus.scan([piece] * 160)).clean
    for pieces in ([*[piece] * 160, b"x"], [piece] * 1_600, [bytes(11 * MEGABYTE)]):
        with pytest.raises(TooLong):
            await antivirus.scan(pieces)


async def test_many_at_once_are_each_answered(address: str) -> None:
    antivirus = of(address)
    found = await asyncio.gather(*(antivirus.scan([photo() if n % 3 else EICAR]) for n in range(40)))
    assert [one.clean for one in found] == [bool(n % 3) for n in range(40)]


async def test_a_phone_that_stops_in_the_middle_is_told_in_its_words(address: str) -> None:
    """clamd waits two seconds here, then says so in an answer that ends with a new line."""
    antivirus = of(address)
    with pytest.raises(Down, match="COMMAND READ TIMED OUT"):
        await antivirus._ask(b"zINSTREAM\0" + (4).to_bytes(4, "big") + b"ab", None)


async def test_a_photo_is_let_through_and_eicar_is_not(
    address: str, settings: Settings, db: Database, town: Town, clock: FrozenClock
) -> None:
    archive: Archive = replace(archive_of(settings, CHOICES, db), antivirus=of(address))
    await put(archive, town, clock, photo(), "photo")
    await put(archive, town, clock, pdf(2, photo(), "note"), "pdf")
    await put(archive, town, clock, infected_pdf(), "eicar")
    assert await states(db) == ["clean", "clean", "refused"]
    assert len(await db.read(rows_of, "select id from document_file")) == len(list(archive.safe.names())) == 2
    assert {kind for _, kind in await told(db)} == {"document_missing"}


async def test_what_waited_while_it_was_away_is_judged_once_it_is_there(
    address: str, settings: Settings, db: Database, town: Town, clock: FrozenClock
) -> None:
    archive = archive_of(settings, CHOICES, db)
    away = replace(archive, antivirus=clamd_from("tcp://127.0.0.1:1"))
    await put(away, town, clock, photo(), "photo")
    await put(away, town, clock, infected_pdf(), "eicar")
    clock.move(minutes=5)
    assert await check_round(replace(archive, antivirus=of(address)), clock()) == 2
    assert await states(db) == ["clean", "refused"]


async def test_the_doctor_says_when_it_takes_less_than_a_family_may_send(
    settings: Settings, db: Database, clock: FrozenClock, tmp_path: Path
) -> None:
    for name, limit, sentence in (("well", "10M", "answers"), ("small", "9M", "raise StreamMaxLength")):
        (tmp_path / name).mkdir()
        with real_clamd(tmp_path / name, limit) as address:
            found = await look_at_documents(db, replace(settings, clamd=address), clock())
            assert sentence in found[0].sentence
