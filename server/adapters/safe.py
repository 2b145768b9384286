"""The safe: files families and agents send, encrypted in a private folder, under names that say nothing.

A file is written beside its place, flushed to the disk and only then given its name; rows are written after it and
removed before it, so that a kill leaves at worst a file nobody names, which `sweep` finds. What is thrown away keeps
its bytes for a day under another name: a backup copies the database first and the files after.
"""

import hashlib
import hmac
import os
import secrets
import shutil
import time
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from server.adapters.keys import documents_key
from server.settings import Settings

MAGIC = b"MRL1"
PIECE, SEAL, SALT = 64 * 1024, 16, 16  # bytes of clear text, of its seal, of the random part of a file's key
AN_HOUR, A_DAY = 3_600.0, 86_400.0
GONE = ".gone"
LEAST_FREE = 500 * 1024 * 1024  # bytes; below, nothing is taken in: the database may live on the same disk


class Damaged(Exception):
    """A file is missing, cut short, changed, or was sealed with another key."""


@dataclass(frozen=True)
class Kept:
    """A file in the safe: its name there, its size and the SHA-256 of its clear text."""

    name: str
    size: int
    digest: str


class Safe:
    """A folder of encrypted files; every method blocks, so that doors call them in a thread."""

    def __init__(self, folder: Path, key: bytes, least_free: int = LEAST_FREE) -> None:
        self.folder, self.key, self._least_free = folder, key, least_free

    @property
    def incoming(self) -> Path:
        """Where what arrives waits to be examined; emptied by `sweep` of what a kill has left."""
        return _private(self.folder, "incoming")

    def draft(self) -> Path:
        """A place nobody else writes to, for what is arriving."""
        return self.incoming / secrets.token_hex(16)

    def has_room(self) -> bool:
        """Whether the disk has space to spare."""
        return shutil.disk_usage(self.incoming).free > self._least_free

    def keep(self, source: Path) -> Kept:
        """Encrypt `source` into the safe."""
        name, draft = secrets.token_hex(16), self.draft()
        try:
            with source.open("rb") as clear, os.fdopen(_new(draft), "wb") as sealed:
                size, digest = _seal(self.key, clear, sealed)
            self.adopt(draft, name)
        finally:
            draft.unlink(missing_ok=True)
        return Kept(name, size, digest)

    def adopt(self, draft: Path, name: str) -> None:
        """Give a sealed file its place, once the disk has it."""
        place = self.place(name)
        _private(self.folder, name[:2], name[2:4])
        _flush(draft)
        draft.rename(place)
        for folder in (place.parent, place.parent.parent, self.folder):
            _flush(folder)

    def read(self, name: str) -> Iterator[bytes]:
        """The clear text, piece by piece. Raises Damaged, at the latest before the last piece."""
        try:
            with self.place(name).open("rb") as sealed:
                yield from _opened(self.key, sealed)
        except (FileNotFoundError, InvalidTag) as error:
            raise Damaged(f"{name}: {type(error).__name__}") from error

    def throw_away(self, name: str) -> None:
        """Nobody names this file any more; its bytes stay a day for a backup under way."""
        place = self.place(name)
        with suppress(FileNotFoundError):
            os.utime(place)
            place.rename(place.with_name(name + GONE))

    def place(self, name: str) -> Path:
        """Two folders deep, so that none grows too large."""
        return self.folder / name[:2] / name[2:4] / name

    def copy_of(self, name: str) -> Path | None:
        """Where the bytes of `name` are, thrown away or not; None when they are nowhere."""
        place = self.place(name)
        return next((path for path in (place, place.with_name(name + GONE)) if path.exists()), None)

    def names(self) -> Iterator[str]:
        """Every file of the safe, in no order."""
        for path in self.folder.glob("??/??/*"):
            if not path.name.endswith(GONE):
                yield path.name

    def sweep(self, named: Collection[str], looked_at: float) -> int:
        """Throw away what `named` does not name and was there an hour before `looked_at`; how many files left for good.

        `named` was read at `looked_at` (time.time()): a file younger than that may get its row at any moment.
        """
        for name in list(self.names()):
            if name not in named and self._age(self.place(name), looked_at) > AN_HOUR:
                self.throw_away(name)
        old = [path for path in self.folder.glob(f"??/??/*{GONE}") if self._age(path, looked_at) > A_DAY]
        left = [path for path in self.incoming.iterdir() if self._age(path, looked_at) > AN_HOUR]
        for path in (*old, *left):
            path.unlink(missing_ok=True)
        return len(old) + len(left)

    def _age(self, path: Path, now: float) -> float:
        try:
            return now - path.stat().st_mtime
        except FileNotFoundError:
            return 0.0


def safe_of(settings: Settings) -> Safe:
    """The safe these settings name."""
    return Safe(folder_of(settings), documents_key(settings.data))


def folder_of(settings: Settings) -> Path:
    """Where the files are."""
    return Path(settings.documents or Path(settings.data) / "documents").absolute()


def instant_of_files() -> float:
    """Now, by the clock files are dated with: a demo's own clock must not make files look old."""
    return time.time()


def _private(folder: Path, *inside: str) -> Path:
    """A folder only its owner enters, and those around it up to the safe's own."""
    folder.mkdir(0o700, parents=True, exist_ok=True)
    for name in inside:
        folder = folder / name
        folder.mkdir(0o700, exist_ok=True)
    return folder


def _new(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _cipher(key: bytes, salt: bytes) -> AESGCM:
    """A key for each file, so that counting pieces is a nonce that never comes twice."""
    return AESGCM(hmac.digest(key, MAGIC + salt, "sha256"))


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _seal(key: bytes, clear: BinaryIO, sealed: BinaryIO) -> tuple[int, str]:
    salt, digest, size = os.urandom(SALT), hashlib.sha256(), 0
    cipher = _cipher(key, salt)
    sealed.write(MAGIC + salt)
    piece, number = clear.read(PIECE), 0
    while True:
        following = clear.read(PIECE)
        digest.update(piece)
        size += len(piece)
        sealed.write(cipher.encrypt(_nonce(number, not following), piece, None))
        if not following:
            return size, digest.hexdigest()
        piece, number = following, number + 1


def _opened(key: bytes, sealed: BinaryIO) -> Iterator[bytes]:
    head = sealed.read(len(MAGIC) + SALT)
    if head[: len(MAGIC)] != MAGIC:
        raise InvalidTag
    cipher = _cipher(key, head[len(MAGIC) :])
    piece, number = sealed.read(PIECE + SEAL), 0
    while True:
        following = sealed.read(PIECE + SEAL)
        yield cipher.decrypt(_nonce(number, not following), piece, None)
        if not following:
            return
        piece, number = following, number + 1
