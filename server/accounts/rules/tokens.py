"""Links in mails: what a token is made of, and how one that was copied by hand is read.

A token is a public reference, by which the database finds the link, and a signature of 128 bits made from the portal's
secret, which is no part of the database: neither a dump nor a waiting letter holds a link anybody can use.
"""

import base64
import hashlib
import hmac
import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

Purpose = Literal["activation", "reset", "address", "invitation"]

# What each kind of link is for, as its address says it, and the page that shows its button.
DOORS: dict[Purpose, tuple[str, str]] = {
    "activation": ("activation", "/activation"),
    "reset": ("mot-de-passe", "/mot-de-passe/nouveau"),
    "address": ("adresse", "/compte/adresse/confirmer"),
    "invitation": ("invitation", "/invitation"),
}
PURPOSES: dict[str, Purpose] = {word: purpose for purpose, (word, _) in DOORS.items()}

REF, SIGNATURE = (
    12,
    26,
)  # letters of base32: lower case and figures, nothing a mail program cuts off at the end of a link
TOKEN = re.compile(rf"([a-z2-7]{{{REF}}})([a-z2-7]{{{SIGNATURE}}})")
JUNK = re.compile(r"[^a-z2-7]")
LONGEST = 400  # of what is read: nobody adds more by hand
NOTHING = "a" * REF, "a" * SIGNATURE  # looked for when there is nothing to look for: it takes the same time


@dataclass(frozen=True)
class Token:
    """A token as it was read; `signed` says whether this portal made it for this purpose."""

    ref: str
    signed: bool


def new_ref(random: bytes) -> str:
    """The public half out of 8 random bytes."""
    return _base32(random)[:REF]


def token_of(secret: bytes, purpose: Purpose, ref: str) -> str:
    """The whole token of a link."""
    return ref + _signature(secret, purpose, ref)


def path_of(secret: bytes, purpose: Purpose, ref: str) -> str:
    """The address in the mail, without the portal's own."""
    return f"/lien/{DOORS[purpose][0]}/{token_of(secret, purpose, ref)}"


def read_token(secret: bytes, purpose: Purpose, typed: str) -> Token:
    """The token somebody came with. Whatever stands around it after a copy by hand does not matter.

    The reference of one that this portal did not sign is nobody's: whether it exists is not even looked for.
    """
    found = TOKEN.match(tidy(typed))
    ref, signature = found.groups() if found else NOTHING
    right = hmac.compare_digest(signature, _signature(secret, purpose, ref)) and found is not None
    return Token(ref if right else NOTHING[0], right)


def tidy(typed: str) -> str:
    """Only the signs a token has: mail programs and hands add spaces, line breaks, brackets, dots, commas."""
    return JUNK.sub("", unicodedata.normalize("NFKC", typed[:LONGEST]).lower())


def _signature(secret: bytes, purpose: Purpose, ref: str) -> str:
    return _base32(hmac.digest(secret, f"link:{purpose}:{ref}".encode(), hashlib.sha256))[:SIGNATURE]


def _base32(raw: bytes) -> str:
    return base64.b32encode(raw).decode().lower().rstrip("=")
