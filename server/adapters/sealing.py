"""A file sealed piece by piece: which key it names, what goes in and what comes out.

AES-256-GCM; each file has a key of its own, made of a key of the ring, so many random bytes and the file's name: in
another's place it opens no more, and a piece cut off, changed or moved is told.
"""

import hashlib
import hmac
import os
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from server.adapters.ring import Keys

MAGIC, ID = b"MRL2", 4  # then the key's id, so many bytes
FIRST_MAGIC, FIRST_KEY = b"MRL1", "00000000"  # the first release: one key of 32 bare bytes, named by no file
PIECE, SEAL, SALT = 64 * 1024, 16, 16  # bytes of clear text, of its seal, of the random part of a file's key


def _cipher(keys: Keys, id_: str, head: bytes, name: str) -> AESGCM:
    """A key for each file, so that counting pieces is a nonce that never comes twice."""
    bound = b"" if id_ == FIRST_KEY else name.encode()
    return AESGCM(hmac.digest(keys.key(id_), head + bound, "sha256"))


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def pieces_of(clear: BinaryIO) -> Iterator[bytes]:
    """A clear file in pieces as they are sealed."""
    while piece := clear.read(PIECE):
        yield piece


def seal_pieces(keys: Keys, id_: str, name: str, pieces: Iterator[bytes], sealed: BinaryIO) -> tuple[int, str]:
    """Write `pieces`, each of PIECE bytes but the last, under the key `id_`; the size and digest of the clear text."""
    named = FIRST_MAGIC if id_ == FIRST_KEY else MAGIC + bytes.fromhex(id_)
    head, digest, size = named + os.urandom(SALT), hashlib.sha256(), 0
    cipher = _cipher(keys, id_, head, name)
    sealed.write(head)
    piece, number = next(pieces, b""), 0
    while True:
        following = next(pieces, b"")
        digest.update(piece)
        size += len(piece)
        sealed.write(cipher.encrypt(_nonce(number, not following), piece, None))
        if not following:
            return size, digest.hexdigest()
        piece, number = following, number + 1


def head_of(sealed: BinaryIO) -> tuple[str, bytes]:
    """The key's id and the whole head of a file. Raises InvalidTag."""
    magic = sealed.read(len(MAGIC))
    if magic not in (MAGIC, FIRST_MAGIC):
        raise InvalidTag
    id_ = bytes.fromhex(FIRST_KEY) if magic == FIRST_MAGIC else sealed.read(ID)
    head = magic + (b"" if magic == FIRST_MAGIC else id_) + sealed.read(SALT)
    return id_.hex(), head


def opened_pieces(keys: Keys, name: str, sealed: BinaryIO) -> Iterator[bytes]:
    """The clear text, piece by piece. Raises InvalidTag, Unreadable, at the latest before the last piece."""
    id_, head = head_of(sealed)
    cipher = _cipher(keys, id_, head, name)
    piece, number = sealed.read(PIECE + SEAL), 0
    while True:
        following = sealed.read(PIECE + SEAL)
        yield cipher.decrypt(_nonce(number, not following), piece, None)
        if not following:
            return
        piece, number = following, number + 1
