"""Links are used once, by one, in time, for their purpose; the database alone is worth nothing."""

import asyncio
from datetime import timedelta
from typing import Any

from server.accounts.commands import count_try, issue_link, look_at, revoke_links, spend
from server.accounts.rules import Limit
from server.accounts.rules.tokens import Purpose, token_of
from server.database import Database
from tests.cast import Town
from tests.commands.notices.office import select
from tests.conftest import FrozenClock

SECRET = b"0" * 32


async def issued(db: Database, clock: FrozenClock, subject: str = "camille", purpose: Purpose = "reset") -> str:
    """A link as the mail would carry it."""
    link = await db.write(issue_link, purpose, subject, 1, clock(), None, {"to": "x@exemple.fr"})
    rows = await db.read(select, "select ref from link where id = $1", link)
    return token_of(SECRET, purpose, rows[0]["ref"])


async def test_a_link_is_looked_at_as_often_as_one_likes_and_spent_once(db: Database, clock: FrozenClock) -> None:
    token = await issued(db, clock)
    for _ in range(3):
        seen = await db.read(look_at, SECRET, token, "reset", clock())
        assert (seen.subject, seen.payload) == ("camille", {"to": "x@exemple.fr"})
    assert await db.write(spend, SECRET, token, "reset", clock()) is not None
    assert await db.write(spend, SECRET, token, "reset", clock()) is None
    assert await db.read(look_at, SECRET, token, "reset", clock()) is None


async def test_of_many_at_once_one_spends_it(db: Database, clock: FrozenClock) -> None:
    token = await issued(db, clock)
    spent = await asyncio.gather(*(db.write(spend, SECRET, token, "reset", clock()) for _ in range(12)))
    assert len([link for link in spent if link]) == 1


async def test_a_newer_link_revokes_the_older_ones_of_its_purpose_and_subject(db: Database, clock: FrozenClock) -> None:
    first, others = (
        await issued(db, clock),
        [await issued(db, clock, "alex"), await issued(db, clock, "camille", "address")],
    )
    second = await issued(db, clock)
    assert await db.read(look_at, SECRET, first, "reset", clock()) is None
    assert await db.read(look_at, SECRET, second, "reset", clock())
    assert await db.read(look_at, SECRET, others[0], "reset", clock())
    assert await db.read(look_at, SECRET, others[1], "address", clock())
    assert await db.write(revoke_links, "reset", "camille", clock()) == 1
    assert await db.write(spend, SECRET, second, "reset", clock()) is None


async def test_it_is_over_at_its_last_instant(db: Database, clock: FrozenClock) -> None:
    token = await issued(db, clock)
    clock.move(minutes=59, seconds=59)
    assert await db.read(look_at, SECRET, token, "reset", clock())
    clock.move(seconds=1)
    assert await db.write(spend, SECRET, token, "reset", clock()) is None


async def test_what_the_database_holds_opens_nothing(db: Database, clock: FrozenClock) -> None:
    token = await issued(db, clock)
    row = (await db.read(select, "select * from link"))[0]
    assert all(token[12:] not in str(value) for value in row.values())
    for guess in (row["ref"], row["ref"] + "a" * 26, token_of(b"1" * 32, "reset", row["ref"])):
        assert await db.write(spend, SECRET, guess, "reset", clock()) is None
    assert await db.write(spend, SECRET, token, "activation", clock()) is None
    assert await db.write(spend, SECRET, token + ".", "reset", clock()) is not None


async def test_a_link_goes_with_its_account(db: Database, town: Town, clock: FrozenClock) -> None:
    await db.write(issue_link, "reset", "ref-owner", 1, clock(), town.accounts["stranger"])
    await db.write(select, "delete from guardian where account_id = $1 returning id", town.accounts["stranger"])
    await db.write(select, "delete from account where id = $1 returning id", town.accounts["stranger"])
    assert await db.read(select, "select * from link") == []


async def test_tries_are_counted_until_a_bucket_is_full_and_come_back(db: Database, clock: FrozenClock) -> None:
    limits = {"reset:a": Limit(3, timedelta(hours=1)), "reset-from:b": Limit(5, timedelta(hours=1))}
    assert [await db.write(count_try, limits, clock()) for _ in range(5)] == [True, True, True, False, False]
    other: dict[str, Any] = {"reset:c": Limit(3, timedelta(hours=1)), "reset-from:b": Limit(5, timedelta(hours=1))}
    assert [await db.write(count_try, other, clock()) for _ in range(3)] == [True, True, False]
    clock.move(hours=1)
    assert await db.write(count_try, limits, clock())


async def test_tries_at_once_do_not_slip_through(db: Database, clock: FrozenClock) -> None:
    limits = {"burst": Limit(4, timedelta(hours=1))}
    allowed = await asyncio.gather(*(db.write(count_try, limits, clock()) for _ in range(16)))
    assert allowed.count(True) == 4
