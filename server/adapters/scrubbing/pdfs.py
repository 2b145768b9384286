"""A PDF written anew: its pages, without scripts, actions, files inside, forms that call home, nor who made it where.

qpdf writes only what the document's own tree reaches, so what was hidden before, between or after it is not there.
"""

from collections.abc import Iterator
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Stream

from server.adapters.scrubbing.sniffing import NotTaken

MOST_PAGES = 100
MOST_OBJECTS = 200_000
TAIL = 2_048  # bytes; a whole document says there that it is at its end
DEEPEST = 60
HARMLESS = {"/GoTo", "/URI", "/Named", "/Thread"}  # actions: to a page, to a web address the reader asks about
REMOVED = (
    "/JS", "/JavaScript", "/AA", "/EmbeddedFiles", "/EmbeddedFile", "/EF", "/AF", "/XFA", "/RichMediaContent",
    "/Launch", "/Collection", "/Metadata", "/PieceInfo", "/LastModified", "/SpiderInfo",
)  # fmt: skip
ACTIONS = ("/A", "/OpenAction", "/PA", "/Next")
ANNOTATIONS = {"/FileAttachment", "/RichMedia", "/Movie", "/Screen", "/Sound", "/3D"}


def rewritten(source: Path, target: Path) -> int:
    """Write `source` anew into `target`; how many pages it has. Raises NotTaken."""
    with source.open("rb") as file:
        file.seek(max(0, source.stat().st_size - TAIL))
        if b"%%EOF" not in file.read():
            raise NotTaken("broken")  # cut short on the way
    try:
        with pikepdf.open(source, suppress_warnings=True) as pdf:
            pages = _counted(pdf)
            _clean(pdf)
            pdf.save(target, encryption=False, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        with pikepdf.open(target, suppress_warnings=True) as written:
            if any(_dangers(each) for each in written.objects):
                raise NotTaken("active")
    except pikepdf.PasswordError as error:
        raise NotTaken("encrypted") from error
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, IndexError, RecursionError, OverflowError) as error:
        raise NotTaken("broken") from error
    return pages


def _counted(pdf: pikepdf.Pdf) -> int:
    pages = len(pdf.pages)
    if not pages:
        raise NotTaken("no_page")
    if pages > MOST_PAGES or len(pdf.objects) > MOST_OBJECTS:
        raise NotTaken("too_many_pages")
    return pages


def _clean(pdf: pikepdf.Pdf) -> None:
    for each in pdf.objects:
        for one in _within(each):
            _disarm(one)
        if isinstance(each, Stream) and each.get("/Filter") in (Name.DCTDecode, Array([Name.DCTDecode])):
            _undress(each)
    for page in pdf.pages:
        if "/Annots" in page:
            page.Annots = Array([note for note in page.Annots if str(note.get("/Subtype")) not in ANNOTATIONS])
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]


def _within(root: Object, depth: int = 0) -> Iterator[Object]:
    """The dictionaries written inside an object; those it refers to come in their own turn."""
    if depth > DEEPEST:
        raise NotTaken("broken")
    if isinstance(root, (Dictionary, Stream)):
        yield root
        inside = [root.get(key) for key in root.keys()]  # noqa: SIM118  (a PDF object is no mapping)
    elif isinstance(root, Array):
        inside = list(root)
    else:
        return
    for each in inside:
        if isinstance(each, (Dictionary, Array)) and not each.is_indirect:
            yield from _within(each, depth + 1)


def _disarm(one: Object) -> None:
    for key in REMOVED:
        if key in one:
            del one[key]
    for key in ACTIONS:
        if _acts(one.get(key)):
            del one[key]
    if _acts(one):  # an action nobody is left to call, or one in a place we do not know
        one["/S"] = Name("/Named")


def _acts(value: Object | None) -> bool:
    """Whether it is an action that does more than turn pages."""
    if not isinstance(value, Dictionary) or "/S" not in value:
        return False
    kind = str(value["/S"])
    known = value.get("/Type") == Name.Action or kind in UNSAFE
    return known and kind not in HARMLESS


UNSAFE = {
    "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/GoToR", "/Rendition", "/Movie", "/Sound",
    "/RichMediaExecute", "/GoTo3DView", "/ResetForm", "/Hide", "/SetOCGState", "/Trans",
}  # fmt: skip


def _dangers(each: Object) -> bool:
    return any(_acts(one) or any(key in one for key in REMOVED) for one in _within(each))


def _undress(image: Stream) -> None:
    """A photo inside keeps its pixels as they are and loses its EXIF: where a phone was must not travel in a PDF."""
    raw = bytes(image.read_raw_bytes())
    bare = without_segments(raw)
    if bare != raw:
        image.write(bare, filter=Name.DCTDecode, decode_parms=image.get("/DecodeParms"))


def without_segments(jpeg: bytes) -> bytes:
    """The JPEG without comments and application segments, but for what colours need (JFIF, ICC, Adobe)."""
    kept, place = [jpeg[:2]], 2
    while place + 4 <= len(jpeg) and jpeg[place] == 0xFF and jpeg[place + 1] != 0xDA:
        marker, end = jpeg[place + 1], place + 2 + int.from_bytes(jpeg[place + 2 : place + 4], "big")
        if not (0xE0 <= marker <= 0xEF or marker == 0xFE) or marker in (0xE0, 0xE2, 0xEE):
            kept.append(jpeg[place:end])
        place = end
    return b"".join([*kept, jpeg[place:]])
