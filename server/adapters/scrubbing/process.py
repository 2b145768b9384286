"""The side that starts the process: few at a time, killed when it takes too long, believed only in its own words."""

import asyncio
import contextlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import msgspec

ROOT = Path(__file__).resolve().parent.parent.parent.parent
SECONDS = 45.0
AT_ONCE = 2
MODULE = "server.adapters.scrubbing.child"
REASONS = ("unknown", "heic", "empty", "broken", "too_many_pixels", "encrypted", "no_page", "too_many_pages", "active")


class Unfit(Exception):
    """The file is not taken; `reason` is one of REASONS, or "slow" when it was more than the process could bear."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Scrubbed:
    """The new file: its type and its pages."""

    media: str
    pages: int


class _Told(msgspec.Struct):
    media: str = ""
    pages: int = 0
    unfit: str = ""


class Scrubber:
    """Scrubs one file after the other, at most `at_once` side by side in this process."""

    def __init__(self, at_once: int = AT_ONCE, seconds: float = SECONDS, module: str = MODULE) -> None:
        self._places, self._seconds, self._module = asyncio.Semaphore(at_once), seconds, module

    async def scrub(self, source: Path, target: Path, portrait: bool = False) -> Scrubbed:
        """Write what is worth keeping of `source` to `target`, absolute paths. Raises Unfit: there is no `target`.

        A `portrait` is an image, written small.
        """
        async with self._places:
            told = await self._run(str(source), str(target), *(["portrait"] if portrait else []))
        return _believed(told, target)

    async def _run(self, *words: str) -> _Told:
        command = [sys.executable, "-s", "-m", self._module, *words]
        environment = {"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8"}
        child = await asyncio.create_subprocess_exec(
            *command, cwd=ROOT, env=environment, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            async with asyncio.timeout(self._seconds):
                said, _ = await child.communicate()
            return msgspec.json.decode(said, type=_Told)
        except (TimeoutError, msgspec.MsgspecError):  # it hung, or the kernel ended it before it could say anything
            return _Told()
        finally:
            if child.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    child.kill()
                await child.wait()


def _believed(told: _Told, target: Path) -> Scrubbed:
    if told.unfit or not told.media or not target.exists():
        target.unlink(missing_ok=True)
        raise Unfit(told.unfit if told.unfit in REASONS else "slow")
    return Scrubbed(told.media, told.pages)
