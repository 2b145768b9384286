"""A bad network: a TCP proxy between the browser and the server that refuses, hangs, loses or cuts the answer, is slow or narrow.

Outages are made here rather than by the browser's offline switch alone: the worker's own requests pass here too,
and a lost answer, which is what breaks queues, cannot be made any other way.
"""

import asyncio
import contextlib
import threading
from typing import Literal

Mode = Literal["pass", "refuse", "hang", "lose", "cut", "slow", "narrow"]


class Proxy:
    """Listens on its own port; `mode` may change at any time, and a change cuts the open connections."""

    def __init__(self, target: int) -> None:
        self.target, self.port = target, 0
        self.batches = 0  # POST /taps that went through to the server, answered or not
        self._mode: Mode = "pass"
        self._delay = 0.0
        self._rate, self._whole = 1, 1
        self._open: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._ready, self._over = threading.Event(), asyncio.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self._ready.wait(5)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def narrow(self, rate: int, whole: int) -> None:
        """Requests pass at `rate` bytes a second, and a connection is cut after `whole` of them."""
        self._rate, self._whole = rate, whole
        self.set("narrow")

    def set(self, mode: Mode, delay: float = 0.0) -> None:
        """`lose`: requests reach the server, answers are dropped. `cut`: of the answers, the headers arrive and no more.
        `slow`: answers wait `delay` seconds."""

        def change() -> None:
            self._mode, self._delay = mode, delay
            for writer in self._open:
                writer.transport.abort()
            self._open.clear()
            done.set()

        done = threading.Event()
        self._loop.call_soon_threadsafe(change)
        done.wait(5)

    def stop(self) -> None:
        self.set("refuse")
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(5)

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:  # ends what is still under way, and closes
            runner.run(self._listen())

    async def _listen(self) -> None:
        async with await asyncio.start_server(self._serve, "127.0.0.1", 0) as server:
            self.port = server.sockets[0].getsockname()[1]
            self._ready.set()
            await self._over.wait()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        with contextlib.suppress(OSError, asyncio.CancelledError):
            if self._mode == "refuse":
                writer.transport.abort()
            elif self._mode == "hang":
                await reader.read()
            else:
                await self._carry(reader, writer)
        self._open.discard(writer)
        writer.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind_reader, behind_writer = await asyncio.open_connection("127.0.0.1", self.target)
        await asyncio.gather(self._copy(reader, behind_writer, False), self._copy(behind_reader, writer, True))

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answers: bool) -> None:
        passed = 0
        try:
            while data := await reader.read(65536):
                if self._mode == "narrow" and not answers:
                    passed += len(data)
                    await asyncio.sleep(len(data) / self._rate)
                    if passed > self._whole:
                        break
                self.batches += 0 if answers else data.count(b"POST /taps ")
                if answers and self._mode == "lose":
                    continue
                if answers and self._mode == "slow":
                    await asyncio.sleep(self._delay)
                head, end, _ = data.partition(b"\r\n\r\n")
                cut = answers and self._mode == "cut"
                writer.write(head + end if cut else data)
                await writer.drain()
                if cut:
                    break
        finally:
            writer.close()
