"""A form with files, read piece by piece to the disk: memory stays flat whatever is sent, and nothing half-read stays.

A door that takes files has an address that ends in /fichiers (server/web/admission.py gives it time), declares
`request_max_body_size=None` and measures here.
"""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from litestar.exceptions import HTTPException
from multipart import MultipartError, MultipartSegment, ParserLimitReached, PushMultipartParser, parse_options_header

from server.errors import BadInput, Full
from server.web.admission import body_length
from server.web.render import AnyRequest

MOST_FIELDS, LONGEST_FIELD = 30, 20_000  # of text; bytes
AROUND = 64 * 1024  # bytes of a form that are no file
TOGETHER = 256 * 1024  # bytes written at once
MOST_AT_ONCE = 3  # uploads of one account


class TooMuch(Exception):
    """More than the door takes: `reason` is file, files or whole; `name` the file's, when one is to blame."""

    def __init__(self, reason: str, name: str = "") -> None:
        super().__init__(reason)
        self.reason, self.name = reason, name
        self.fields: dict[str, str] = {}  # what had been read before: a form's words stand before its files


@dataclass(frozen=True)
class Limits:
    """What one form may carry."""

    file_bytes: int
    files: int

    @property
    def whole(self) -> int:
        """The longest body worth reading."""
        return self.file_bytes * self.files + AROUND


@dataclass(frozen=True)
class Upload:
    """One file as it arrived: where it lies, what its sender calls it, its size and SHA-256."""

    path: Path
    name: str
    size: int
    digest: str


@dataclass
class Sent:
    """A form as it arrived."""

    fields: dict[str, str] = field(default_factory=dict)
    files: list[Upload] = field(default_factory=list)


@asynccontextmanager
async def received(
    request: AnyRequest, draft: Callable[[], Path], limits: Limits, account: int | str, early: bool = True
) -> AsyncIterator[Sent]:
    """The form's fields and files; the files are gone when the block ends, however it ends.

    `draft` names a new place on the disk; `account` is the sender's, or the network of who has none.
    Raises TooMuch, Full, BadInput.
    """
    length = body_length(request.scope)
    if not length:
        raise BadInput("Cet envoi ne dit pas sa taille. Rien n’a été enregistré.")
    if early and length > limits.whole:
        raise TooMuch("whole")
    under_way: dict[int | str, int] = request.app.state.uploading
    if under_way.get(account, 0) >= MOST_AT_ONCE:
        whose = "avec votre compte" if isinstance(account, int) else "depuis votre connexion"
        raise Full(f"Trois envois sont déjà en cours {whose}. Attendez la fin de l’un d’eux.", retry_after=30)
    under_way[account] = under_way.get(account, 0) + 1
    reading = _Reading(draft, limits)
    try:
        await _read(request, reading, length)
        yield reading.sent
    except TooMuch as error:
        error.fields = reading.sent.fields
        raise
    except OSError as error:  # the disk, not the form
        raise Full(retry_after=60) from error
    finally:
        reading.forget()
        under_way[account] -= 1
        if not under_way[account]:
            del under_way[account]


async def _read(request: AnyRequest, reading: "_Reading", length: int) -> None:
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != "multipart/form-data" or not options.get("boundary"):
        raise BadInput
    parser = PushMultipartParser(
        options["boundary"], content_length=length, max_segment_count=MOST_FIELDS + reading.limits.files + 1
    )
    try:
        with parser:
            async for chunk in request.stream():
                for found in parser.parse(chunk):
                    reading.take(found)
                    if reading.waiting >= TOGETHER:
                        await asyncio.to_thread(reading.write)
    except ParserLimitReached as error:
        raise TooMuch("files") from error
    except (MultipartError, UnicodeError) as error:
        raise BadInput from error
    except HTTPException as error:  # the phone left in the middle
        raise BadInput("L’envoi a été coupé. Rien n’a été enregistré.") from error


class _Reading:
    """What has been read so far."""

    def __init__(self, draft: Callable[[], Path], limits: Limits) -> None:
        self.sent, self.limits, self.waiting = Sent(), limits, 0
        self._draft = draft
        self._segment: Any = None
        self._text = bytearray()
        self._file: BinaryIO | None = None
        self._path, self._size, self._digest = Path(), 0, hashlib.sha256()
        self._pieces: list[bytes] = []

    def take(self, found: Any) -> None:
        """What the parser says: a part begins, some bytes of it, or its end (None)."""
        if isinstance(found, MultipartSegment):
            self._begin(found)
        elif found is not None:
            self._more(bytes(found))
        else:
            self._end()

    def write(self) -> None:
        """Hand the waiting bytes to the disk."""
        if self._file is not None:
            self._file.writelines(self._pieces)
        self._pieces, self.waiting = [], 0

    def forget(self) -> None:
        """Nothing of this form stays."""
        if self._file is not None:
            self._file.close()
            self._path.unlink(missing_ok=True)
        for file in self.sent.files:
            file.path.unlink(missing_ok=True)

    def _begin(self, segment: Any) -> None:
        self._segment, self._text = segment, bytearray()
        if segment.filename:  # a file field left empty has an empty name
            if len(self.sent.files) >= self.limits.files:
                raise TooMuch("files")
            self._path, self._size, self._digest = self._draft(), 0, hashlib.sha256()
            self._file = os.fdopen(os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")

    def _more(self, piece: bytes) -> None:
        if self._file is None:
            self._text += piece
            if len(self._text) > LONGEST_FIELD or len(self.sent.fields) > MOST_FIELDS:
                raise BadInput
            return
        self._size += len(piece)
        if self._size > self.limits.file_bytes:
            raise TooMuch("file", self._segment.filename)
        self._digest.update(piece)
        self._pieces.append(piece)
        self.waiting += len(piece)

    def _end(self) -> None:
        if self._file is None:
            if self._segment.filename is None:
                self.sent.fields[self._segment.name] = self._text.decode()
            return
        self.write()
        self._file.close()
        self._file = None
        upload = Upload(self._path, self._segment.filename, self._size, self._digest.hexdigest())
        self.sent.files.append(upload)
