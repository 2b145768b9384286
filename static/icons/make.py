"""Draw every icon from one hopscotch figure: `python static/icons/make.py [folder]` writes the PNGs."""

import io
import sys
from pathlib import Path

import resvg_py
from PIL import Image

ASPHALT, CHALK, PALET = "#1c2432", "#f6f4ee", "#ffc93c"

# The figure in a 32 × 32 box, a little uneven as chalk is: one square, two, one, and "le ciel".
FIGURE = (
    "M12.2 21.2h7.4l.2 7h-7.7z M8.4 14h7.4v7.2H8.3z M15.8 14l7.7.1.1 7-7.8.1z "
    "M12.3 6.9l7.3-.1.1 7.2h-7.5z M12.3 6.9c.2-4.7 7.1-4.8 7.3-.1"
)


def figure(line: str, palet: str, width: float = 1.9, scale: float = 1.0) -> str:
    """The chalk lines and the pebble, scaled about the centre of the box."""
    shift = 16 * (1 - scale)
    return (
        f'<g transform="translate({shift:g} {shift:g}) scale({scale:g})">'
        f'<path d="{FIGURE}" fill="none" stroke="{line}" stroke-width="{width:g}" '
        'stroke-linejoin="round" stroke-linecap="round"/>'
        f'<circle cx="19.7" cy="17.6" r="2.3" fill="{palet}"/></g>'
    )


def svg(inside: str) -> str:
    """A whole drawing."""
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">{inside}</svg>\n'


ROUNDED = svg(f'<rect width="32" height="32" rx="7.5" fill="{ASPHALT}"/>' + figure(CHALK, PALET))
LARGE = svg(f'<rect width="32" height="32" rx="7.5" fill="{ASPHALT}"/>' + figure(CHALK, PALET, width=1.4))
FULL = svg(f'<rect width="32" height="32" fill="{ASPHALT}"/>' + figure(CHALK, PALET, width=1.4, scale=0.92))
MASKABLE = svg(f'<rect width="32" height="32" fill="{ASPHALT}"/>' + figure(CHALK, PALET, width=1.4, scale=0.8))
BADGE = svg(figure("#fff", "#fff", width=2))

PICTURES = {
    "icon-192.png": (ROUNDED, 192),  # the tab's too: bold enough to be read at 16 pixels
    "icon-512.png": (LARGE, 512),
    "maskable-512.png": (MASKABLE, 512),
    "apple-touch-180.png": (FULL, 180),
    "badge-96.png": (BADGE, 96),
}
OPAQUE = ("maskable-512.png", "apple-touch-180.png")


def picture(drawing: str, size: int, opaque: bool) -> bytes:
    """A small PNG of `drawing`, `size` pixels wide."""
    drawn = Image.open(io.BytesIO(bytes(resvg_py.svg_to_bytes(svg_string=drawing, width=size, height=size))))
    small = drawn.convert("RGB").quantize(64) if opaque else drawn.quantize(64, method=Image.Quantize.FASTOCTREE)
    out = io.BytesIO()
    small.save(out, "PNG", optimize=True)
    return out.getvalue()


def main(folder: Path) -> None:
    """Write them all."""
    for name, (drawing, size) in PICTURES.items():
        (folder / name).write_bytes(picture(drawing, size, name in OPAQUE))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
