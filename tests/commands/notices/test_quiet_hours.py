"""Quiet hours in the worker, on both engines: the bell at once, phones and mails in the morning."""

from datetime import datetime

from server.database import Database
from server.notices.commands.choosing import keep_quiet
from server.notices.rules.quiet import Quiet
from tests.cast import Town
from tests.commands.notices.office import DAYS, FakeMail, FakePush, booked, device, office_of, run_down, select, told
from tests.conftest import FrozenClock


async def at_night(db: Database, town: Town, clock: FrozenClock, kind: str) -> tuple[FakePush, FakeMail]:
    """22 h: Alice, who has a phone, is told something by push and mail."""
    clock.set("2026-11-16T22:00:00+01:00")
    await device(db, town, "owner", clock())
    await told(db, town.accounts["owner"], kind, [booked(DAYS[0])], clock())
    push, mail = FakePush(), FakeMail()
    await run_down(office_of(db, clock, push, mail))
    return push, mail


async def test_the_bell_rings_at_once_and_the_rest_at_seven(db: Database, town: Town, clock: FrozenClock) -> None:
    push, mail = await at_night(db, town, clock, "bookings_refused")
    assert (push.sent, mail.sent) == ([], [])
    assert len(await db.read(select, "select id from notice")) == 1
    due = {row["due_at"] for row in await db.read(select, "select due_at from delivery")}
    assert due == {datetime.fromisoformat("2026-11-17T07:00:00+01:00")}
    clock.set("2026-11-17T06:59:59+01:00")
    await run_down(office_of(db, clock, push, mail))
    assert (push.sent, mail.sent) == ([], [])
    clock.set("2026-11-17T07:00:00+01:00")
    await run_down(office_of(db, clock, push, mail))
    assert (len(push.sent), len(mail.sent)) == (1, 1)


async def test_hours_of_one_s_own_and_none_at_all(db: Database, town: Town, clock: FrozenClock) -> None:
    await db.write(keep_quiet, town.accounts["owner"], Quiet(True, 23 * 60, 8 * 60))
    push, _ = await at_night(db, town, clock, "bookings_refused")
    assert len(push.sent) == 1, "22 h is before 23 h"
    await db.write(keep_quiet, town.accounts["owner"], Quiet(False, 21 * 60, 7 * 60))
    await told(db, town.accounts["owner"], "day_closed", [booked(DAYS[0])], clock())
    await run_down(office_of(db, clock, push))
    assert len(push.sent) == 2


async def test_a_test_is_answered_at_night(db: Database, town: Town, clock: FrozenClock) -> None:
    push, _ = await at_night(db, town, clock, "test")
    assert len(push.sent) == 1
