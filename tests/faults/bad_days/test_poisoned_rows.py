"""One poisoned row among good ones: set aside with the reason, seen by whoever watches, and the others go on."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from server.cli.doctor import look_at_database
from server.database import Database, Work, sql
from server.notices.commands.composing import SET_ASIDE
from server.notices.deliver import compose_round
from server.settings import Settings
from tests.cast import Town
from tests.commands.notices.office import DAYS, FakeMail, FakePush, booked, device, office_of, run_down, select, told
from tests.conftest import FrozenClock
from tests.web.doors import enter

POISONS = {
    "not JSON": ("day_closed", "{day: demain", "DecodeError"),
    "not what the kind says": ("day_closed", '{"day": "2026-11-23"}', "activity"),
    "an unknown kind": ("day_stolen", "{}", "no kind of notice is called 'day_stolen'"),
    "a megabyte": ("day_closed", '{"day":"2026-11-23","activity":"' + "x" * 2**20 + '"}', "a payload of 1048610"),
}


def write_event(account: int, kind: str, payload: str, now: Any) -> Work[None]:
    yield sql(
        "insert into outbox (account_id, kind, bundle, payload, created_at, due_at) values ($1, $2, 'day_closed', $3, $4, $4)",
        account, kind, payload, now,
    )  # fmt: skip


ASIDE = "select kind, trouble, due_at from outbox where notice_id is null"


@pytest.mark.parametrize("name", POISONS)
async def test_a_poisoned_event_takes_nobody_along(
    db: Database, town: Town, clock: FrozenClock, settings: Settings, client: httpx.AsyncClient, name: str
) -> None:
    kind, payload, reason = POISONS[name]
    await told(db, town.accounts["owner"], "day_closed", [booked(DAYS[0])], clock())
    await db.write(write_event, town.accounts["owner"], kind, payload, clock())  # in the very bundle of good ones
    await told(db, town.accounts["owner"], "day_closed", [booked(DAYS[1])], clock())
    await told(db, town.accounts["stranger"], "day_closed", [booked(DAYS[1])], clock())
    mail = FakeMail()
    await run_down(office_of(db, clock, mail=mail))
    assert sorted(sent.recipient for sent in mail.sent) == ["alice@exemple.fr", "denis@exemple.fr"]
    (aside,) = await db.read(select, ASIDE)
    assert aside["kind"] == kind
    assert reason in aside["trouble"]
    assert len(aside["trouble"]) <= 300
    assert aside["due_at"] == clock() + SET_ASIDE
    assert (await client.get("/healthz")).json()["set_aside"] == 1
    findings = [
        finding.sentence for finding in await look_at_database(replace(settings, now="2026-11-16T09:30:00+01:00"))
    ]
    assert [said for said in findings if "1 notices cannot be written" in said and reason in said]


async def test_what_was_set_aside_is_told_once_it_can_be(db: Database, town: Town, clock: FrozenClock) -> None:
    await db.write(write_event, town.accounts["owner"], "day_closed", "{", clock())
    office = office_of(db, clock)
    await run_down(office)
    good = '{"child":"Lina","activity":"Cantine","day":"2026-11-23","session":1,"state":"free"}'
    await db.write(select, "update outbox set payload = $1 returning id", good)  # as a newer worker would read it
    await run_down(office)
    assert await db.read(select, "select id from notice") == []
    clock.move(seconds=(SET_ASIDE + timedelta(seconds=1)).total_seconds())
    await run_down(office)
    assert len(await db.read(select, "select id from notice")) == 1


async def test_the_events_of_a_deleted_account_go_with_it(db: Database, town: Town, clock: FrozenClock) -> None:
    gone = "insert into account (ref, kind, first_name, last_name, password_hash, created_at) values ('gone', 'parent', 'A', 'B', 'x', $1) returning id"
    account = (await db.write(select, gone, clock()))[0]["id"]
    await told(db, account, "day_closed", [booked(DAYS[0])], clock())
    await told(db, town.accounts["stranger"], "day_closed", [booked(DAYS[1])], clock())
    await db.write(select, "delete from account where id = $1 returning id", account)
    mail = FakeMail()
    await run_down(office_of(db, clock, mail=mail))
    assert [sent.recipient for sent in mail.sent] == ["denis@exemple.fr"]
    assert await db.read(select, ASIDE) == []


STEAL = "update notice set kind = 'day_stolen' where account_id = $1 returning id"


async def test_a_poisoned_delivery_fails_alone_and_says_why(
    db: Database, town: Town, clock: FrozenClock, settings: Settings
) -> None:
    for name in ("owner", "stranger"):
        await device(db, town, name, clock())
        await told(db, town.accounts[name], "bookings_validated", [booked(DAYS[0])], clock())
    push = FakePush()
    office = office_of(db, clock, push)
    await compose_round(office)
    await db.write(select, STEAL, town.accounts["owner"])
    await run_down(office)
    assert len(push.sent) == 1
    rows = await db.read(select, "select status, outcome from delivery where channel = 'push' order by id")
    assert rows[0] == {"status": "failed", "outcome": "cannot be written: KeyError: 'day_stolen'"}
    assert rows[1]["status"] == "sent"
    findings = [
        finding.sentence for finding in await look_at_database(replace(settings, now="2026-11-16T09:30:00+01:00"))
    ]
    assert [said for said in findings if "1 deliveries failed" in said and "day_stolen" in said]


async def test_the_agents_who_keep_the_settings_are_told(
    app: Any, db: Database, town: Town, clock: FrozenClock
) -> None:
    agent = await enter(app, town, db, "agent", clock())
    assert "pas pu être rédigé" not in (await agent.get("/agent")).text
    await db.write(write_event, town.accounts["owner"], "day_closed", "{", clock())
    await run_down(office_of(db, clock))
    assert "avis n’a pas pu être rédigé" in (await agent.get("/agent")).text.replace("\u00a0", " ")
    other = await enter(app, town, db, "agent_without_right", clock())
    assert "pas pu être rédigé" not in (await other.get("/agent")).text
