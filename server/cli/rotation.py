"""`rotate-health-key`: a new key for the health files while the portal runs; docs/operating.md has the steps."""

import asyncio
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from server.adapters.vault import FILE, Unreadable, Vault, keep_ring, vault_in
from server.database import Database, Work, open_database
from server.health.commands.rotation import Batch, keys_in_use, turn_some
from server.settings import Settings, settings_from_environment

MOST = 200  # rows of one transaction: families must not wait behind it
SETTLING = 2.0  # seconds until whoever had read the old ring has written
FLAGS = ("--prepare", "--keep", "--lost")


def rotate(arguments: list[str]) -> int:
    """Turn the key. --prepare: only add the next one; --keep: the old one stays (several machines); --lost: empty."""
    if len(arguments) > 1 or any(flag not in FLAGS for flag in arguments):
        print(f"Usage: python -m server rotate-health-key [{' | '.join(FLAGS)}]", file=sys.stderr)
        return 2
    settings, flag = settings_from_environment(), "".join(arguments)
    file = Path(settings.data) / FILE
    try:
        vault = vault_in(settings.data) if flag == "--lost" else Vault(file)
        if flag == "--prepare":
            keep_ring(file, vault.ring.with_prepared())
            print(f"A key waits in {file}. Copy the file to every machine, then run rotate-health-key --keep on one.")
            return 0
        return asyncio.run(_rotate(settings, vault, file, flag))
    except Unreadable as error:
        print(f"The health files' keys: {error}. Put {FILE} back from your copy.", file=sys.stderr)
        return 1


async def _rotate(settings: Settings, vault: Vault, file: Path, flag: str) -> int:
    db = open_database(settings.database_url)
    await db.start()
    try:
        if flag == "--lost":
            emptied = await turn_all(db, vault, forget=True)
            print(f"{emptied.unreadable} values no key opens were emptied: families are asked for them again.")
            return 0
        old = file.with_name(f"{FILE}.before-{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
        keep_ring(old, vault.ring, over=False)
        keep_ring(file, vault.ring.turned())
        done = await turn_all(db, vault)
        time.sleep(SETTLING)  # noqa: ASYNC251  (nothing else runs in this process)
        late = await turn_all(db, vault)
        left = await db.read(keys_in_use) - {vault.ring.current}
    finally:
        await db.stop()
    print(f"{done.turned + late.turned} values are sealed with key {vault.ring.current}.")
    if left:
        print(f"Some values are still under {', '.join(sorted(left))}: run it again.", file=sys.stderr)
        return 1
    if flag != "--keep":
        keep_ring(file, vault.ring.alone())
    print(f"{old} opens the backups made until now: keep it with your copy of the keys, destroy it with those backups.")
    return 0


async def turn_all(db: Database, vault: Vault, forget: bool = False, most: int = MOST) -> Batch:
    """Every row, batch by batch."""
    last, turned, unreadable = 0, 0, 0
    while True:
        batch = await db.write(turn_some, vault, last, most, forget)
        last, turned, unreadable = batch.last, turned + batch.turned, unreadable + batch.unreadable
        if not last:
            return Batch(0, turned, unreadable)


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
