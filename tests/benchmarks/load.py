"""A load client: so many kept-open connections, one request under way on each, as little work as possible per answer."""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from statistics import median
from typing import cast

SLICES = 4  # the run is cut in slices and the median slice is told: a noisy neighbour spoils one, not all

PATIENCE = 20.0  # seconds for the last answers; longer is a hang, and an error


@dataclass
class Load:
    """What came back: when, how fast, what was wrong."""

    seconds: float
    began: float = 0.0
    answered: list[float] = field(default_factory=list)  # instants
    latencies: list[float] = field(default_factory=list)  # seconds
    sizes: int = 0
    errors: list[str] = field(default_factory=list)

    def per_second(self) -> float:
        """Answers a second in the median slice."""
        if not self.answered:
            return 0.0
        length = (self.answered[-1] - self.began) / SLICES
        counts = [0] * SLICES
        for instant in self.answered:
            counts[min(SLICES - 1, int((instant - self.began) / length))] += 1
        return median(counts) / length

    def milliseconds(self, percentile: int) -> float:
        """The latency that `percentile` % of the answers did not exceed."""
        ordered = sorted(self.latencies)
        return 1000 * ordered[min(len(ordered) - 1, len(ordered) * percentile // 100)] if ordered else 0.0

    @property
    def bytes_each(self) -> float:
        """Bytes of body per answer."""
        return self.sizes / max(1, len(self.answered))


class Connection(asyncio.Protocol):
    """One connection: send, wait for the whole answer, send the next."""

    def __init__(self, load: Load, requests: Iterator[bytes], right: Callable[[bytes], bool], end: float) -> None:
        self.load, self.requests, self.right, self.end = load, requests, right, end
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.buffer = b""
        self.sent = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self._next(time.perf_counter())

    def connection_lost(self, _: Exception | None) -> None:
        if not self.done.done():
            self.load.errors.append("connection lost")
            self.done.set_result(None)

    def data_received(self, data: bytes) -> None:
        self.buffer = self.buffer + data if self.buffer else data
        head, blank, body = self.buffer.partition(b"\r\n\r\n")
        if not blank or len(body) < content_length(head):
            return
        now = time.perf_counter()
        self.load.answered.append(now)
        self.load.latencies.append(now - self.sent)
        self.load.sizes += len(body)
        if head[9:12] != b"200" or not self.right(body):
            self.load.errors.append((head[:12] + b" " + body[:200]).decode("latin-1"))
        self.buffer = b""
        self._next(now)

    def _next(self, now: float) -> None:
        request = next(self.requests, None) if now < self.end else None
        if request is None:
            self.done.set_result(None)
            self.transport.close()
            return
        self.sent = now
        self.transport.write(request)


def content_length(head: bytes) -> int:
    """The length announced in the head of an answer; our server always announces one."""
    lowered = head.lower()
    start = lowered.index(b"content-length:") + 15
    return int(lowered[start : lowered.find(b"\r\n", start) if b"\r\n" in lowered[start:] else None])


async def loaded(
    port: int, requests: Iterator[bytes], seconds: float, connections: int, right: Callable[[bytes], bool] = bool
) -> Load:
    """Send `requests` for `seconds` over `connections`, or until there are none left. `right` judges each body."""
    loop, load = asyncio.get_running_loop(), Load(seconds)
    load.began = time.perf_counter()
    end = load.began + seconds
    made = [
        await loop.create_connection(lambda: Connection(load, requests, right, end), "127.0.0.1", port)
        for _ in range(connections)
    ]
    await asyncio.wait_for(asyncio.gather(*(protocol.done for _, protocol in made)), seconds + PATIENCE)
    return load
