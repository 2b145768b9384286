"""Robots at public forms, told apart without pictures: a field nobody sees, and a form sent quicker than one can read.

The third guard, how often one address may try, is `count_try` of accounts: it must be counted in the database. The
fourth is a puzzle the phone solves (proof of work): it costs old phones most, and a programme little, so it is asked
for only while a town is attacked (accounts/routes/robots.py).
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

TRAP, STAMP, PROOF = "site_web", "ouvert_a", "preuve"  # names of the hidden fields; parts/robots.html draws them
PATIENCE = timedelta(minutes=1)  # instead of the puzzle
BITS = 15  # noughts the puzzle's hash begins with: 33,000 hashes, some seconds of an old phone
QUICKEST = timedelta(seconds=3)
SAID = (
    "Votre envoi ressemble à celui d’un programme : il est parti très vite, ou une page trop ancienne l’a envoyé. "
    "Rien n’est perdu : vérifiez et envoyez de nouveau."
)


def stamp(secret: bytes, now: datetime) -> str:
    """When the form was drawn, and a number unlike any other's, signed: goes into its hidden field."""
    drawn = f"{int(now.timestamp())}-{secrets.token_hex(4)}"
    return f"{drawn}.{_signature(secret, drawn)}"


def looks_like_a_robot(secret: bytes, posted: Mapping[str, str], now: datetime, quickest: timedelta = QUICKEST) -> bool:
    """Whether the trap was filled, or the form came back too soon or without a stamp of ours. However late is fine.

    Show the form again with `SAID` and a new stamp, nothing typed lost: people who are that quick send once more.
    """
    drawn, _, signature = posted.get(STAMP, "").partition(".")
    second = drawn.partition("-")[0]
    if posted.get(TRAP) or not second.isascii() or not second.isdecimal() or len(second) > 12:
        return True
    if not hmac.compare_digest(signature.encode(), _signature(secret, drawn).encode()):
        return True
    return now - datetime.fromtimestamp(int(second), UTC) < quickest


def is_solved(posted: Mapping[str, str], bits: int = BITS) -> bool:
    """Whether the form brings the number that, after its stamp, hashes to so many noughts."""
    proof = posted.get(PROOF, "")
    if not proof or len(proof) > 20:
        return False
    hashed = hashlib.sha256(f"{posted.get(STAMP, '')}:{proof}".encode()).digest()
    return int.from_bytes(hashed[:4]) >> (32 - bits) == 0


def _signature(secret: bytes, drawn: str) -> str:
    return hmac.new(secret, f"stamp:{drawn}".encode(), hashlib.sha256).hexdigest()[:32]
