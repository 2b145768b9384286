"""Robots at public forms, told apart without pictures: a field nobody sees, and a form sent quicker than one can read.

The third guard, how often one address may try, is `count_try` of accounts: it must be counted in the database. A puzzle
the phone solves (proof of work) is not built: it costs old phones most, and limits hold until a town is attacked.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

TRAP, STAMP = "site_web", "ouvert_a"  # names of the two hidden fields; parts/robots.html draws them
QUICKEST = timedelta(seconds=3)
SAID = (
    "Votre envoi ressemble à celui d’un programme : il est parti très vite, ou une page trop ancienne l’a envoyé. "
    "Rien n’est perdu : vérifiez et envoyez de nouveau."
)


def stamp(secret: bytes, now: datetime) -> str:
    """When the form was drawn, signed: goes into its hidden field."""
    second = str(int(now.timestamp()))
    return f"{second}.{_signature(secret, second)}"


def looks_like_a_robot(secret: bytes, posted: Mapping[str, str], now: datetime, quickest: timedelta = QUICKEST) -> bool:
    """Whether the trap was filled, or the form came back too soon or without a stamp of ours. However late is fine.

    Show the form again with `SAID` and a new stamp, nothing typed lost: people who are that quick send once more.
    """
    second, _, signature = posted.get(STAMP, "").partition(".")
    if posted.get(TRAP) or not second.isascii() or not second.isdecimal() or len(second) > 12:
        return True
    if not hmac.compare_digest(signature.encode(), _signature(secret, second).encode()):
        return True
    return now - datetime.fromtimestamp(int(second), UTC) < quickest


def _signature(secret: bytes, second: str) -> str:
    return hmac.new(secret, f"stamp:{second}".encode(), hashlib.sha256).hexdigest()[:32]
