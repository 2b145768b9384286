"""One-time codes of a phone (TOTP, RFC 6238) and the recovery codes for the day it is lost. Pure.

The key of an account is made from the portal's secret and a nonce of its row: a dump of the database gives no code.
"""

import base64
import hashlib
import hmac
import re
import unicodedata
from datetime import datetime
from urllib.parse import quote, urlencode

STEP = 30  # seconds a code holds
DIGITS = 6
SLACK = 1  # steps a phone's clock may be off, either way
RECOVERY, RECOVERY_LETTERS = 10, 16  # codes, and letters of base32 in each: 80 bits


def key_of(secret: bytes, nonce: str) -> bytes:
    """The key the phone holds."""
    return hmac.digest(secret, f"totp:{nonce}".encode(), hashlib.sha256)[:20]


def step_of(now: datetime) -> int:
    """The number of the half minute."""
    return int(now.timestamp()) // STEP


def code_at(key: bytes, step: int, digits: int = DIGITS) -> str:
    """The code of one step (RFC 4226, section 5.3)."""
    digest = hmac.digest(key, step.to_bytes(8, "big"), hashlib.sha1)
    start = digest[-1] & 15
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return str(number % 10**digits).zfill(digits)


def matching_step(key: bytes, typed: str, now: datetime, last_step: int) -> int | None:
    """The step whose code was typed, newer than the last one taken; None for a wrong code and for one seen before."""
    code, here = figures_of(typed), step_of(now)
    found = [
        step
        for step in range(here - SLACK, here + SLACK + 1)
        if hmac.compare_digest(code_at(key, step), code) and step > last_step
    ]
    return found[-1] if found else None


def figures_of(typed: str) -> str:
    """« 123 456 » is 123456; empty when there is anything else in it."""
    text = re.sub(r"[\s.-]", "", unicodedata.normalize("NFKC", typed))
    return text if re.fullmatch(rf"[0-9]{{{DIGITS}}}", text) else ""


def key_in_letters(key: bytes) -> str:
    """The key as one types it into a phone: « ABCD EFGH … »."""
    return _in_fours(base64.b32encode(key).decode())


def address_of_key(key: bytes, account: str, town: str) -> str:
    """What the QR code says to the phone."""
    issuer = f"Marelle {town}"
    asked = {"secret": base64.b32encode(key).decode(), "issuer": issuer, "digits": DIGITS, "period": STEP}
    return f"otpauth://totp/{quote(issuer)}:{quote(account)}?{urlencode(asked, quote_via=quote)}"


def recovery_codes(random: bytes) -> tuple[str, ...]:
    """Ten codes out of 100 random bytes: « abcd efgh ijkl mnop »."""
    size = len(random) // RECOVERY
    parts = [random[n * size : (n + 1) * size] for n in range(RECOVERY)]
    return tuple(_in_fours(base64.b32encode(part).decode().lower()[:RECOVERY_LETTERS]) for part in parts)


def recovery_digest(secret: bytes, account_id: int, typed: str) -> str:
    """What is stored of a recovery code, and looked for when one is typed."""
    code = re.sub(r"[^a-z2-7]", "", unicodedata.normalize("NFKC", typed[:100]).lower())
    return hmac.new(secret, f"recovery:{account_id}:{code}".encode(), hashlib.sha256).hexdigest()


def _in_fours(text: str) -> str:
    return " ".join(text[n : n + 4] for n in range(0, len(text), 4))
