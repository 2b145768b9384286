"""Rings of keys: text files in the data folder, a key a line; the first seals, all open.

Health files and documents each have one. A ring is read again whenever its file changes, so that a key can be turned
while the portal runs (`python -m server rotate-…-key`).
"""

import base64
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

HEAD = "# Marelle: keys. Keep a copy of this file, apart from the backups.\n"
KEY = 32  # bytes


class Unreadable(Exception):
    """No key of the ring opens this, or it was changed or moved."""


@dataclass(frozen=True)
class Ring:
    """The keys by their id, the one that seals first; `prepared` names one that waits to be turned to."""

    keys: tuple[tuple[str, bytes], ...]
    prepared: str = ""

    @property
    def current(self) -> str:
        """The id of the key that seals."""
        return self.keys[0][0]

    @property
    def ids(self) -> frozenset[str]:
        """Every id known."""
        return frozenset(id_ for id_, _ in self.keys)

    def with_prepared(self) -> "Ring":
        """A key more, known to all machines before any of them seals with it."""
        fresh = _fresh()
        return self if self.prepared else Ring((*self.keys, fresh), fresh[0])

    def turned(self) -> "Ring":
        """The prepared key seals, or a new one; a turn that was begun and not finished stays as it is."""
        if self.prepared:
            first = [one for one in self.keys if one[0] == self.prepared]
            return Ring((*first, *(one for one in self.keys if one[0] != self.prepared)))
        return self if len(self.keys) > 1 else Ring((_fresh(), *self.keys))

    def alone(self) -> "Ring":
        """Only the key that seals."""
        return Ring(self.keys[:1])


def _fresh() -> tuple[str, bytes]:
    return os.urandom(4).hex(), AESGCM.generate_key(KEY * 8)


def ring_from(text: str) -> Ring:
    """The ring a file's text stands for. Raises ValueError for one without a key or with half of one."""
    lines = [line.split() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    keys = tuple((id_, base64.b64decode(key, validate=True)) for id_, key, *_ in lines)
    if not keys or any(len(key) != KEY for _, key in keys) or len({id_ for id_, _ in keys}) < len(keys):
        raise ValueError("a ring is at least one line: an id and 32 bytes in base64")
    return Ring(keys, next((line[0] for line in lines if line[2:] == ["prepared"]), ""))


class Keys:
    """A ring as its file has it now."""

    def __init__(self, file: Path, read: Callable[[bytes], Ring] = lambda content: ring_from(content.decode())) -> None:
        self.file = file
        self._read = read
        self._seen: tuple[int, int, int] | None = None
        self._ring = Ring(())
        self._ciphers: dict[str, AESGCM] = {}

    @property
    def ring(self) -> Ring:
        """The keys. Raises Unreadable when the file cannot be read."""
        try:
            found = self.file.stat()
            seen = found.st_mtime_ns, found.st_size, found.st_ino
            if seen != self._seen:
                self._ring = self._read(self.file.read_bytes())
                self._ciphers = {id_: AESGCM(key) for id_, key in self._ring.keys}
                self._seen = seen
        except (OSError, ValueError) as error:
            raise Unreadable(f"the keys in {self.file} cannot be read: {error}") from error
        return self._ring

    def key(self, id_: str) -> bytes:
        """The bytes of one key. Raises Unreadable."""
        found = dict(self.ring.keys).get(id_)
        if found is None:
            raise Unreadable(f"no key {id_} in {self.file}")
        return found

    def cipher(self, id_: str) -> AESGCM:
        """What one key seals and opens with. Raises Unreadable."""
        self.key(id_)
        return self._ciphers[id_]


def draw_once(file: Path) -> Path:
    """The file, with a first key when there was none."""
    if not file.exists():
        file.parent.mkdir(0o700, parents=True, exist_ok=True)
        keep_ring(file, Ring((_fresh(),)), over=False)
    return file


def keep_ring(file: Path, ring: Ring, over: bool = True) -> None:
    """Write the ring whole or not at all; without `over` a file that is there already stays."""
    draft = file.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(HEAD + "".join(_line(ring, id_, key) for id_, key in ring.keys))
        out.flush()
        os.fsync(out.fileno())
    try:
        if over:
            draft.replace(file)
        else:
            os.link(draft, file)  # two processes may start at once: the first one's key wins
    except FileExistsError:
        pass
    finally:
        draft.unlink(missing_ok=True)


def _line(ring: Ring, id_: str, key: bytes) -> str:
    return f"{id_} {base64.b64encode(key).decode()}{' prepared' if id_ == ring.prepared else ''}\n"
