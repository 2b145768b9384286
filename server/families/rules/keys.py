"""Clés enfance: ten letters and figures an agent hands over, read back however they were copied; pure.

Fifty random bits, one adult, once, fifteen days: with five tries an hour nobody guesses one (security.md §7.3).
"""

import base64
import unicodedata

LETTERS = 10
DAYS = 15
BYTES = 7  # of randomness; the first 50 bits make the letters
CONFUSED = str.maketrans({"0": "O", "1": "I", "8": "B"})  # base32 has none of these figures: a slip of the eye


def key_from(random: bytes) -> str:
    """The key of these random bytes, as it is printed: « MFRGG-ZDFMZ »."""
    text = base64.b32encode(random).decode()[:LETTERS]
    return f"{text[:5]}-{text[5:]}"


def read_key(typed: str) -> str:
    """The letters of a key as they were typed, or nothing when they can be none."""
    text = "".join(char for char in unicodedata.normalize("NFKC", typed).upper() if char.isalnum())
    text = text.translate(CONFUSED)
    good = len(text) == LETTERS and all(char in "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" for char in text)
    return text if good else ""
