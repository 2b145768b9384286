"""What a family sends becomes a file of our own making, or is refused with its reason: nothing else comes through."""

import io
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from server.adapters.scrubbing import Scrubbed, Scrubber, Unfit
from tests import papers


@pytest.fixture
def scrubber() -> Scrubber:
    return Scrubber()


async def scrubbed(scrubber: Scrubber, folder: Path, body: bytes) -> tuple[Scrubbed, bytes]:
    source, target = folder / "arrived", folder / "kept"
    source.write_bytes(body)
    found = await scrubber.scrub(source, target)
    return found, target.read_bytes()


async def test_a_photo_stands_upright_and_forgets_where_it_was_taken(scrubber: Scrubber, tmp_path: Path) -> None:
    found, body = await scrubbed(scrubber, tmp_path, papers.photo(300, 200, orientation=6))
    image = Image.open(io.BytesIO(body))
    assert (found.media, image.format, image.size) == ("image/jpeg", "JPEG", (200, 300))
    assert image.convert("RGB").getpixel((100, 20))[1] < 60 < image.convert("RGB").getpixel((100, 280))[1]
    assert not image.getexif()
    assert not any(word in body for word in (b"Exif", b"TELEPHONE", b"prise chez moi"))


async def test_a_large_photo_becomes_as_large_as_a_page_needs(scrubber: Scrubber, tmp_path: Path) -> None:
    _, body = await scrubbed(scrubber, tmp_path, papers.photo(6000, 3000))
    assert Image.open(io.BytesIO(body)).size == (2400, 1200)


async def test_an_iphone_s_photo_is_read(scrubber: Scrubber, tmp_path: Path) -> None:
    found, body = await scrubbed(scrubber, tmp_path, papers.HEIC.read_bytes())
    image = Image.open(io.BytesIO(body)).convert("RGB")
    assert (found.media, image.size) == ("image/jpeg", (96, 64))
    assert b"Exif" in papers.HEIC.read_bytes()  # guard: there was something to forget
    red, green, _ = image.getpixel((10, 10))
    assert red > 150 > 90 > green
    assert b"Exif" not in body


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "1", "L", "LA", "I;16"])
async def test_every_kind_of_png_becomes_a_photo(mode: str, scrubber: Scrubber, tmp_path: Path) -> None:
    found, body = await scrubbed(scrubber, tmp_path, papers.png(mode))
    assert found.media == "image/jpeg"
    assert b"CAMILLE" not in body


async def test_what_is_see_through_stands_on_white(scrubber: Scrubber, tmp_path: Path) -> None:
    _, body = await scrubbed(scrubber, tmp_path, papers.png("RGBA"))
    assert Image.open(io.BytesIO(body)).getpixel((5, 5)) == (255, 255, 255)


async def test_a_pdf_keeps_its_pages_and_loses_its_author(scrubber: Scrubber, tmp_path: Path) -> None:
    found, body = await scrubbed(scrubber, tmp_path, papers.pdf(3, papers.photo(), note="CAMILLE"))
    assert found == Scrubbed("application/pdf", 3)
    with pikepdf.open(io.BytesIO(body)) as written:
        photo = bytes(written.pages[0].Resources.XObject.I.read_raw_bytes())
        assert "/Info" not in written.trailer
    assert Image.open(io.BytesIO(photo)).size == (300, 200)  # the photo inside is still there, pixels untouched
    assert not any(word in photo for word in (b"Exif", b"TELEPHONE", b"prise chez moi"))


async def test_a_pdf_with_scripts_and_files_inside_is_disarmed(scrubber: Scrubber, tmp_path: Path) -> None:
    armed = papers.armed_pdf()
    assert b"calc.exe" in armed  # guard: the weapons are there before
    _, body = await scrubbed(scrubber, tmp_path, armed)
    with pikepdf.open(io.BytesIO(body)) as written:
        text = b"".join(repr(each).encode() for each in written.objects)
    assert not any(
        word in text
        for word in (
            b"JavaScript",
            b"/JS",
            b"Launch",
            b"calc",
            b"EmbeddedFile",
            b"FileAttachment",
            b"/AA",
            b"XFA",
            b"ARMED",
        )
    )


async def test_a_pdf_locked_for_changes_only_is_read(scrubber: Scrubber, tmp_path: Path) -> None:
    """Banks and the tax office lock theirs that way: it opens without a password."""
    found, body = await scrubbed(scrubber, tmp_path, papers.pdf(2, password="", owner="banque"))
    assert found.pages == 2
    with pikepdf.open(io.BytesIO(body)) as written:
        assert not written.is_encrypted


async def test_what_is_glued_to_a_file_does_not_come_through(scrubber: Scrubber, tmp_path: Path) -> None:
    glued = b"<script>GLUED</script>"
    _, photo = await scrubbed(scrubber, tmp_path, papers.photo() + papers.ZIP + glued)
    _, pdf = await scrubbed(scrubber, tmp_path, papers.pdf().replace(b"%%EOF", b"%%EOF\n" + glued + b"\n%%EOF"))
    assert b"GLUED" not in photo + pdf
    assert b"PK\x03\x04" not in photo


BAD = {
    "an SVG": (papers.SVG, "unknown"),
    "a page of HTML": (papers.HTML, "unknown"),
    "a zip": (papers.ZIP, "unknown"),
    "nothing": (b"", "empty"),
    "a HTML that says it is a PDF further on": (papers.HTML + b"%PDF-1.4", "unknown"),
    "a PNG bomb": (papers.png_bomb(), "too_many_pixels"),
    "half a photo": (papers.photo(900, 900)[:-2_000], "broken"),
    "half a PNG": (papers.png(size=(900, 900))[:-800], "broken"),
    "half an iPhone's photo": (papers.HEIC.read_bytes()[:-300], "broken"),
    "half a PDF": (papers.pdf(5)[:-120], "broken"),
    "a PDF that is none": (b"%PDF-1.7\n" + bytes(500) + b"%%EOF", "broken"),
    "a PDF without a page": (papers.pdf(0), "no_page"),
    "a PDF of many pages": (papers.pdf(101), "too_many_pages"),
    "a PDF with a password": (papers.pdf(password="secret"), "encrypted"),
    "a photo's first bytes and nothing": (b"\xff\xd8\xff\xe0" + bytes(40), "broken"),
}


@pytest.mark.parametrize("name", BAD)
async def test_what_is_no_document_is_refused_and_nothing_is_left(
    name: str, scrubber: Scrubber, tmp_path: Path
) -> None:
    body, reason = BAD[name]
    source, target = tmp_path / "arrived", tmp_path / "kept"
    source.write_bytes(body)
    with pytest.raises(Unfit) as refusal:
        await scrubber.scrub(source, target)
    assert refusal.value.reason == reason
    assert not target.exists()


async def test_the_process_that_reads_strangers_files_knows_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its environment is seen from inside: a module that tells it stands in for the child."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    scrubber = Scrubber(module="tests.commands.documents.tells_environment")
    (tmp_path / "arrived").write_bytes(b"x")
    with pytest.raises(Unfit):
        await scrubber.scrub(tmp_path / "arrived", tmp_path / "kept")
    assert "secret" not in (tmp_path / "arrived").read_text()
    assert "LANG" in (tmp_path / "arrived").read_text()


async def test_a_file_that_takes_for_ever_is_given_up(tmp_path: Path) -> None:
    (tmp_path / "arrived").write_bytes(b"x")
    with pytest.raises(Unfit) as refusal:
        await Scrubber(seconds=1.0, module="tests.commands.documents.never_ends").scrub(
            tmp_path / "arrived", tmp_path / "kept"
        )
    assert refusal.value.reason == "slow"


async def test_a_portrait_is_small_and_light_even_of_what_does_not_pack(scrubber: Scrubber, tmp_path: Path) -> None:
    source, target = tmp_path / "arrived", tmp_path / "kept"
    Image.effect_noise((900, 700), 120).convert("RGB").save(source, "PNG")
    await scrubber.scrub(source, target, portrait=True)
    assert Image.open(target).size == (400, 311)
    assert target.stat().st_size <= 40_000


async def test_a_pdf_is_no_portrait(scrubber: Scrubber, tmp_path: Path) -> None:
    source, target = tmp_path / "arrived", tmp_path / "kept"
    source.write_bytes(papers.pdf())
    with pytest.raises(Unfit, match="unknown"):
        await scrubber.scrub(source, target, portrait=True)
    assert not target.exists()
