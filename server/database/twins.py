"""A write that looks whether a name is free before it takes it, beside one that takes the same name in that instant."""

from collections.abc import Callable
from typing import Any, TypeVar

from server.database.errors import Duplicate
from server.database.port import Database
from server.database.statement import Work

T = TypeVar("T")


async def write_beside_twins(db: Database, work: Callable[..., Work[T]], *args: Any) -> T:
    """`db.write`, once more when a unique key held: the second time the other's row is there to be seen.

    So the conversation itself says what was taken, in its own words, as if the other had come a minute before.
    Raises like `write`; Duplicate when it is not a twin that stands in the way.
    """
    try:
        return await db.write(work, *args)
    except Duplicate:
        return await db.write(work, *args)
