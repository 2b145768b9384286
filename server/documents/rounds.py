"""The deliver worker's rounds: the antivirus is asked again, ends are told, files nobody names are thrown away.

A file of its own, as in notices: these act outside between two transactions. Any number of workers may run them.
"""

import asyncio
from datetime import datetime

from server.adapters.safe import instant_of_files
from server.documents.archive import Archive
from server.documents.commands.judging import remind
from server.documents.queries.office import ending, names_in_use, unchecked
from server.documents.rules.asking import SOON
from server.zone import town_day


async def check_round(archive: Archive, now: datetime) -> int:
    """Ask the antivirus about what is in quarantine; how many it has judged. Once it is down the round ends."""
    done = 0
    for one in await archive.db.read(unchecked, now):
        became = await archive.check(one.id, one.files, now)
        if became == "down":
            break
        done += became == "judged"
    return done


async def ending_round(archive: Archive, now: datetime) -> int:
    """Tell families of required documents that end within a month, and again once they are over; how many."""
    today, told = town_day(now), 0
    for one in await archive.db.read(ending, archive.asked.required, today + SOON, today):
        step = 2 if one.valid_until < today else 1
        told += await archive.db.write(remind, one.id, step, one.family_id, one.kind, one.child, now)
    return told


async def sweep_round(archive: Archive) -> int:
    """Throw away what a kill left in the safe and nobody names; how many files are gone for good."""
    looked_at = instant_of_files()
    named = await archive.db.read(names_in_use)
    return await asyncio.to_thread(archive.safe.sweep, named, looked_at)
