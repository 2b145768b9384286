"""`rotate-documents-key`: the key of the files families and agents send, which lie in the safe."""

import asyncio
import sys
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

from server.adapters.ring import Unreadable
from server.adapters.safe import Damaged, Safe, folder_of
from server.adapters.safe_keys import FILE, keys_of
from server.adapters.sealing import FIRST_KEY
from server.cli.rotation.turning import Lock, Turned, prepare, turn
from server.settings import Settings, settings_from_environment

COMMAND = "rotate-documents-key"
SAMPLE = 40  # files looked at when the portal starts
FLAGS = ("--prepare", "--keep")


def rotate_documents(arguments: list[str]) -> int:
    """Turn the key. --prepare: only add the next one; --keep: the old one stays (several machines)."""
    if len(arguments) > 1 or any(flag not in FLAGS for flag in arguments):
        print(f"Usage: python -m server {COMMAND} [{' | '.join(FLAGS)}]", file=sys.stderr)
        return 2
    settings, flag = settings_from_environment(), "".join(arguments)
    safe = existing_safe(settings)
    work = Pass(safe)
    lock = Lock(COMMAND, "files", safe.keys, work.turn_all, work.used)
    try:
        return prepare(lock) if flag == "--prepare" else asyncio.run(turn(lock, flag == "--keep"))
    except Unreadable as error:
        print(f"The documents' keys: {error}. Put {FILE} back from your copy.", file=sys.stderr)
        return 1


class Pass:
    """Every file of the safe, what was thrown away of late too: a backup under way may name it."""

    def __init__(self, safe: Safe) -> None:
        self.safe = safe
        self._damaged: frozenset[Path] = frozenset()

    async def turn_all(self) -> Turned:
        """Seal anew what other keys sealed; what no key opens is left where it is."""
        return await asyncio.to_thread(self._turn_all)

    async def used(self) -> frozenset[str]:
        """The keys of the files that open."""
        return await asyncio.to_thread(self._used)

    def _turn_all(self) -> Turned:
        turned, damaged = 0, set()
        for path in list(self.safe.everything()):
            try:
                turned += self.safe.turn(path)
            except Damaged:
                damaged.add(path)
        self._damaged = frozenset(damaged)
        return Turned(turned, len(damaged))

    def _used(self) -> frozenset[str]:
        found = {self.safe.key_of(path) for path in self.safe.everything() if path not in self._damaged}
        return frozenset(found - {""})


def existing_safe(settings: Settings) -> Safe:
    """The safe of these settings, whose key is not drawn when there is none."""
    return Safe(folder_of(settings), keys_of(Path(settings.data) / FILE))


def lost_documents_key(settings: Settings) -> str:
    """What keeps this machine from reading the documents' files, in one sentence; empty when nothing does.

    At a start some files are looked at; the doctor looks at all.
    """
    safe = existing_safe(settings)
    return lost_keys_of(safe, islice(safe.everything(), SAMPLE))


def lost_keys_of(safe: Safe, paths: Iterable[Path]) -> str:
    """The same, for these files of the safe."""
    found: dict[str, list[Path]] = {}
    for path in paths:
        found.setdefault(safe.key_of(path), []).append(path)
    found.pop("", None)  # damaged: no key helps
    if not found:
        return ""
    try:
        lost = found.keys() - safe.keys.ring.ids
    except Unreadable as error:
        return f"The documents' files cannot be read, {error}: put it back from your copy."
    if FIRST_KEY in found and FIRST_KEY not in lost and not any(map(safe.opens, found[FIRST_KEY][:SAMPLE])):
        lost = {*lost, FIRST_KEY}  # named by no file: only trying tells
    names = ", ".join(sorted(lost))
    where = safe.keys.file
    return (
        f"The documents' files need keys that are not in {where} ({names}): put it back from your copy." if lost else ""
    )
