"""What is old is thrown away; what is young or still waiting stays."""

from datetime import datetime, timedelta

from server.cli.housekeeping import tidy
from server.database import Database, Work, sql
from server.notices.deliver import compose_round
from tests.cast import Town
from tests.commands.notices.office import DAYS, booked, office_of, run_down, select, told
from tests.conftest import FrozenClock


def _tap(name: str, at: datetime) -> Work[None]:
    yield sql(
        "insert into tap (id, account_id, device, square, seq, digest, outcome, verdict, received_at) "
        "values ($1, 1, 'd', 's', 1, 'x', 'applied', '{}', $2)",
        name,
        at,
    )


async def test_taps_are_kept_four_hundred_days(db: Database, town: Town, clock: FrozenClock) -> None:
    for n in range(5):
        await db.write(_tap, f"old-{n}", clock() - timedelta(days=401))
    await db.write(_tap, "young", clock() - timedelta(days=399))
    assert await tidy(db, clock(), most=2) == 5  # in several transactions
    assert await db.read(select, "select id from tap") == [{"id": "young"}]


async def test_sent_deliveries_go_and_waiting_ones_stay(db: Database, town: Town, clock: FrozenClock) -> None:
    await told(db, town.accounts["owner"], "day_closed", [booked(DAYS[0])], clock())
    await run_down(office_of(db, clock))
    await told(db, town.accounts["owner"], "bookings_refused", [booked(DAYS[0])], clock())
    await compose_round(office_of(db, clock))
    await told(db, town.accounts["stranger"], "day_closed", [booked(DAYS[0])], clock())
    clock.move(days=91)
    await tidy(db, clock())
    assert [row["status"] for row in await db.read(select, "select status from delivery")] == ["waiting"]
    assert len(await db.read(select, "select id from outbox")) == 1  # nobody has told it yet
    assert len(await db.read(select, "select id from notice")) == 2  # the bell remembers
    clock.move(days=310)
    await tidy(db, clock())
    assert await db.read(select, "select id from notice") == []
