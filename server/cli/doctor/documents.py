"""What the doctor says of documents: the safe, its key, files the database names that are not there, the antivirus."""

import asyncio
from datetime import datetime, timedelta

from server.adapters.antivirus import TooLong, clamd_from
from server.adapters.safe import Safe
from server.adapters.undelivered import Down
from server.cli.doctor.finding import Finding, fault, note, ok
from server.cli.rotation import existing_safe, lost_keys_of
from server.database import Database, Work, sql
from server.profiles import profile_of
from server.settings import Settings

MEGABYTE, PIECE = 1024 * 1024, 64 * 1024
STAYS = timedelta(hours=1)  # in quarantine, with an antivirus that answers


async def look_at_documents(db: Database, settings: Settings, now: datetime) -> list[Finding]:
    """Everything about documents; nothing when there is none."""
    names: frozenset[str] = await db.read(_names)
    found = await asyncio.to_thread(_files, existing_safe(settings), names) if names else []
    return [*found, *await _antivirus(settings), *await db.read(_quarantine, now - STAYS)]


def _names() -> Work[frozenset[str]]:
    return frozenset(row["name"] for row in (yield sql("select name from document_file")))


def _files(safe: Safe, names: frozenset[str]) -> list[Finding]:
    if not safe.keys.file.exists():
        told = f"{safe.keys.file} is missing: the {len(names)} files of documents cannot be read."
        return [fault(f"{told} Put the key back.")]
    places = [safe.place(name) for name in names]
    missing = sum(not place.exists() for place in places)
    if missing:
        return [fault(f"{missing} of {len(names)} files of documents are not in {safe.folder}: restore them.")]
    if lost := lost_keys_of(safe, places):
        return [fault(lost)]
    if damaged := sum(not safe.opens(place) for place in places):
        return [fault(f"{damaged} of {len(names)} files of documents are damaged: restore them from a backup.")]
    return [ok(f"The {len(names)} files of documents are in {safe.folder}.")]


async def _antivirus(settings: Settings) -> list[Finding]:
    antivirus = clamd_from(settings.clamd)
    if antivirus is None:
        return [note("No antivirus is set (MARELLE_CLAMD): files are drawn anew before they are kept, not scanned.")]
    most = profile_of(settings).documents.longest_mb
    try:
        await antivirus.ping()
        await antivirus.scan([bytes(PIECE)] * (most * MEGABYTE // PIECE))
    except TooLong:
        told = f"The antivirus {settings.clamd} takes less than the {most} MB a family may send"
        return [fault(f"{told}, longer files stay in quarantine: raise StreamMaxLength in clamd.conf.")]
    except Down as down:
        return [fault(f"The antivirus {settings.clamd} does not work, documents stay in quarantine: {down}.")]
    return [ok(f"The antivirus {settings.clamd} answers.")]


def _quarantine(before: datetime) -> Work[list[Finding]]:
    rows = yield sql("select count(*) as n from document where state = 'received' and created_at < $1", before)
    count = rows[0]["n"]
    return [fault(f"{count} documents have been in quarantine for an hour: does `deliver` run?")] if count else []
