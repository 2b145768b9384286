"""The antivirus: clamd's own protocol (INSTREAM) over a socket; without one, files are let through."""

import asyncio
import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from server.adapters.undelivered import Down

SECONDS = 60.0  # for one file
PORT = 3310


class TooLong(Down):
    """The file is longer than clamd takes (StreamMaxLength of clamd.conf): it was not scanned."""


@dataclass(frozen=True)
class Finding:
    """What clamd says of a file; `name` is what it found, empty for a clean one."""

    clean: bool
    name: str = ""


@dataclass(frozen=True)
class Clamd:
    """A clamd: the path of its socket, or a host and a port."""

    path: str = ""
    host: str = ""
    port: int = PORT
    seconds: float = SECONDS

    async def scan(self, pieces: Iterable[bytes]) -> Finding:
        """Stream a file through clamd. Raises TooLong; Down when it does not answer, or not in its own words."""
        answer = await self._ask(b"zINSTREAM\0", pieces)
        if answer == "stream: OK":
            return Finding(clean=True)
        if answer.endswith(" FOUND"):
            return Finding(clean=False, name=answer.removeprefix("stream: ").removesuffix(" FOUND"))
        if "size limit" in answer:
            raise TooLong("a file is longer than StreamMaxLength of clamd.conf")
        raise Down(f"clamd says {answer[:80]!r}")

    async def ping(self) -> None:
        """Raises Down when nobody answers."""
        answer = await self._ask(b"zPING\0", None)
        if answer != "PONG":
            raise Down(f"clamd says {answer[:80]!r}")

    async def _ask(self, command: bytes, pieces: Iterable[bytes] | None) -> str:
        try:
            async with asyncio.timeout(self.seconds):
                return await self._talk(command, pieces)
        except TimeoutError as error:
            raise Down(f"clamd does not answer within {self.seconds:g} s") from error
        except OSError as error:
            raise Down(f"clamd cannot be reached: {error}") from error

    async def _talk(self, command: bytes, pieces: Iterable[bytes] | None) -> str:
        unix = asyncio.open_unix_connection(self.path) if self.path else None
        reader, writer = await (unix or asyncio.open_connection(self.host, self.port))
        # Listening from the start: over its limit clamd answers and hangs up while we still speak.
        answer = asyncio.create_task(reader.readuntil(b"\0"))
        try:
            writer.write(command)
            with contextlib.suppress(ConnectionError):
                if pieces is not None:
                    await _stream(writer, pieces, answer)
                await writer.drain()
            return (await answer).decode("utf-8", "replace").rstrip("\0")
        except asyncio.IncompleteReadError as error:  # « COMMAND READ TIMED OUT » ends with a new line instead
            said = error.partial.decode("utf-8", "replace").strip()
            raise OSError(f"it hung up with {said[:80]!r}" if said else "it hung up without an answer") from error
        except asyncio.LimitOverrunError as error:
            raise OSError("it never ends its answer") from error
        finally:
            answer.cancel()
            writer.close()


async def _stream(writer: asyncio.StreamWriter, pieces: Iterable[bytes], answer: asyncio.Task[bytes]) -> None:
    for piece in pieces:
        if answer.done():
            return
        if piece:
            writer.write(len(piece).to_bytes(4, "big") + piece)
            await writer.drain()
    writer.write(bytes(4))


def clamd_from(address: str) -> Clamd | None:
    """`unix:/run/clamav/clamd.ctl` or `tcp://host:3310`; None for an empty address. Settings have checked it."""
    if not address:
        return None
    parts = urlsplit(address)
    if parts.scheme == "unix":
        return Clamd(path=parts.path)
    return Clamd(host=parts.hostname or "", port=parts.port or PORT)
