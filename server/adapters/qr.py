"""A QR code as a picture a page can hold: an SVG in a data: address, black on white whatever the theme."""

import segno


def qr_picture(text: str) -> str:
    """The address of the picture."""
    return str(segno.make(text, error="m", micro=False).svg_data_uri(scale=5, border=4, dark="#000", light="#fff"))
