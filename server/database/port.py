"""The port: read and write a conversation, whatever the engine behind it."""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from server.database.statement import Work

T = TypeVar("T")


class Database(Protocol):
    """What the rest of the house knows of a database."""

    engine: str

    async def start(self) -> None:
        """Open connections and threads; called once by the running loop."""

    async def stop(self) -> None:
        """Finish what is under way and close."""

    async def read(self, work: Callable[..., Work[T]], *args: Any, **kwargs: Any) -> T:
        """Run a conversation that changes nothing, on one connection."""
        ...

    async def glance(self, work: Callable[..., Work[T]], *args: Any, **kwargs: Any) -> T:
        """`read` for what indexes answer within a millisecond, whatever the town's size: visitors, families' pages.

        SQLite is then asked where one stands: going to a thread and back costs more, and everybody waits meanwhile.
        """
        ...

    async def write(self, work: Callable[..., Work[T]], *args: Any, **kwargs: Any) -> T:
        """Run a conversation as one transaction. It may be run again from the start after a lost race.

        Raises Busy (locked or gone: nothing was written), Duplicate (a constraint held), DatabaseError.
        """
        ...


def open_database(url: str) -> Database:
    """`sqlite:///path` or `postgresql://user@host/name`: the engine behind the port.

    Raises ValueError for any other address.
    """
    if url.startswith("sqlite:///"):
        from server.database.sqlite.engine import SQLite

        return SQLite(url.removeprefix("sqlite:///"))
    if url.startswith(("postgresql://", "postgres://")):
        from server.database.postgres import PostgreSQL

        return PostgreSQL(url)
    raise ValueError(f"DATABASE_URL must start with sqlite:/// or postgresql://, not {url.split(':')[0]!r}")
