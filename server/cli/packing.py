"""The files of documents beside a backup: one archive, as they are in the safe (encrypted), and the way back.

Everything in the safe goes in, what was thrown away within the day too: the database was copied before, and whatever
it names is still there.
"""

import io
import re
import tarfile
from pathlib import Path
from typing import IO

from server.adapters.safe import GONE, Safe, folder_of, safe_of
from server.settings import Settings

NAME = re.compile(r"[0-9a-f]{32}")


def beside(backup: Path) -> Path:
    """Where the files of a backup are."""
    return backup.with_name(f"{backup.name}.documents.tar")


def pack(settings: Settings, backup: Path) -> str:
    """Write the safe's files beside `backup`; what to tell. Nothing is written for an empty safe."""
    target = beside(backup)
    files = sorted(path for path in folder_of(settings).glob("??/??/*") if NAME.fullmatch(path.name.removesuffix(GONE)))
    if not files:
        return ""
    draft = target.with_name(f"{target.name}.part")
    try:
        draft.touch(0o600)
        with tarfile.open(draft, "w", format=tarfile.PAX_FORMAT) as tar:
            for path in files:
                _add(tar, path)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return f" Documents written to {target} ({target.stat().st_size // 1024} kB)."


def _add(tar: tarfile.TarFile, path: Path) -> None:
    try:
        with path.open("rb") as file:
            info = tarfile.TarInfo(path.name.removesuffix(GONE))
            info.size, info.mode, info.mtime = path.stat().st_size, 0o600, int(path.stat().st_mtime)
            tar.addfile(info, file)
    except FileNotFoundError:  # thrown away, or gone for good, since the list was made
        gone = path.with_name(path.name + GONE)
        if not path.name.endswith(GONE) and gone.exists():
            _add(tar, gone)


def unpack(settings: Settings, backup: Path) -> str:
    """Put back the files of `backup` that are not in the safe; what to tell. None there is overwritten or removed."""
    source = beside(backup)
    if not source.is_file():
        return ""
    safe, count = safe_of(settings), 0
    with tarfile.open(source) as tar:
        for info in tar:
            if info.isreg() and NAME.fullmatch(info.name) and not safe.place(info.name).exists():
                count += _put_back(safe, tar.extractfile(info) or io.BytesIO(), info.name)
    return f" {count} files of documents put back; they open with {settings.data}/documents.key only."


def _put_back(safe: Safe, body: IO[bytes], name: str) -> int:
    draft = safe.draft()
    with draft.open("wb") as file:
        while piece := body.read(1024 * 1024):
            file.write(piece)
    safe.adopt(draft, name)
    return 1
