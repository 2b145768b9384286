"""How many transactions were really open at once: PostgreSQL's own word for it, asked again and again meanwhile."""

import asyncio
from dataclasses import dataclass, field
from typing import Any, Self

import asyncpg

OPEN = """
select count(*) as open, count(*) filter (where wait_event_type = 'Lock') as waiting from pg_stat_activity
where datname = current_database() and backend_type = 'client backend' and xact_start is not null
  and pid <> pg_backend_pid()
"""


@dataclass
class Sampler:
    """Samples while it is entered; `open` and `waiting` hold one number a sample."""

    url: str
    pause: float = 0.005  # seconds
    open: list[int] = field(default_factory=list)
    waiting: list[int] = field(default_factory=list)
    _task: asyncio.Task[None] | None = None
    _connection: Any = None

    async def __aenter__(self) -> Self:
        self._connection = await asyncpg.connect(self.url)
        self._task = asyncio.create_task(self._sample())
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._task
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self._connection.close()

    async def _sample(self) -> None:
        while True:
            row = await self._connection.fetchrow(OPEN)
            self.open.append(row["open"])
            self.waiting.append(row["waiting"])
            await asyncio.sleep(self.pause)

    @property
    def peak(self) -> int:
        """The most transactions open at one instant."""
        return max(self.open, default=0)

    def share(self, least: int) -> float:
        """The share of the samples that found at least so many open."""
        return sum(n >= least for n in self.open) / max(1, len(self.open))
