"""An agent joins Tom's file and the one that was made of him again, for tests."""

from typing import Any

from server.database import Database
from server.families.commands.merging import Joining, merge, preview
from tests.cast import Town
from tests.conftest import FrozenClock

WHY = "Confirmé par les deux parents."
KEPT, GONE = "kidtom", "kidzoe"  # the Duponts' Tom, and the Bernards' « Zoé », who is he


async def joined(
    db: Database, town: Town, clock: FrozenClock, parts: Any, kept: str = KEPT, gone: str = GONE, custody: Any = "even"
) -> str:
    """The agent reads, then decides."""
    found = await db.read(preview, kept, gone, parts, clock())
    said = Joining(found.stamp, custody, WHY)
    return str(await db.write(merge, town.visitor("agent"), kept, gone, said, parts, clock()))


async def texts(db: Database, parts: Any, clock: FrozenClock) -> list[str]:
    found = await db.read(preview, KEPT, GONE, parts, clock())
    return [f"{one.part}: {one.text}".replace("\u00a0", " ") for one in found.findings]
