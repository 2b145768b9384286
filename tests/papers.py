"""Files as families send them, good and bad, made anew by the tests: photos, PDFs, bombs, and what only looks like them."""

import io
import struct
import zlib
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image

HEIC = (
    Path(__file__).parent / "commands" / "documents" / "samples" / "photo.heic"
)  # 96 × 64, red at the upper left; GPS
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SIDEWAYS, MODEL, GPS = 0x0112, 0x0110, 0x8825


def photo(width: int = 300, height: int = 200, orientation: int = 1) -> bytes:
    """A JPEG as a phone writes it: who took it, where, and which way up; its left half is red."""
    image = Image.new("RGB", (width, height), "white")
    image.paste("red", (0, 0, width // 2, height))
    exif = Image.Exif()
    exif[SIDEWAYS], exif[MODEL] = orientation, "TELEPHONE-DE-CAMILLE"
    exif.get_ifd(GPS).update({1: "N", 2: (48.0, 51.0, 30.0), 3: "E", 4: (2.0, 17.0, 40.0)})
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif, comment=b"prise chez moi")
    return out.getvalue()


def png(mode: str = "RGB", size: tuple[int, int] = (120, 80)) -> bytes:
    """A PNG, with a text beside its pixels."""
    from PIL.PngImagePlugin import PngInfo

    info, out = PngInfo(), io.BytesIO()
    info.add_text("Author", "CAMILLE")
    Image.new(mode, size).save(out, "PNG", pnginfo=info)
    return out.getvalue()


def png_bomb(width: int = 30_000, height: int = 30_000) -> bytes:
    """A PNG of 900 million pixels in about a hundred kilobytes."""
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes(1 + width // 8)) for _ in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def pdf(pages: int = 1, image: bytes = b"", note: str = "", password: str | None = None, owner: str = "") -> bytes:
    """A PDF; with a photo on its first page, an author, a password."""
    made = pikepdf.new()
    for _ in range(pages):
        made.add_blank_page()
    if image:
        stream = pikepdf.Stream(made, image, Type=Name.XObject, Subtype=Name.Image, Filter=Name.DCTDecode)
        made.pages[0].Resources = Dictionary(XObject=Dictionary(I=stream))
    if note:
        made.docinfo["/Author"] = note
    out = io.BytesIO()
    lock = pikepdf.Encryption(owner=owner or "tout", user=password or "") if password is not None else False
    made.save(out, encryption=lock)
    return out.getvalue()


def armed_pdf() -> bytes:
    """A PDF that would run a script when opened, start a program at a click, carry a file, and phone home."""
    made = pikepdf.new()
    made.add_blank_page()
    script = Dictionary(Type=Name.Action, S=Name.JavaScript, JS="app.alert('ARMED')")
    made.Root.OpenAction = script
    made.Root.Names = Dictionary(
        JavaScript=Dictionary(Names=Array(["go", made.make_indirect(script)])),
        EmbeddedFiles=Dictionary(Names=Array([])),
    )
    made.attachments["facture.exe"] = pikepdf.AttachedFileSpec(made, b"MZ-ARMED", filename="facture.exe")
    launch = Dictionary(S=Name.Launch, F="calc.exe")
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=launch)
    page = Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, Rect=Array([0, 0, 9, 9]))
    made.pages[0].Annots = Array([made.make_indirect(link), made.make_indirect(page)])
    made.pages[0].AA = Dictionary(O=Dictionary(S=Name.URI, URI="https://ailleurs.example/", Next=script))
    made.Root.AcroForm = Dictionary(Fields=Array([]), XFA="<xdp>ARMED</xdp>")
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
ZIP = b"PK\x03\x04" + bytes(60)
