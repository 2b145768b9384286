"""What a process remembers of sessions and squares is never what it shows once something has changed behind its back."""

from datetime import date
from typing import Any

import httpx
import pytest

from server.database import Database, Work, sql
from tests.cast import Town
from tests.conftest import FrozenClock
from tests.web.bookings.test_month import NOVEMBER, squares
from tests.web.doors import enter

THURSDAY = date(2026, 11, 26)
RESIDENTS_FIRST = '{"kind":"residents_first","days":10,"opening":{"kind":"from","day":"2026-11-10","at":"08:00"}}'


@pytest.fixture
async def alice(app: Any, town: Town, db: Database, clock: FrozenClock) -> httpx.AsyncClient:
    return await enter(app, town, db, "owner", clock())


async def shown(browser: httpx.AsyncClient, key: str) -> tuple[str, ...]:
    """Its state, version, letter and word in the month."""
    return squares((await browser.get(NOVEMBER)).text)[key]


def run(text: str, *args: object) -> Work[None]:
    """Another process, or somebody at a console: our own is not told."""
    yield sql(text, *args)


async def test_places_taken_given_back_and_shut_are_seen_at_the_next_look(
    alice: httpx.AsyncClient, db: Database, town: Town
) -> None:
    key, session = town.square("tom", "cantine", THURSDAY), town.sessions["cantine", THURSDAY]
    for text, state in (
        ("update session set capacity = 2 where id = $1", "free"),
        ("update session set taken = 2 where id = $1", "full"),
        ("update session set capacity = 3 where id = $1", "free"),
        ("update session set closed_reason = 'Grève' where id = $1", "closed"),
        ("update session set closed_reason = null where id = $1", "free"),
        ("update session set capacity = 2 where id = $1", "full"),
        ("update session set taken = 0, capacity = null where id = $1", "free"),
    ):
        await db.write(run, text, session)
        assert (await shown(alice, key))[0] == state, text


async def test_a_square_moved_by_somebody_else_is_seen_at_the_next_look(
    alice: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    key = town.square("tom", "cantine", THURSDAY)
    await db.write(
        run,
        "insert into booking (child_id, session_id, family_id, state, version, rank, changed_at) "
        "values ($1, $2, $3, 'waiting', 1, 1, $4)",
        town.children["tom"], town.sessions["cantine", THURSDAY], town.families["dupont"], clock(),
    )  # fmt: skip
    assert await shown(alice, key) == ("waiting", "1", "C", "liste d’attente, n° 1")
    await db.write(run, "update booking set state = 'booked', version = 2, rank = null")
    assert await shown(alice, key) == ("booked", "2", "C", "réservé")
    await db.write(run, "update booking set state = 'refused', version = 3")
    assert await shown(alice, key) == ("refused", "3", "C", "refusé")


async def test_a_date_limit_that_passes_is_seen_at_the_next_look(
    alice: httpx.AsyncClient, town: Town, clock: FrozenClock
) -> None:
    key = town.square("tom", "cantine", THURSDAY)
    clock.set("2026-11-25T17:59:59+01:00")
    assert (await shown(alice, key))[0] == "free"
    clock.set("2026-11-25T18:00:00+01:00")
    assert (await shown(alice, key))[0] == "closed"


async def test_a_new_rule_and_a_new_letter_are_seen_with_the_new_version(
    alice: httpx.AsyncClient, db: Database, town: Town
) -> None:
    key = town.square("tom", "cantine", THURSDAY)
    assert await shown(alice, key) == ("free", "0", "C", "libre")
    rule = '{"kind":"days","n":20,"at":"10:00"}'
    await db.write(run, "update activity set book_rule = $1, letter = 'K' where ref = 'cantine'", rule)
    await db.write(run, "update catalogue set version = version + 1")
    assert await shown(alice, key) == ("closed", "0", "K", "fermé")


async def test_families_of_the_town_and_from_elsewhere_each_keep_their_own_opening(
    app: Any, alice: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    await db.write(run, "update activity set opening_rule = $1 where ref = 'cantine'", RESIDENTS_FIRST)
    await db.write(run, "update catalogue set version = version + 1")
    await db.write(run, "update family set resident = $1 where id = $2", False, town.families["bernard"])
    denis = await enter(app, town, db, "stranger", clock())
    for _ in range(2):
        assert (await shown(alice, town.square("tom", "cantine", THURSDAY)))[0] == "free"
        assert (await shown(denis, town.square("zoe", "cantine", THURSDAY)))[0] == "closed"


async def test_each_family_gets_the_keys_of_its_own_children(
    app: Any, alice: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    denis = await enter(app, town, db, "stranger", clock())
    for browser, mine in ((alice, {"kidlina", "kidtom"}), (denis, {"kidzoe"}), (alice, {"kidlina", "kidtom"})):
        assert {key.split(".")[0] for key in squares((await browser.get(NOVEMBER)).text)} == mine
