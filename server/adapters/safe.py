"""The safe: files families and agents send, encrypted in a private folder, under names that say nothing.

Each begins with the id of the key it is sealed with, and is bound to its name: in another's place it opens no more.

A file is written beside its place, flushed to the disk and only then given its name; rows are written after it and
removed before it, so that a kill leaves at worst a file nobody names, which `sweep` finds. What is thrown away keeps
its bytes for a day under another name: a backup copies the database first and the files after.
"""

import os
import secrets
import shutil
import time
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag

from server.adapters.private import flush, open_draft, private_folder
from server.adapters.ring import Keys, Unreadable, draw_once
from server.adapters.safe_keys import FILE, keys_of
from server.adapters.sealing import head_of, opened_pieces, pieces_of, seal_pieces
from server.settings import Settings

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

    def __init__(self, folder: Path, keys: Keys, least_free: int = LEAST_FREE) -> None:
        self.folder, self.keys, self._least_free = folder, keys, least_free

    @property
    def incoming(self) -> Path:
        """Where what arrives waits to be examined; emptied by `sweep` of what a kill has left."""
        return private_folder(self.folder, "incoming")

    def draft(self) -> Path:
        """A place nobody else writes to, for what is arriving."""
        return self.incoming / secrets.token_hex(16)

    def has_room(self) -> bool:
        """Whether the disk has space to spare."""
        return shutil.disk_usage(self.incoming).free > self._least_free

    def keep(self, source: Path) -> Kept:
        """Encrypt `source` into the safe."""
        name, draft, sealed_with = secrets.token_hex(16), self.draft(), ""
        try:
            while sealed_with != self.keys.ring.current:  # the key may be turned while we write
                sealed_with = self.keys.ring.current
                with source.open("rb") as clear, os.fdopen(open_draft(draft), "wb") as sealed:
                    size, digest = seal_pieces(self.keys, sealed_with, name, pieces_of(clear), sealed)
            self.adopt(draft, name)
        except Unreadable as error:  # like a disk that cannot be read: nothing is taken in
            raise OSError(str(error)) from error
        finally:
            draft.unlink(missing_ok=True)
        return Kept(name, size, digest)

    def turn(self, path: Path) -> bool:
        """Seal a file anew with the current key; False when it is already, or gone. Raises Damaged.

        It keeps its date: the sweep goes by it. Thrown away meanwhile, it comes back as a file nobody names.
        """
        name, draft, current = path.name.removesuffix(GONE), self.draft(), self.keys.ring.current
        try:
            if self.key_of(path) == current:
                return False
            date = path.stat()
            with path.open("rb") as old, os.fdopen(open_draft(draft), "wb") as new:
                seal_pieces(self.keys, current, name, opened_pieces(self.keys, name, old), new)
            os.utime(draft, ns=(date.st_atime_ns, date.st_mtime_ns))
            flush(draft)
            draft.replace(path)
            flush(path.parent)
        except FileNotFoundError:
            return False
        except (InvalidTag, Unreadable) as error:
            raise Damaged(f"{name}: {str(error) or type(error).__name__}") from error
        finally:
            draft.unlink(missing_ok=True)
        return True

    def key_of(self, path: Path) -> str:
        """The id of the key a file of the safe was sealed with; empty for one that is damaged or gone."""
        try:
            with path.open("rb") as sealed:
                return head_of(sealed)[0]
        except (FileNotFoundError, InvalidTag):
            return ""

    def adopt(self, draft: Path, name: str) -> None:
        """Give a sealed file its place, once the disk has it."""
        place = self.place(name)
        private_folder(self.folder, name[:2], name[2:4])
        flush(draft)
        draft.rename(place)
        for folder in (place.parent, place.parent.parent, self.folder):
            flush(folder)

    def read(self, name: str) -> Iterator[bytes]:
        """The clear text, piece by piece. Raises Damaged, at the latest before the last piece."""
        try:
            with self.place(name).open("rb") as sealed:
                yield from opened_pieces(self.keys, name, sealed)
        except (FileNotFoundError, InvalidTag, Unreadable) as error:
            raise Damaged(f"{name}: {type(error).__name__}") from error

    def opens(self, path: Path) -> bool:
        """Whether a file of the safe begins to open."""
        try:
            with path.open("rb") as sealed:
                next(opened_pieces(self.keys, path.name.removesuffix(GONE), sealed))
        except (FileNotFoundError, InvalidTag, Unreadable):
            return False
        return True

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
        return (path.name for path in self.everything() if not path.name.endswith(GONE))

    def everything(self) -> Iterator[Path]:
        """Every file of the safe and what was thrown away of late, in no order."""
        return self.folder.glob("??/??/*")

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
    """The safe these settings name, its first key drawn when there is none."""
    return Safe(folder_of(settings), keys_of(draw_once(Path(settings.data) / FILE)))


def folder_of(settings: Settings) -> Path:
    """Where the files are."""
    return Path(settings.documents or Path(settings.data) / "documents").absolute()


def instant_of_files() -> float:
    """Now, by the clock files are dated with: a demo's own clock must not make files look old."""
    return time.time()
