"""A few connections to PostgreSQL kept open, each lent to one conversation at a time and taken back on the spot.

A file of its own, and ours instead of the driver's pool: that one starts two tasks and a timer for each loan, which
cost more than the statements of most conversations.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import asyncpg

IDLE = 300.0  # seconds unused after which a connection is doubted: something in between may have dropped it
OLD = 3_600.0  # seconds after which one is replaced: a server's process grows with all it has seen
FAREWELL = 5.0  # seconds for what is under way when the house closes

Connection = Any


class Pool:
    """At most `size` connections, opened by `connect` as they are needed; who comes first is served first."""

    def __init__(self, connect: Callable[[], Awaitable[Connection]], size: int, wait: float) -> None:
        self._connect, self._size, self._wait = connect, size, wait
        self._loans = asyncio.Semaphore(size)
        self._free: list[tuple[Connection, float]] = []  # with the instant it was given back; the warmest is the last
        self._born: dict[Connection, float] = {}  # every open connection
        self._closing = False

    def __len__(self) -> int:
        """How many connections are open."""
        return sum(not connection.is_closed() for connection in self._born)

    @contextlib.asynccontextmanager
    async def lend(self) -> AsyncIterator[Connection]:
        """A connection for one conversation.

        Raises TimeoutError when there is none in time, InterfaceError when the house closes, and what `connect` raises.
        """
        connection = await self._granted()
        try:
            yield connection
        except (asyncio.CancelledError, TimeoutError):
            connection.terminate()  # its statement may still be answered, to whoever would ask next
            raise
        finally:
            self._take_back(connection)

    async def close(self) -> None:
        """Wait a little for what is under way, then close everything."""
        self._closing = True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(FAREWELL):
                for _ in range(self._size):
                    await self._loans.acquire()
                for connection, _ in self._free:
                    await connection.close()
        for connection in self._born:
            connection.terminate()

    async def _granted(self) -> Connection:
        if self._closing:
            raise asyncpg.InterfaceError("the house closes")
        async with asyncio.timeout(self._wait):
            await self._loans.acquire()
            try:
                return self._warmest() or await self._opened()
            except BaseException:
                self._loans.release()
                raise

    def _warmest(self) -> Connection | None:
        """A free connection that is sound and not too old."""
        now = asyncio.get_running_loop().time()
        while self._free:
            connection, since = self._free.pop()
            if not connection.is_closed() and now - since < IDLE and now - self._born[connection] < OLD:
                return connection
            self._let_go(connection)
        return None

    async def _opened(self) -> Connection:
        connection = await self._connect()
        self._born[connection] = asyncio.get_running_loop().time()
        return connection

    def _take_back(self, connection: Connection) -> None:
        """Whole again, or not at all: a transaction nobody ended ends with its connection."""
        if self._closing or connection.is_closed() or connection.is_in_transaction():
            self._let_go(connection)
        else:
            self._free.append((connection, asyncio.get_running_loop().time()))
        self._loans.release()

    def _let_go(self, connection: Connection) -> None:
        self._born.pop(connection, None)
        connection.terminate()
