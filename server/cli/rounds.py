"""What the deliver worker does from time to time for other rooms: old rows, near dates, documents, passwords."""

import logging
import time
from collections.abc import Awaitable, Callable
from datetime import datetime

from server.accounts.commands.resending import answer_links, links_asked
from server.accounts.commands.resets import answer_resets, resets_asked
from server.adapters.clock import Clock
from server.bookings.commands.reminding import remind_round
from server.cli.housekeeping import tidy
from server.cli.retention import keep_no_longer
from server.database import Database
from server.documents.archive import archive_of
from server.documents.rounds import check_round, ending_round, sweep_round
from server.messages.rounds import mailing_round
from server.profiles import profile_of
from server.settings import Settings

TIDY_EVERY, REMIND_EVERY = 3600.0, 900.0  # seconds
KEEP_EVERY = 24 * 3600.0
log = logging.getLogger("marelle.deliver")


def rounds_of(db: Database, clock: Clock, settings: Settings) -> list[Callable[[], Awaitable[int]]]:
    """Rounds for `keep_delivering`, each as often as it needs."""
    profile = profile_of(settings)
    archive = archive_of(settings, profile.documents, db)

    async def keep() -> dict[str, int]:
        found = await keep_no_longer(db, profile.retention, clock(), dry=False)
        return {name: count for name, count in found.items() if count}

    timed: tuple[tuple[float, str, Callable[[], Awaitable[object]]], ...] = (
        (TIDY_EVERY, "%s old rows thrown away", lambda: tidy(db, clock())),
        (REMIND_EVERY, "%s children have nothing booked and a date limit near", lambda: remind_round(db, clock())),
        (REMIND_EVERY, "%s families told of documents that end", lambda: ending_round(archive, clock())),
        (TIDY_EVERY, "%s files of documents thrown away", lambda: sweep_round(archive)),
        (KEEP_EVERY, "removed by age: %s", keep),
    )
    return [
        lambda: reset_round(db, clock(), settings.env == "demo"),
        lambda: check_round(archive, clock()),
        lambda: mailing_round(db, clock()),
        *(_every(*each) for each in timed),
    ]


async def reset_round(db: Database, now: datetime, demo: bool) -> int:
    """Answer forgotten passwords and lost links; how many names were looked up."""
    resets = await db.write(answer_resets, now, demo) if await db.read(resets_asked) else 0
    return resets + (await db.write(answer_links, now) if await db.read(links_asked) else 0)


def _every(seconds: float, said: str, work: Callable[[], Awaitable[object]]) -> Callable[[], Awaitable[int]]:
    """`work` at start, then every so many seconds, as a round of the worker; what it has done is `said` to the log."""
    following = 0.0

    async def turn() -> int:
        nonlocal following
        if time.monotonic() >= following:
            following = time.monotonic() + seconds
            if done := await work():
                log.info(said, done)
        return 0

    return turn
