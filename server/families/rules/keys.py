"""Clés enfance: ten letters and figures an agent hands over, read back however they were copied; pure.

Fifty random bits, one adult, once, fifteen days: with five tries an hour nobody guesses one (security.md §7.3).
"""

import base64
import hashlib
import hmac
import unicodedata

LETTERS = 10
DAYS = 15
BYTES = 7  # of randomness; the first 50 bits make the letters
CONFUSED = str.maketrans({"0": "O", "1": "I", "8": "B"})  # base32 has none of these figures: a slip of the eye


def key_from(random: bytes) -> str:
    """The key of these random bytes, as it is printed: « MFRGG-ZDFMZ »."""
    text = base64.b32encode(random).decode()[:LETTERS]
    return f"{text[:5]}-{text[5:]}"


def key_of(secret: bytes, seed: str) -> str:
    """The key a letter carries: made from the portal's secret on its way out, so that no waiting letter holds one."""
    return key_from(hmac.digest(secret, b"key of a letter:" + seed.encode(), hashlib.sha256)[:BYTES])


def read_key(typed: str) -> str:
    """The letters of a key as they were typed, or nothing when they can be none."""
    text = "".join(char for char in unicodedata.normalize("NFKC", typed).upper() if char.isalnum())
    text = text.translate(CONFUSED)
    good = len(text) == LETTERS and all(char in "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" for char in text)
    return text if good else ""
