"""`rotate-health-key`: the key of the children's health files, which are values of the database."""

import asyncio
import sys
from functools import partial
from pathlib import Path

from server.adapters.ring import Unreadable
from server.adapters.vault import FILE, Vault, vault_in
from server.cli.rotation.turning import Lock, Turned, prepare, turn
from server.database import Database, Work, open_database
from server.health.commands.rotation import keys_in_use, turn_some
from server.settings import Settings, settings_from_environment

MOST = 200  # rows of one transaction: families must not wait behind it
COMMAND = "rotate-health-key"
FLAGS = ("--prepare", "--keep", "--lost")


def rotate_health(arguments: list[str]) -> int:
    """Turn the key. --prepare: only add the next one; --keep: the old one stays (several machines); --lost: empty."""
    if len(arguments) > 1 or any(flag not in FLAGS for flag in arguments):
        print(f"Usage: python -m server {COMMAND} [{' | '.join(FLAGS)}]", file=sys.stderr)
        return 2
    settings, flag = settings_from_environment(), "".join(arguments)
    try:
        vault = vault_in(settings.data) if flag == "--lost" else Vault(Path(settings.data) / FILE)
        return asyncio.run(_rotate(settings, vault, flag))
    except Unreadable as error:
        print(f"The health files' keys: {error}. Put {FILE} back from your copy.", file=sys.stderr)
        return 1


async def _rotate(settings: Settings, vault: Vault, flag: str) -> int:
    db = open_database(settings.database_url)
    lock = Lock(COMMAND, "values", vault, partial(turn_all, db, vault), partial(db.read, keys_in_use))
    if flag == "--prepare":
        return prepare(lock)
    await db.start()
    try:
        if flag == "--lost":
            emptied = await turn_all(db, vault, forget=True)
            print(f"{emptied.unreadable} values no key opens were emptied: families are asked for them again.")
            return 0
        return await turn(lock, flag == "--keep")
    finally:
        await db.stop()


async def turn_all(db: Database, vault: Vault, forget: bool = False, most: int = MOST) -> Turned:
    """Every row, batch by batch."""
    last, turned, unreadable = 0, 0, 0
    while True:
        batch = await db.write(turn_some, vault, last, most, forget)
        last, turned, unreadable = batch.last, turned + batch.turned, unreadable + batch.unreadable
        if not last:
            return Turned(turned, unreadable)


def lost_keys(data: str) -> Work[str]:
    """What keeps this machine from opening the database's health files, in one sentence; empty when nothing does."""
    used = yield from keys_in_use()
    try:
        known = Vault(Path(data) / FILE).ring.ids if (Path(data) / FILE).exists() else frozenset()
    except Unreadable as error:
        return f"The keys of the health files: {error}."
    if used <= known:
        return ""
    names = ", ".join(sorted(used - known))
    return f"The health files need keys that are not in {Path(data) / FILE} ({names}): put it back from your copy."
