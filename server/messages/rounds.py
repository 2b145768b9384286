"""The deliver worker's round: messages to many families are written a few at a time, behind what families wait for.

A file of its own, as in documents: it acts between transactions. Any number of workers may run it.
"""

from datetime import datetime

from server.database import Database
from server.messages.commands.mailings import mailing_waits, write_some


async def mailing_round(db: Database, now: datetime) -> int:
    """Write to the next families when the outbox has room; how many."""
    return await db.write(write_some, now) if await db.read(mailing_waits) else 0
