"""PostgreSQL: a small pool, one short transaction a conversation, run again after a lost race."""

import asyncio
import random
from collections.abc import Callable
from typing import Any, TypeVar

import asyncpg

from server.database.errors import Busy, DatabaseError, Duplicate
from server.database.pool import Pool
from server.database.statement import Work, compiled

T = TypeVar("T")

POOL = 6  # connections a process; more only queue on the same row locks
ATTEMPTS = 6
WAIT = 5  # seconds for a free connection, a new one included
LOST_RACES = (
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.UniqueViolationError,  # another process wrote the same row first: look again
)
SICK = ("58030", "53200", "53000", "XX001", "XX002")  # the server's disk or memory fails: the operator's to mend
GONE = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,  # told to stop, starting, or its neighbour crashed
)


class PostgreSQL:
    """The database of towns: any number of application processes."""

    engine = "postgres"

    def __init__(self, url: str) -> None:
        self.url = url
        self._pool: Pool

    async def start(self) -> None:
        """Make the pool in the running loop; connections open as they are needed."""
        self._pool = Pool(self._connect, POOL, WAIT)

    async def stop(self) -> None:
        """Close the pool, waiting at most a few seconds for what is under way."""
        await self._pool.close()

    async def _connect(self) -> Any:
        return await asyncpg.connect(
            self.url,
            command_timeout=8,  # as long as a phone waits
            timeout=WAIT,
            server_settings={
                "lock_timeout": "5000",
                "statement_timeout": "7000",
                "idle_in_transaction_session_timeout": "10000",
                "timezone": "UTC",
            },
        )

    async def read(self, work: Callable[..., Work[T]], *args: Any, **kwargs: Any) -> T:
        """See Database.read."""
        try:
            async with self._pool.lend() as connection:
                return await _converse(connection, work(*args, **kwargs))
        except Exception as error:
            raise _translated(error) from error

    async def glance(self, work: Callable[..., Work[T]], *args: Any, **kwargs: Any) -> T:
        """See Database.glance: nothing is nearer than the pool."""
        return await self.read(work, *args, **kwargs)

    async def write(self, work: Callable[..., Work[T]], *args: Any, **kwargs: Any) -> T:
        """See Database.write."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                async with self._pool.lend() as connection, connection.transaction():
                    return await _converse(connection, work(*args, **kwargs))
            except LOST_RACES as error:
                if attempt == ATTEMPTS:
                    raise _translated(error) from error
                await asyncio.sleep(random.uniform(0, 0.01 * attempt))  # noqa: S311  (jitter, not a secret)
            except Exception as error:
                raise _translated(error) from error
        raise AssertionError("unreachable")


async def _converse(connection: Any, work: Work[T]) -> T:
    """Answer each statement the conversation yields until it returns."""
    rows: Any = None
    try:
        while True:
            wanted = work.send(rows)
            for statement in compiled(wanted, "postgres"):
                rows = await connection.fetch(statement.text, *statement.args)
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]
    except TimeoutError:  # a server that hangs would also let us wait for the roll-back and for our farewell
        connection.terminate()
        raise
    finally:
        work.close()


def _translated(error: Exception) -> Exception:
    """The engine's own error in the house's words; other exceptions pass as they are."""
    said = _without_values(error)
    if isinstance(error, asyncpg.IntegrityConstraintViolationError):
        return Duplicate(said)
    if isinstance(error, (asyncpg.LockNotAvailableError, asyncpg.TooManyConnectionsError)):
        return Busy(said)
    if isinstance(error, (asyncpg.DiskFullError, asyncpg.ReadOnlySQLTransactionError, *LOST_RACES, *GONE)):
        return Busy(said)
    if isinstance(error, asyncpg.PostgresError):
        return Busy(said) if error.sqlstate in SICK else DatabaseError(said)
    return error


def _without_values(error: Exception) -> str:
    """What to say of an error, and to log: PostgreSQL's detail quotes the row, and families are in the rows."""
    if isinstance(error, asyncpg.PostgresError):
        error.detail = error.hint = error.query = None
        if isinstance(error, asyncpg.DataError):  # these quote the value in their very sentence
            error.args = (f"{type(error).__name__} ({error.sqlstate})",)
        error.message = error.args[0]
    return str(error) or type(error).__name__
