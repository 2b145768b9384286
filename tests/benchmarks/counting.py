"""A database that counts the statements asked of it."""

from collections.abc import Callable
from typing import Any

from server.database import Database, Work


class CountingDatabase:
    """Another database, with `count` beside it."""

    def __init__(self, db: Database) -> None:
        self.db, self.engine, self.count = db, db.engine, 0

    async def start(self) -> None:
        await self.db.start()

    async def stop(self) -> None:
        await self.db.stop()

    async def read(self, work: Callable[..., Work[Any]], *args: Any, **kwargs: Any) -> Any:
        return await self.db.read(lambda: self._counted(work(*args, **kwargs)))

    async def glance(self, work: Callable[..., Work[Any]], *args: Any, **kwargs: Any) -> Any:
        return await self.db.glance(lambda: self._counted(work(*args, **kwargs)))

    async def write(self, work: Callable[..., Work[Any]], *args: Any, **kwargs: Any) -> Any:
        return await self.db.write(lambda: self._counted(work(*args, **kwargs)))

    def _counted(self, work: Work[Any]) -> Work[Any]:
        rows: Any = None
        try:
            while True:
                statement = work.send(rows)
                self.count += 1
                rows = yield statement
        except StopIteration as end:
            return end.value
