"""An image drawn anew: upright, at most A4 at 200 dots an inch, in JPEG, nothing of what stood beside its pixels."""

from pathlib import Path
from struct import error as StructError  # noqa: N812
from zlib import error as ZlibError  # noqa: N812

from PIL import Image, ImageOps

from server.adapters.scrubbing.sniffing import NotTaken

FORMATS = {"jpeg": ("JPEG", "MPO"), "png": ("PNG",), "heic": ("HEIF",)}
MOST_PIXELS = {"jpeg": 220_000_000, "png": 60_000_000, "heic": 60_000_000}  # a JPEG is read at a fraction of its size
LONGEST_EDGE = 2_400
QUALITY = 85
PORTRAIT_EDGE, PORTRAIT_BYTES = 400, 40_000
LIGHTER = (QUALITY, 70, 55, 40, 25)  # tried one after the other until a portrait is light enough
WHITE = (255, 255, 255)
# What Pillow raises of files cut short or made up.
MADE_UP = (OSError, ValueError, SyntaxError, EOFError, StructError, ZlibError, IndexError, KeyError, TypeError)


def redrawn(source: Path, target: Path, kind: str, portrait: bool = False) -> None:
    """Draw the image of `source` into `target`, a portrait small and light. Raises NotTaken."""
    edge = PORTRAIT_EDGE if portrait else LONGEST_EDGE
    Image.MAX_IMAGE_PIXELS = None  # the limit is ours, below, before a pixel is read
    if kind == "heic":
        _read_heic()
    try:
        with Image.open(source, formats=FORMATS[kind]) as image:
            if image.width * image.height > MOST_PIXELS[kind]:
                raise NotTaken("too_many_pixels")
            image.draft("RGB", (edge, edge))
            image.load()
            _write(_on_paper(image, edge), target, portrait)
    except MADE_UP as error:
        raise NotTaken("broken") from error


def _read_heic() -> None:
    try:
        import pi_heif
    except ImportError as missing:
        raise NotTaken("heic") from missing
    pi_heif.register_heif_opener(thumbnails=False)


def _on_paper(image: Image.Image, edge: int) -> Image.Image:
    """Upright, small enough, without transparency: what is written is these pixels and nothing else."""
    upright = ImageOps.exif_transpose(image)
    upright.thumbnail((edge, edge))
    if upright.mode.startswith("I"):  # 16 bits a pixel, as some scanners write
        upright = upright.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if "A" in upright.getbands() or "transparency" in upright.info:
        seen = upright.convert("RGBA")
        paper = Image.new("RGB", upright.size, WHITE)
        paper.paste(seen, mask=seen.getchannel("A"))
        return paper
    return upright.convert("RGB")


def _write(image: Image.Image, target: Path, portrait: bool) -> None:
    image.info.clear()
    for quality in LIGHTER if portrait else (QUALITY,):
        image.save(target, "JPEG", quality=quality, optimize=True)
        if target.stat().st_size <= PORTRAIT_BYTES:
            return
