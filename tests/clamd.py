"""A clamd for the tests: it speaks the real one's INSTREAM, finds EICAR in clear, and can be down, slow or small."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.papers import EICAR


@dataclass
class Simulator:
    """What it does next, and what it has been given. `limit` is its StreamMaxLength."""

    address: str = ""
    limit: int = 100_000_000
    mode: str = "ok"  # ok | garbage | silent | hurried
    seen: list[bytes] = field(default_factory=list)
    signature: bytes = EICAR

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, as clamd's session without IDSESSION: one command, one answer."""
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            command = await reader.readuntil(b"\0")
            if self.mode == "silent":
                await reader.read()
            elif self.mode == "hurried":  # its ReadTimeout: the one answer that ends with a new line
                writer.write(b"COMMAND READ TIMED OUT\n")
            elif command == b"zPING\0":
                writer.write(b"PONG\0")
            elif command == b"zINSTREAM\0":
                writer.write(await self._stream(reader) + b"\0")
            else:
                writer.write(b"UNKNOWN COMMAND\0")
            await writer.drain()
        writer.close()

    async def _stream(self, reader: asyncio.StreamReader) -> bytes:
        body = b""
        while size := int.from_bytes(await reader.readexactly(4), "big"):
            body += await reader.readexactly(size)
            if len(body) > self.limit:
                return b"INSTREAM size limit exceeded. ERROR"
        self.seen.append(body)
        if self.mode == "garbage":
            return b"LibClamAV Warning: what"
        return b"stream: Eicar-Test-Signature FOUND" if self.signature in body else b"stream: OK"


@asynccontextmanager
async def clamd(path: str = "") -> AsyncIterator[Simulator]:
    """A simulator that listens on a socket of the file system, or on a port."""
    simulator = Simulator()
    if path:
        server, simulator.address = await asyncio.start_unix_server(simulator.serve, path), f"unix:{path}"
    else:
        server = await asyncio.start_server(simulator.serve, "127.0.0.1", 0)
        simulator.address = f"tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield simulator
