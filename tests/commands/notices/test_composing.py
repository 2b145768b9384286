"""Events of one bundle become one notice, once, whoever composes."""

import asyncio

import pytest

from server.database import Database, Work, open_database, sql
from server.notices.commands import Event, tell, tell_all
from server.notices.commands.choosing import choose
from server.notices.commands.composing import bundles_due
from server.notices.deliver import compose_round
from server.notices.rules.kinds import CHANNELS, OFFERED
from tests.cast import Town
from tests.commands.notices.office import DAYS, DELIVERIES, NOTICES, booked, device, office_of, run_down, select, told
from tests.conftest import FrozenClock


async def test_twelve_validated_days_are_one_notice(db: Database, town: Town, clock: FrozenClock) -> None:
    owner = town.accounts["owner"]
    await device(db, town, "owner", clock())
    await told(db, owner, "bookings_validated", [booked(day) for day in DAYS[:12]], clock())
    await compose_round(office_of(db, clock))
    (notice,) = await db.read(select, NOTICES)
    assert notice["title"] == "12\u00a0réservations validées"
    assert notice["body"].startswith("Lina, Cantine\u00a0: lun.\u00a023, mar.\u00a024, jeu.\u00a026,")
    assert "novembre" in notice["body"]
    assert "décembre" in notice["body"]
    assert notice["url"] == "/planning/jour/2026-11-23"
    assert [row["channel"] for row in await db.read(select, DELIVERIES)] == ["push"]


async def test_an_event_is_written_in_its_own_transaction(db: Database, town: Town, clock: FrozenClock) -> None:
    def broken() -> Work[None]:
        yield from tell(town.accounts["owner"], "test", "test", {}, clock())
        raise RuntimeError("the booking failed")

    with pytest.raises(RuntimeError):
        await db.write(broken)
    assert await db.read(select, "select id from outbox") == []


async def test_events_of_many_accounts_are_one_statement(db: Database, town: Town, clock: FrozenClock) -> None:
    events = [Event(account, "day_closed", "x", booked(DAYS[0])) for account in town.accounts.values()] * 5
    assert len(list(tell_all(events, clock()))) == 1
    await db.write(tell_all, events, clock())
    await compose_round(office_of(db, clock))
    assert len(await db.read(select, NOTICES)) == len(town.accounts)


def test_an_unknown_kind_is_refused_where_it_is_written(clock: FrozenClock) -> None:
    with pytest.raises(KeyError):
        list(tell_all([Event(1, "surprise", "x", {})], clock()))


async def test_a_bundle_waits_for_others_but_a_test_does_not(db: Database, town: Town, clock: FrozenClock) -> None:
    owner = town.accounts["owner"]
    await told(db, owner, "bookings_validated", [booked(DAYS[0])], clock())
    await told(db, owner, "test", [{}], clock())
    assert [bundle.kind for bundle in await db.read(bundles_due, clock(), 10)] == ["test"]
    clock.move(seconds=6)
    await told(db, owner, "bookings_validated", [booked(DAYS[1])], clock())
    clock.move(seconds=4)
    assert [bundle.kind for bundle in await db.read(bundles_due, clock(), 10)] == ["bookings_validated", "test"]
    await compose_round(office_of(db, clock))
    assert (await db.read(select, NOTICES))[0]["title"] == "2\u00a0réservations validées"


async def test_workers_that_compose_at_once_tell_once(
    db: Database, town: Town, clock: FrozenClock, database_url: str
) -> None:
    for account in town.accounts.values():
        await told(db, account, "day_closed", [booked(day) for day in DAYS[:3]], clock())
    others = [open_database(database_url) for _ in range(3)]
    for other in others:
        await other.start()
    await asyncio.gather(*(compose_round(office_of(each, clock)) for each in [db, *others]))
    for other in others:
        await other.stop()
    assert len(await db.read(select, NOTICES)) == len(town.accounts)
    assert await db.read(select, "select id from outbox where notice_id is null") == []


async def test_a_bundle_that_cannot_be_worded_does_not_block_the_others(
    db: Database, town: Town, clock: FrozenClock
) -> None:
    owner = town.accounts["owner"]
    await told(db, owner, "bookings_validated", [{"day": "the thirtieth of February"}], clock())
    await told(db, owner, "bookings_refused", [booked(DAYS[0])], clock())
    office = office_of(db, clock)
    await compose_round(office)
    assert [row["title"] for row in await db.read(select, NOTICES)] == ["Réservation refusée"]
    assert await compose_round(office) == 0
    clock.move(hours=2)
    assert await compose_round(office) == 1


async def test_mail_takes_over_where_no_phone_rings(db: Database, town: Town, clock: FrozenClock) -> None:
    await told(db, town.accounts["owner"], "bookings_validated", [booked(DAYS[0])], clock())
    await told(db, town.accounts["owner"], "bookings_requested", [booked(DAYS[1], state="requested")], clock())
    await compose_round(office_of(db, clock))
    assert [row["channel"] for row in await db.read(select, DELIVERIES)] == ["mail"]  # the second is not important


async def test_each_phone_gets_its_delivery(db: Database, town: Town, clock: FrozenClock) -> None:
    for label in ("telephone", "tablette"):
        await device(db, town, "owner", clock(), label)
    await device(db, town, "stranger", clock())
    await told(db, town.accounts["owner"], "bookings_refused", [booked(DAYS[0], state="refused")], clock())
    await compose_round(office_of(db, clock))
    assert [row["channel"] for row in await db.read(select, DELIVERIES)] == ["push", "push", "mail"]


async def test_choices_decide_the_channels(db: Database, town: Town, clock: FrozenClock) -> None:
    owner = town.accounts["owner"]
    await device(db, town, "owner", clock())
    await db.write(choose, owner, frozenset({("bookings_validated", "mail")}), clock())
    await told(db, owner, "bookings_validated", [booked(DAYS[0])], clock())
    await told(db, owner, "bookings_refused", [booked(DAYS[0])], clock())
    await compose_round(office_of(db, clock))
    assert [row["channel"] for row in await db.read(select, DELIVERIES)] == ["mail"]
    assert all(row["read_at"] for row in await db.read(select, NOTICES))  # the bell does not count them


async def test_choosing_the_defaults_writes_nothing(db: Database, town: Town, clock: FrozenClock) -> None:
    owner = town.accounts["owner"]
    everything = frozenset((kind.name, channel) for kind in OFFERED for channel in CHANNELS)
    await db.write(choose, owner, everything, clock())
    assert await db.read(select, "select id from notice_preference")
    await db.write(
        choose, owner, frozenset((kind.name, channel) for kind in OFFERED for channel in kind.channels), clock()
    )
    assert await db.read(select, "select id from notice_preference") == []


async def test_a_disabled_account_is_told_nothing_outside(db: Database, town: Town, clock: FrozenClock) -> None:
    def disable() -> Work[None]:
        yield sql("update account set disabled_at = $1 where id = $2", clock(), town.accounts["owner"])

    await device(db, town, "owner", clock())
    await db.write(disable)
    await told(db, town.accounts["owner"], "day_closed", [booked(DAYS[0])], clock())
    await run_down(office_of(db, clock))
    assert await db.read(select, DELIVERIES) == []
