"""The database goes away under a worker, and comes back."""

import asyncio
import dataclasses
from typing import Any

import anyio

from server.database import Busy, Database
from server.notices.deliver import keep_delivering
from tests.cast import Town
from tests.commands.notices.office import DAYS, FakeMail, FakePush, booked, device, office_of, select, told
from tests.conftest import FrozenClock


class Failing:
    """The database, which fails as planned: `away` calls, and writes right after a send."""

    def __init__(self, db: Database, away: int = 0) -> None:
        self.db, self.away, self.engine = db, away, db.engine

    async def start(self) -> None:
        """It runs already."""

    async def stop(self) -> None:
        """It goes on."""

    async def read(self, work: Any, *args: Any, **kwargs: Any) -> Any:
        return await self._call(self.db.read, work, *args, **kwargs)

    async def glance(self, work: Any, *args: Any, **kwargs: Any) -> Any:
        return await self._call(self.db.glance, work, *args, **kwargs)

    async def write(self, work: Any, *args: Any, **kwargs: Any) -> Any:
        return await self._call(self.db.write, work, *args, **kwargs)

    async def _call(self, call: Any, *args: Any, **kwargs: Any) -> Any:
        if self.away:
            self.away -= 1
            raise Busy("gone")
        return await call(*args, **kwargs)


class BreakingPush(FakePush):
    """Takes the push, and the database goes away before it can be recorded."""

    database: Failing | None = None

    async def send(self, push: Any) -> None:
        await super().send(push)
        assert self.database
        self.database.away = 2


async def nothing() -> int:
    return 0


async def test_a_worker_outlives_an_outage_and_sends_once(db: Database, town: Town, clock: FrozenClock) -> None:
    await device(db, town, "owner", clock())
    await told(db, town.accounts["owner"], "bookings_validated", [booked(DAYS[0])], clock())
    push, failing, stop = BreakingPush(), Failing(db, away=4), asyncio.Event()
    push.database = failing
    office = dataclasses.replace(office_of(db, clock, push, FakeMail()), db=failing)
    working = asyncio.create_task(keep_delivering(office, stop, nothing))
    with anyio.fail_after(30):
        while await db.read(select, "select id from delivery where status = 'sent'") == []:  # noqa: ASYNC110  (the worker makes it true)
            await anyio.sleep(0.05)
    stop.set()
    await working
    assert len(push.sent) == 1
