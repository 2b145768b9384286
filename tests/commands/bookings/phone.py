"""A parent's phone as tests of commands hold it, and the square it tapped."""

import uuid
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from server.bookings.commands.judging import TapRequest
from server.bookings.commands.taps import apply_taps
from server.bookings.queries.verdicts import Told
from server.bookings.rules.taps import Tap
from server.database import Database
from tests.cast import Town
from tests.conftest import FrozenClock
from tests.desk import rows_of

MONDAY, TUESDAY, WEDNESDAY, THURSDAY = (date(2026, 11, 23) + timedelta(days=n) for n in range(4))
DEVICE = "11111111-2222-3333-4444-555555555555"


class Phone:
    """A parent's phone, for tests: numbers its taps and asks the command directly."""

    def __init__(self, town: Town, db: Database, clock: FrozenClock, who: str = "owner", device: str = DEVICE) -> None:
        self.town, self.db, self.clock, self.device, self.seq = town, db, clock, device, 0
        self.visitor = town.visitor(who)

    def tap(self, child: str, activity: str, day: date, want: str = "booked", seen: int = 0, **changes: Any) -> Tap:
        self.seq += 1
        session = self.town.sessions[activity, day]
        ref = self.town.refs[child]
        return replace(Tap(str(uuid.uuid4()), self.device, ref, session, want, "", self.seq, seen, None), **changes)

    async def send(self, *taps: Tap) -> list[Told]:
        now = self.clock()
        return await self.db.write(apply_taps, [TapRequest(self.visitor, tap, now) for tap in taps], now)

    async def wish(self, *args: Any, **kwargs: Any) -> Told:
        return (await self.send(self.tap(*args, **kwargs)))[0]


async def booking(db: Database, town: Town, child: str, activity: str, day: date) -> dict[str, Any]:
    rows = await db.read(
        rows_of,
        "select * from booking where child_id = $1 and session_id = $2",
        town.children[child],
        town.sessions[activity, day],
    )
    return rows[0] if rows else {}
