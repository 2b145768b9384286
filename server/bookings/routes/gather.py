"""Group commit: taps that arrive while a transaction is under way share the next one.

A file of its own because it lives in the running process, between the doors and the commands: one transaction
carries everybody who waits, so that a rush costs a few statements a batch and not a few a family.
"""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from server.adapters.clock import Clock
from server.bookings.commands.judging import TapRequest
from server.bookings.commands.taps import apply_taps
from server.bookings.queries.verdicts import Told
from server.database import Busy, Database
from server.health.queries.gate import Gate
from server.zone import town_day

MOST = 128  # taps in one transaction
WAITING = 2_000  # taps that may wait here before the door says "busy"


@dataclass
class _Sheet:
    """The taps of one request, and who waits for their verdicts."""

    requests: list[TapRequest]
    answer: asyncio.Future[list[Told]]


class TapGatherer:
    """One per process. `submit` is all the doors need."""

    def __init__(self, db: Database, clock: Clock, grace: timedelta, gate: Gate | None = None) -> None:
        self._db, self._clock, self._grace, self._gate = db, clock, grace, gate
        self._sheets: list[_Sheet] = []
        self._size = 0
        self._worker: asyncio.Task[None] | None = None

    async def submit(self, requests: list[TapRequest]) -> list[Told]:
        """The verdicts on these taps, in order. Raises Busy when too many wait; then nothing was written."""
        if not requests:
            return []
        if self._size + len(requests) > WAITING:
            raise Busy("too many taps waiting", retry_after=10)
        sheet = _Sheet(requests, asyncio.get_running_loop().create_future())
        self._sheets.append(sheet)
        self._size += len(requests)
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work())
        return await sheet.answer

    async def _work(self) -> None:
        while self._sheets:
            sheets = self._take()
            try:
                await self._together(sheets)
            except Exception as error:  # one family's trouble is not everybody's: each again, alone
                await self._alone(sheets, error)

    def _take(self) -> list[_Sheet]:
        """The first of those who wait, as many as fit one transaction, at least one."""
        count = taps = 0
        for sheet in self._sheets:
            if count and taps + len(sheet.requests) > MOST:
                break
            count, taps = count + 1, taps + len(sheet.requests)
        taken, self._sheets = self._sheets[:count], self._sheets[count:]
        self._size -= taps
        return taken

    async def _together(self, sheets: list[_Sheet]) -> None:
        requests = [request for sheet in sheets for request in sheet.requests]
        now = self._clock()
        watch = self._gate.on(town_day(now)) if self._gate else None
        told = await self._db.write(apply_taps, requests, now, self._grace, watch)
        for sheet in sheets:
            mine, told = told[: len(sheet.requests)], told[len(sheet.requests) :]
            if not sheet.answer.done():
                sheet.answer.set_result(mine)

    async def _alone(self, sheets: list[_Sheet], error: Exception) -> None:
        if len(sheets) == 1 or isinstance(error, Busy):
            for sheet in sheets:
                if not sheet.answer.done():
                    sheet.answer.set_exception(error)
            return
        for sheet in sheets:
            try:
                await self._together([sheet])
            except Exception as own:
                if not sheet.answer.done():
                    sheet.answer.set_exception(own)
