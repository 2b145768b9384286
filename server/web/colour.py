"""The town's colour made legible: an ink with enough contrast on it, and a shade for dark pages (WCAG 2.2, 1.4.3)."""


def theme_css(town_colour: str) -> str:
    """The few custom properties derived from one #rrggbb, for both themes; every pair keeps at least 4.5:1."""
    light = _against(_rgb(town_colour), (255, 255, 255), darker=True)
    dark = _against(_rgb(town_colour), (24, 26, 32), darker=False)
    return (
        f":root{{--town:{_hex(light)};--town-ink:{_ink(light)};"
        f"--town-dark:{_hex(dark)};--town-dark-ink:{_ink(dark)}}}\n"
    )


Colour = tuple[int, int, int]


def contrast(a: Colour, b: Colour) -> float:
    """Contrast ratio of two colours, 1 to 21."""
    high, low = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _against(colour: Colour, page: Colour, *, darker: bool) -> Colour:
    """The nearest shade of `colour` that reads on `page`."""
    target = 0 if darker else 255
    for step in range(0, 101, 2):
        r, g, b = (round(part + (target - part) * step / 100) for part in colour)
        if contrast((r, g, b), page) >= 4.6:
            return r, g, b
    return target, target, target


def _ink(colour: Colour) -> str:
    return "#ffffff" if contrast(colour, (255, 255, 255)) >= contrast(colour, (17, 19, 24)) else "#111318"


def _rgb(text: str) -> Colour:
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def _hex(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


def _luminance(colour: Colour) -> float:
    r, g, b = (
        part / 255 / 12.92 if part / 255 <= 0.03928 else ((part / 255 + 0.055) / 1.055) ** 2.4 for part in colour
    )
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
