"""How a typed word finds a name: case and accents folded in Python, because neither engine folds them portably.

What is looked for is kept folded beside what is shown: child.sort_name, family.sort_name and family_word.
"""

import unicodedata

LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i"})
MOST_WORDS = 5
FEWEST_DIGITS = 6  # from here on, figures alone are a telephone or a file number, however they are spaced


def clean(text: str, most: int) -> str:
    """What was typed, on one line, without control characters (PostgreSQL refuses NUL), at most `most` long."""
    return " ".join("".join(c for c in text if c.isprintable() or c.isspace()).split())[:most]


def fold(text: str) -> str:
    """« Élodie-Anne D'Œuvre » is "elodie anne d oeuvre"."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.casefold().translate(LIGATURES))
        text = "".join(c for c in text if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in text.lower()).split())


def digits(text: str) -> str:
    """The figures of a telephone number, without the country's or the trunk prefix: 06 and +33 6 are the same."""
    found = "".join(c for c in text if c.isdigit())
    return found.removeprefix("0033").removeprefix("33" if text.lstrip().startswith("+") else "").removeprefix("0")


def words_of(text: str) -> list[str]:
    """The words to look for; figures typed in pairs are one."""
    folded = fold(text)
    bare = folded.replace(" ", "")
    if bare.isdigit() and len(bare) >= FEWEST_DIGITS:
        return [digits(text)]
    return folded.split()[:MOST_WORDS]
