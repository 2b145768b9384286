"""The archive: from what arrived to a document with its files in the safe, and the antivirus' word on it.

A file of its own: commands are transactions, and this works outside between two of them. Files are scrubbed, put in
the safe, and only then named by a row; whatever goes wrong before leaves no document and no file.
"""

import asyncio
import contextlib
import hashlib
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from server.adapters.antivirus import Clamd, Finding, TooLong, clamd_from
from server.adapters.safe import Damaged, Kept, Safe, safe_of
from server.adapters.scrubbing import Scrubbed, Scrubber, Unfit
from server.adapters.undelivered import Down
from server.database import Database, DatabaseError, Duplicate
from server.documents.commands.putting import New, NewFile, NoSpace, Put, check_later, known, put_down, settle_check
from server.documents.rules.asking import Asked
from server.profiles.documents import DocumentsChoices
from server.settings import Settings
from server.web.uploads import Limits, Upload

log = logging.getLogger("marelle.documents")
AGAIN = timedelta(minutes=5)  # between two questions to an antivirus that is down
MEGABYTE = 1024 * 1024
Checked = Literal["judged", "too_long", "down"]


class BadFile(Exception):
    """One of the files is not taken; `reason` is Unfit's, `name` what its sender calls it."""

    def __init__(self, reason: str, name: str) -> None:
        super().__init__(reason)
        self.reason, self.name = reason, name


@dataclass(frozen=True)
class Archive:
    """What doors and the worker keep documents with."""

    db: Database
    safe: Safe
    scrubber: Scrubber
    antivirus: Clamd | None
    limits: Limits
    most_bytes: int  # of one family
    asked: Asked

    async def put(self, new: New, uploads: Sequence[Upload], now: datetime) -> Put:
        """The document of this form, made now or before. Raises BadFile, NoSpace; then nothing of it is left."""
        new = replace(new, sent_key=key_of(new, uploads))
        if before := await self.db.read(known, new.sent_by, new.sent_key):
            return before
        kept: list[NewFile] = []
        try:
            for upload in uploads:
                kept.append(await self._take(upload))
            put = await self.db.write(put_down, replace(new, files=tuple(kept)), self.most_bytes, now)
        except Duplicate:  # the same form, twice at the same instant: the other one's files stand
            await self._throw_away(file.name for file in kept)
            again = await self.db.read(known, new.sent_by, new.sent_key)
            if again is None:
                raise
            return again
        except (BadFile, NoSpace, DatabaseError, OSError):  # cancelled, it may have been written: the sweep will know
            await self._throw_away(file.name for file in kept)
            raise
        if put.repeated:
            await self._throw_away(file.name for file in kept)
        else:
            await self.check(put.id, [file.name for file in kept], now)
        return put

    async def check(self, document: int, names: Sequence[str], now: datetime) -> Checked:
        """Ask the antivirus. Without its word, down or too small for this one, the document stays in quarantine."""
        try:
            finding = await self._scanned(names)
        except Down as down:
            log.warning("document %s stays in quarantine: %s", document, down)
            await self.db.write(check_later, document, now + AGAIN)
            return "too_long" if isinstance(down, TooLong) else "down"
        gone = await self.db.write(settle_check, document, finding.clean, finding.name, now)
        await self._throw_away(iter(gone))
        return "judged"

    async def throw_away(self, names: Sequence[str]) -> None:
        """The files of a document whose row is gone."""
        await self._throw_away(iter(names))

    async def _take(self, upload: Upload) -> NewFile:
        target = self.safe.draft()
        try:
            scrubbed: Scrubbed = await self.scrubber.scrub(upload.path, target)
            kept: Kept = await asyncio.to_thread(self.safe.keep, target)
        except Unfit as unfit:
            raise BadFile(unfit.reason, upload.name) from unfit
        finally:
            await asyncio.to_thread(target.unlink, missing_ok=True)
        return NewFile(kept.name, scrubbed.media, kept.size, scrubbed.pages, kept.digest)

    async def _scanned(self, names: Sequence[str]) -> Finding:
        if self.antivirus is None:
            return Finding(clean=True)
        for name in names:
            try:
                finding = await self.antivirus.scan(self.safe.read(name))
            except Damaged as damaged:
                raise Down(f"its file is damaged: {damaged}") from damaged
            if not finding.clean:
                return finding
        return Finding(clean=True)

    async def _throw_away(self, names: Iterator[str]) -> None:
        for name in names:
            with contextlib.suppress(OSError):  # the sweep will find it
                await asyncio.to_thread(self.safe.throw_away, name)


def key_of(new: New, uploads: Sequence[Upload]) -> str:
    """One form and its content: after a lost answer the same, with another file behind Back a new one."""
    parts = [new.sent_key, new.shelf, new.kind, str(new.child_id), str(new.family_id), str(new.request_id), new.title]
    return hashlib.sha256("\0".join([*parts, *(upload.digest for upload in uploads)]).encode()).hexdigest()


def asked_from(choices: DocumentsChoices) -> Asked:
    """The town's choice as the rules read it."""
    months = {name: int(count) for name, _, count in (each.partition("=") for each in choices.valid_months)}
    return Asked(choices.required, choices.optional, choices.maximum_without, months, choices.valid_school_year)


def archive_of(settings: Settings, choices: DocumentsChoices, db: Database) -> Archive:
    """The archive of these settings and this town."""
    return Archive(
        db=db,
        safe=safe_of(settings),
        scrubber=Scrubber(),
        antivirus=clamd_from(settings.clamd),
        limits=Limits(choices.longest_mb * MEGABYTE, choices.most_files),
        most_bytes=choices.most_mb_family * MEGABYTE,
        asked=asked_from(choices),
    )
