"""Claimed once, sent, recorded; tried again, given up, taken over by the mail."""

import asyncio
from datetime import date, timedelta

import pytest

from server.accounts.commands import end_all_sessions
from server.adapters.undelivered import Gone, Refused, Undelivered
from server.database import Database, Work, open_database, sql
from server.notices.commands.choosing import Subscription, forget_endpoint, subscribe
from server.notices.commands.claiming import LEASE, Claim, claim
from server.notices.commands.sending import give_up, mark_sent
from server.notices.deliver import compose_round, deliver_round
from tests.cast import Town
from tests.commands.notices.office import (
    AUTH,
    DAYS,
    DELIVERIES,
    P256DH,
    FakeMail,
    FakePush,
    booked,
    device,
    office_of,
    run_down,
    select,
    told,
)
from tests.conftest import FrozenClock


@pytest.fixture
async def phone(db: Database, town: Town, clock: FrozenClock) -> str:
    """The owner's phone, with one composed notice waiting for it (and no mail: it is good news)."""
    endpoint = await device(db, town, "owner", clock())
    await told(db, town.accounts["owner"], "bookings_validated", [booked(DAYS[0])], clock())
    await compose_round(office_of(db, clock))
    return endpoint


async def states(db: Database) -> list[tuple[str, str]]:
    return [(row["channel"], row["status"]) for row in await db.read(select, DELIVERIES)]


async def test_what_is_sent_is_recorded(db: Database, phone: str, clock: FrozenClock) -> None:
    push = FakePush()
    await run_down(office_of(db, clock, push))
    assert [message.endpoint for message in push.sent] == [phone]
    assert await states(db) == [("push", "sent")]
    assert (await db.read(select, "select last_ok_at from push_device"))[0]["last_ok_at"] == clock()


async def test_two_workers_never_send_twice(db: Database, town: Town, clock: FrozenClock, database_url: str) -> None:
    for label in range(9):
        await device(db, town, "owner", clock(), f"phone-{label}")
    for n in range(10):
        await told(db, town.accounts["owner"], "day_closed", [booked(DAYS[n])], clock())
        await compose_round(office_of(db, clock))
    databases = [db, *(open_database(database_url) for _ in range(3))]
    for other in databases[1:]:
        await other.start()
    push, mail = FakePush(pause=0.002), FakeMail(pause=0.002)
    await asyncio.gather(*(run_down(office_of(each, clock, push, mail)) for each in databases))
    for other in databases[1:]:
        await other.stop()
    sent = [(message.endpoint, message.topic) for message in push.sent]
    assert len(sent) == len(set(sent)) == 90
    assert len(mail.sent) == len({message.id for message in mail.sent}) == 10
    assert {status for _, status in await states(db)} == {"sent"}


async def test_a_claim_dies_with_its_worker_and_is_sent_again_after_the_lease(
    db: Database, phone: str, clock: FrozenClock
) -> None:
    (lost,) = await db.write(claim, "push", "killed", 10, clock())
    push = FakePush()
    office = office_of(db, clock, push)
    assert await deliver_round(office, "push") == 0
    clock.now += LEASE + timedelta(seconds=1)
    assert await deliver_round(office, "push") == 1
    assert len(push.sent) == 1
    assert push.sent[0].topic == lost.notice["tag"]  # a repeat replaces the first on the phone


async def test_a_worker_that_comes_back_too_late_changes_nothing(db: Database, phone: str, clock: FrozenClock) -> None:
    (late,) = await db.write(claim, "push", "slow", 10, clock())
    clock.now += LEASE + timedelta(seconds=1)
    await deliver_round(office_of(db, clock, FakePush(always=Undelivered("down"))), "push")
    assert not await db.write(mark_sent, late, clock())
    assert await states(db) == [("push", "waiting")]


async def test_back_off_grows_then_mail_takes_over(db: Database, phone: str, clock: FrozenClock) -> None:
    office = office_of(db, clock, FakePush(always=Undelivered("down")), FakeMail())
    waits = []
    while (await db.read(select, DELIVERIES))[0]["status"] == "waiting":
        assert await deliver_round(office, "push") == 1
        row = (await db.read(select, DELIVERIES))[0]
        waits.append(int((row["due_at"] - clock()).total_seconds()))
        clock.now = max(clock.now, row["due_at"])
    assert waits == [10, 60, 300, 1800, 7200, 0]
    assert await states(db) == [("push", "failed"), ("mail", "waiting")]
    await run_down(office)
    assert await states(db) == [("push", "failed"), ("mail", "sent")]


@pytest.mark.parametrize("asked", [45, 3600])
async def test_retry_after_is_honoured(db: Database, phone: str, clock: FrozenClock, asked: int) -> None:
    push = FakePush(plan={phone: [Undelivered("429", asked)]})
    await deliver_round(office_of(db, clock, push), "push")
    row = (await db.read(select, DELIVERIES))[0]
    assert row["due_at"] - clock() == timedelta(seconds=asked)
    clock.move(seconds=asked - 1)
    assert await deliver_round(office_of(db, clock, push), "push") == 0
    clock.move(seconds=1)
    assert await deliver_round(office_of(db, clock, push), "push") == 1


async def test_a_gone_phone_is_forgotten_and_mail_takes_over(db: Database, phone: str, clock: FrozenClock) -> None:
    mail = FakeMail()
    await run_down(office_of(db, clock, FakePush(always=Gone("410")), mail))
    assert await db.read(select, "select id from push_device") == []
    assert await states(db) == [("push", "gone"), ("mail", "sent")]
    assert mail.sent[0].recipient == "alice@exemple.fr"


async def test_other_notices_of_a_gone_phone_fall_to_the_mail_too(
    db: Database, town: Town, phone: str, clock: FrozenClock
) -> None:
    for kind in ("cancellations_decided", "bookings_requested"):
        await told(db, town.accounts["owner"], kind, [booked(DAYS[1])], clock())
    await compose_round(office_of(db, clock))
    mail = FakeMail()
    await run_down(office_of(db, clock, FakePush(always=Gone("404")), mail))
    assert len(mail.sent) == 2


async def test_no_mail_while_another_phone_has_it(db: Database, town: Town, clock: FrozenClock) -> None:
    dead = await device(db, town, "owner", clock(), "old")
    await device(db, town, "owner", clock(), "new")
    await told(db, town.accounts["owner"], "bookings_validated", [booked(DAYS[0])], clock())
    mail = FakeMail()
    await run_down(office_of(db, clock, FakePush(plan={dead: [Gone("410")]}), mail))
    assert await states(db) == [("push", "gone"), ("push", "sent")]
    assert mail.sent == []


async def test_two_phones_gone_at_once_leave_one_mail(
    db: Database, town: Town, clock: FrozenClock, database_url: str
) -> None:
    for label in ("a", "b", "c", "d"):
        await device(db, town, "owner", clock(), label)
    await told(db, town.accounts["owner"], "bookings_validated", [booked(DAYS[0])], clock())
    await compose_round(office_of(db, clock))
    mail = FakeMail()
    await run_down(office_of(db, clock, FakePush(always=Gone("410"), pause=0.01), mail))
    assert len(mail.sent) == 1


async def test_two_workers_giving_up_at_the_same_instant_do_not_count_on_each_other(
    db: Database, town: Town, clock: FrozenClock
) -> None:
    def slowly(lost: Claim) -> Work[None]:
        yield from give_up(lost, "gone", "410", clock())
        if db.engine == "postgres":
            yield sql("select pg_sleep(0.3)")  # the other looks before we commit

    for label in ("a", "b"):
        await device(db, town, "owner", clock(), label)
    await told(db, town.accounts["owner"], "bookings_validated", [booked(DAYS[0])], clock())
    await compose_round(office_of(db, clock))
    claims = await db.write(claim, "push", "both", 10, clock())
    await asyncio.gather(*(db.write(slowly, lost) for lost in claims))
    assert await states(db) == [("push", "gone"), ("push", "gone"), ("mail", "waiting")]


async def test_a_refused_message_is_not_tried_again(db: Database, phone: str, clock: FrozenClock) -> None:
    await deliver_round(office_of(db, clock, FakePush(always=Refused("too large"))), "push")
    assert await states(db) == [("push", "failed"), ("mail", "waiting")]


async def test_a_poisoned_delivery_does_not_block_the_others(db: Database, town: Town, clock: FrozenClock) -> None:
    bad = await device(db, town, "owner", clock())
    await device(db, town, "stranger", clock())
    for name in ("owner", "stranger"):
        await told(db, town.accounts[name], "bookings_validated", [booked(DAYS[0])], clock())
    push = FakePush(plan={bad: [RuntimeError("surprise")]})
    await run_down(office_of(db, clock, push))
    assert [message.endpoint for message in push.sent] == ["https://fcm.googleapis.com/fcm/send/stranger-telephone"]
    assert (await db.read(select, DELIVERIES))[0]["outcome"] == "RuntimeError: surprise"


async def test_what_kills_every_worker_is_given_up(db: Database, phone: str, clock: FrozenClock) -> None:
    for n in range(18):
        await db.write(claim, "push", f"killed-{n}", 10, clock())
        clock.now += LEASE + timedelta(seconds=1)
    push = FakePush()
    await deliver_round(office_of(db, clock, push), "push")
    assert push.sent == []
    assert (await states(db))[0] == ("push", "failed")


async def test_after_the_event_no_phone_rings(db: Database, phone: str, clock: FrozenClock) -> None:
    clock.set("2026-11-24T00:00:00+01:00")
    push = FakePush()
    await run_down(office_of(db, clock, push))
    assert push.sent == []
    assert await states(db) == [("push", "skipped"), ("mail", "sent")]


async def test_a_mail_server_down_for_a_day_loses_nothing(db: Database, town: Town, clock: FrozenClock) -> None:
    await told(db, town.accounts["owner"], "day_closed", [booked(DAYS[0])], clock())
    mail = FakeMail(always=Undelivered("down"))
    office = office_of(db, clock, mail=mail)
    await compose_round(office)
    end = clock() + timedelta(days=1)
    while clock() < end:
        await deliver_round(office, "mail")
        clock.now = (await db.read(select, DELIVERIES))[0]["due_at"]
    mail.always = None
    await run_down(office)
    assert await states(db) == [("mail", "sent")]


async def test_a_removed_phone_stays_silent_and_mail_takes_over(
    db: Database, town: Town, phone: str, clock: FrozenClock
) -> None:
    assert await db.write(forget_endpoint, town.accounts["owner"], phone, clock())
    push = FakePush()
    await run_down(office_of(db, clock, push))
    assert push.sent == []
    assert await states(db) == [("push", "gone"), ("mail", "sent")]


async def test_a_phone_that_changes_hands_does_not_ring_for_the_first_account(
    db: Database, town: Town, phone: str, clock: FrozenClock
) -> None:
    (sign_in,) = await db.read(select, "select id from sign_in")
    again = Subscription(phone, P256DH, AUTH, "telephone")
    await db.write(subscribe, town.accounts["stranger"], sign_in["id"], again, clock())
    push = FakePush()
    await run_down(office_of(db, clock, push))
    assert push.sent == []
    (moved,) = await db.read(select, "select account_id from push_device")
    assert moved["account_id"] == town.accounts["stranger"]


async def test_subscribing_again_changes_nothing(db: Database, town: Town, phone: str, clock: FrozenClock) -> None:
    (before,) = await db.read(select, "select id, sign_in_id from push_device")
    again = Subscription(phone, P256DH, AUTH, "telephone")
    await db.write(subscribe, town.accounts["owner"], before["sign_in_id"], again, clock())
    assert await db.read(select, "select id, sign_in_id from push_device") == [before]
    assert await states(db) == [("push", "waiting")]


async def test_an_account_has_at_most_ten_phones(db: Database, town: Town, clock: FrozenClock) -> None:
    for label in range(12):
        await device(db, town, "owner", clock(), str(label))
    labels = [row["label"] for row in await db.read(select, "select label from push_device order by id")]
    assert labels == [str(label) for label in range(2, 12)]


async def test_at_night_good_news_waits_for_the_morning(db: Database, town: Town, clock: FrozenClock) -> None:
    clock.set("2026-11-16T23:00:00+01:00")
    await device(db, town, "owner", clock())
    await told(db, town.accounts["owner"], "bookings_validated", [booked(DAYS[0])], clock())
    await told(db, town.accounts["owner"], "day_closed", [booked(date(2026, 11, 17))], clock())
    push = FakePush()
    await run_down(office_of(db, clock, push))
    assert [message.urgency for message in push.sent] == ["high"], "a closure tomorrow does not wait"
    clock.set("2026-11-17T07:00:00+01:00")
    await run_down(office_of(db, clock, push))
    assert [message.urgency for message in push.sent] == ["high", "normal"]


async def test_signing_out_silences_the_phone_and_mail_takes_over(
    db: Database, town: Town, phone: str, clock: FrozenClock
) -> None:
    await db.write(end_all_sessions, town.accounts["owner"])
    push, mail = FakePush(), FakeMail()
    await run_down(office_of(db, clock, push, mail))
    assert push.sent == []
    assert len(mail.sent) == 1
