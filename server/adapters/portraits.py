"""Portraits: a photo somebody sends becomes a small JPEG drawn anew by the documents' scrubber, or is refused."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from server.adapters.safe import Safe
from server.adapters.scrubbing import Scrubber


@dataclass(frozen=True)
class Portraits:
    """Where photos arrive, and what draws them anew; nothing of them stays on the disk."""

    safe: Safe
    scrubber: Scrubber

    async def drawn(self, source: Path) -> bytes:
        """The portrait. Raises Unfit."""
        target = self.safe.draft()
        try:
            await self.scrubber.scrub(source, target, portrait=True)
            return await asyncio.to_thread(target.read_bytes)
        finally:
            await asyncio.to_thread(target.unlink, missing_ok=True)
