"""The vault: health values sealed with keys that lie in the data folder, never in the database.

AES-256-GCM (`cryptography`); what is sealed is bound to a label (table, column, child), so that a value moved to
another row or column opens no more. The ring is a text file, a key a line: the first seals, all open. It is read again
whenever it changes, so a key can be turned while the portal runs (`python -m server rotate-health-key`).
"""

import base64
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FILE = "health.keys"
HEAD = "# Marelle: the keys of the children's health files. Keep a copy of this file, apart from the backups.\n"
NONCE = 12  # bytes
BLOCK = 256  # sealed values are filled up to a multiple of this: their length tells nothing


class Unreadable(Exception):
    """No key of the ring opens this value, or it was changed or moved."""


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
    return os.urandom(4).hex(), AESGCM.generate_key(256)


class Vault:
    """Seals and opens; one per process."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._seen: tuple[int, int, int] | None = None
        self._ring = Ring(())
        self._ciphers: dict[str, AESGCM] = {}

    @property
    def ring(self) -> Ring:
        """The keys as the file has them now. Raises Unreadable when it cannot be read."""
        try:
            found = self._file.stat()
            seen = found.st_mtime_ns, found.st_size, found.st_ino
            if seen != self._seen:
                self._ring = ring_from(self._file.read_text())
                self._ciphers = {id_: AESGCM(key) for id_, key in self._ring.keys}
                self._seen = seen
        except (OSError, ValueError) as error:
            raise Unreadable(f"the keys in {self._file} cannot be read: {error}") from error
        return self._ring

    def seal(self, label: str, plain: bytes) -> str:
        """`plain` under the current key, bound to `label`, as text for a column."""
        id_ = self.ring.current
        nonce = os.urandom(NONCE)
        filled = plain + b" " * (-len(plain) % BLOCK)  # JSON does not mind the spaces
        body = self._ciphers[id_].encrypt(nonce, filled, label.encode())
        return f"{id_}.{base64.urlsafe_b64encode(nonce + body).decode()}"

    def open(self, label: str, sealed: str) -> bytes:
        """What was sealed under `label`. Raises Unreadable."""
        id_, _, text = sealed.partition(".")
        if id_ not in self.ring.ids:
            raise Unreadable(f"no key {id_} in {self._file}")
        try:
            raw = base64.urlsafe_b64decode(text)
            return self._ciphers[id_].decrypt(raw[:NONCE], raw[NONCE:], label.encode())
        except (InvalidTag, ValueError) as error:
            raise Unreadable(f"{label} does not open under key {id_}") from error


def vault_in(data: str) -> Vault:
    """The vault of a data folder, its first key drawn when there is none."""
    file = Path(data) / FILE
    if not file.exists():
        file.parent.mkdir(0o700, parents=True, exist_ok=True)
        keep_ring(file, Ring((_fresh(),)), over=False)
    return Vault(file)


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


def ring_from(text: str) -> Ring:
    """The ring a file's text stands for. Raises ValueError for one without a key or with half of one."""
    lines = [line.split() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    keys = tuple((id_, base64.b64decode(key, validate=True)) for id_, key, *_ in lines)
    if not keys or any(len(key) != 32 for _, key in keys) or len({id_ for id_, _ in keys}) < len(keys):
        raise ValueError("a ring is at least one line: an id and 32 bytes in base64")
    return Ring(keys, next((line[0] for line in lines if line[2:] == ["prepared"]), ""))
