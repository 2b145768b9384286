"""What the doctor says of documents: the safe, its key, files the database names that are not there, the antivirus."""

from datetime import datetime, timedelta
from pathlib import Path

from server.adapters.antivirus import clamd_from
from server.adapters.safe import Safe, safe_of
from server.adapters.undelivered import Down
from server.cli.doctor.finding import Finding, fault, note, ok
from server.database import Database, Work, sql
from server.settings import Settings

STAYS = timedelta(hours=1)  # in quarantine, with an antivirus that answers


async def look_at_documents(db: Database, settings: Settings, now: datetime) -> list[Finding]:
    """Everything about documents; nothing when there is none."""
    names: frozenset[str] = await db.read(_names)
    key = Path(settings.data) / "documents.key"
    if names and not key.exists():
        return [fault(f"{key} is missing: the {len(names)} files of documents cannot be read. Put the key back.")]
    found = [fault(f"Others can read the key of the documents {key}: chmod 600 it.")] if _open_to_others(key) else []
    if names:
        found += _files(safe_of(settings), names)
    return [*found, *await _antivirus(settings), *await db.read(_quarantine, now - STAYS)]


def _names() -> Work[frozenset[str]]:
    return frozenset(row["name"] for row in (yield sql("select name from document_file")))


def _open_to_others(key: Path) -> bool:
    return key.exists() and bool(key.stat().st_mode & 0o077)


def _files(safe: Safe, names: frozenset[str]) -> list[Finding]:
    missing = sum(not safe.place(name).exists() for name in names)
    if missing:
        return [fault(f"{missing} of {len(names)} files of documents are not in {safe.folder}: restore them.")]
    return [ok(f"The {len(names)} files of documents are in {safe.folder}.")]


async def _antivirus(settings: Settings) -> list[Finding]:
    antivirus = clamd_from(settings.clamd)
    if antivirus is None:
        return [note("No antivirus is set (MARELLE_CLAMD): files are drawn anew before they are kept, not scanned.")]
    try:
        await antivirus.ping()
    except Down as down:
        return [fault(f"The antivirus {settings.clamd} does not work, documents stay in quarantine: {down}.")]
    return [ok(f"The antivirus {settings.clamd} answers.")]


def _quarantine(before: datetime) -> Work[list[Finding]]:
    rows = yield sql("select count(*) as n from document where state = 'received' and created_at < $1", before)
    count = rows[0]["n"]
    return [fault(f"{count} documents have been in quarantine for an hour: does `deliver` run?")] if count else []
