"""« Demande transmise à la mairie »: to the parent who asked, in the transaction of the tap, and to nobody else."""

from datetime import date

import msgspec

from server.database import Database
from tests.cast import Town
from tests.commands.bookings.phone import Phone
from tests.commands.notices.office import NOTICES, office_of, run_down, select
from tests.conftest import FrozenClock
from tests.desk import rows_of

WEDNESDAY, THURSDAY = date(2026, 11, 25), date(2026, 11, 26)
TOLD = "select account_id, kind, payload from outbox order by id"


async def test_what_waits_for_an_agent_is_acknowledged_to_its_author(
    db: Database, town: Town, clock: FrozenClock
) -> None:
    phone = Phone(town, db, clock)
    await phone.send(phone.tap("tom", "mercredi", WEDNESDAY), phone.tap("tom", "cantine", THURSDAY))
    rows = await db.read(rows_of, TOLD)
    assert [(row["account_id"], row["kind"]) for row in rows] == [(town.accounts["owner"], "bookings_requested")]
    assert msgspec.json.decode(rows[0]["payload"])["day"] == str(WEDNESDAY)
    await run_down(office_of(db, clock))
    assert [row["title"] for row in await db.read(select, NOTICES)] == ["Demande transmise à la mairie"]
    assert await db.read(select, "select id from delivery") == [], "the bell only, unless the parent chose otherwise"


async def test_a_repeat_a_withdrawal_and_a_plain_booking_are_not(db: Database, town: Town, clock: FrozenClock) -> None:
    phone = Phone(town, db, clock)
    tap = phone.tap("tom", "mercredi", WEDNESDAY)
    await phone.send(tap)
    await phone.send(tap)
    await phone.wish("tom", "mercredi", WEDNESDAY, want="free", seen=1)
    await phone.wish("tom", "cantine", THURSDAY)
    assert len(await db.read(rows_of, TOLD)) == 1
