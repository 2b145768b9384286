"""The pace of taps at the door: a family never meets it, a flood is slowed, and nobody else notices."""

import uuid
from typing import Any

import httpx

from server.bookings.routes.pacing import MOST_SENDERS, TapPacing
from server.database import Database, Work, sql
from tests.cast import Town
from tests.conftest import FrozenClock
from tests.web.bookings.test_taps_door import DAY, DEVICE, tap
from tests.web.doors import enter

YEAR = 3 * 4 * 141  # children × activities × school days: what a family may send on opening day
ENVELOPE = 100  # what a phone sends at a time


def envelope(town: Town, who: str, first: int, device: str = DEVICE, taps: int = ENVELOPE) -> dict[str, Any]:
    """Taps on squares that are not there: judged and stored like any other, and quicker to make."""
    wishes = [tap(town, square=f"kidtom.{900_000 + first + n}") for n in range(taps)]
    return {"account": town.refs[who], "device": device, "taps": wishes}


def count_taps() -> Work[int]:
    return int((yield sql("select count(*) as n from tap"))[0]["n"])


async def test_a_whole_year_of_three_children_passes_at_once(
    app: Any, town: Town, db: Database, clock: FrozenClock
) -> None:
    alice = await enter(app, town, db, "owner", clock())
    sizes = [min(ENVELOPE, YEAR - first) for first in range(0, YEAR, ENVELOPE)]
    for n, size in enumerate(sizes):
        answer = await alice.post("/taps", json=envelope(town, "owner", n * ENVELOPE, taps=size))
        assert answer.status_code == 200
    assert await db.read(count_taps) == YEAR


async def test_ten_thousand_taps_of_one_account_wait_while_another_is_served(
    app: Any, town: Town, db: Database, clock: FrozenClock
) -> None:
    flood, neighbour = await enter(app, town, db, "owner", clock()), await enter(app, town, db, "stranger", clock())
    answers = []
    for n in range(100):
        phone = str(uuid.UUID(int=n + 1))  # another phone each time: it is the account that is counted
        answers.append(await flood.post("/taps", json=envelope(town, "owner", n * ENVELOPE, phone)))
        if n % 25 == 24:
            theirs = await neighbour.post("/taps", json=envelope(town, "stranger", n, str(uuid.UUID(int=999)), 1))
            assert theirs.status_code == 200
    assert [answer.status_code for answer in answers] == [200] * 30 + [429] * 70
    refused = answers[-1]
    assert (refused.headers["retry-after"], refused.json()["error"]) == ("10", "too_many")
    assert "gardés sur ce téléphone" in refused.json()["text"]
    assert await db.read(count_taps) == 3_000 + 4  # of a refused envelope nothing is judged
    clock.move(seconds=10)
    again = await flood.post("/taps", json=envelope(town, "owner", 9_900, str(uuid.UUID(int=100))))
    assert again.status_code == 200


async def test_the_plain_form_is_counted_too(app: Any, town: Town, db: Database, clock: FrozenClock) -> None:
    app.app.state.pacing = TapPacing(100)
    alice = await enter(app, town, db, "owner", clock())
    for n in range(5):
        assert (await alice.post("/taps", json=envelope(town, "owner", n * ENVELOPE))).status_code == 200
    form = {"tap": f"{town.square('tom', 'cantine', DAY)}~booked~0"}
    answer = await alice.post("/planning/taps", data=form)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "1")
    assert "refaites-le" in answer.text  # without a script nothing is kept: it must not be promised
    clock.move(seconds=1)
    assert (await alice.post("/planning/taps", data=form)).status_code == 303


def test_one_phone_with_many_accounts_is_counted_as_a_phone(clock: FrozenClock) -> None:
    pacing = TapPacing(600)
    waits = [pacing.wait(account, DEVICE, ENVELOPE, clock()) for account in range(31)]
    assert waits == [0] * 30 + [10]
    assert pacing.wait(31, "another", ENVELOPE, clock()) == 0


def test_what_is_remembered_stays_small_and_the_busy_are_not_forgotten(clock: FrozenClock) -> None:
    pacing = TapPacing(600)
    for n in range(MOST_SENDERS):
        assert pacing.wait(n, str(n), 1, clock()) == 0
        if n % 1_000 == 0:
            flooded = pacing.wait(-1, "flood", ENVELOPE, clock())
    assert len(pacing._senders) == MOST_SENDERS
    assert flooded == 0 and pacing.wait(-1, "flood", 1_001, clock()) > 0


async def test_a_batch_that_is_refused_costs_nothing(app: Any, town: Town, db: Database, clock: FrozenClock) -> None:
    app.app.state.pacing = TapPacing(100)
    alice: httpx.AsyncClient = await enter(app, town, db, "owner", clock())
    for _ in range(20):
        assert (await alice.post("/taps", json={"account": "other", "device": DEVICE, "taps": []})).status_code == 409
    assert (await alice.post("/taps", json=envelope(town, "owner", 0))).status_code == 200


async def test_a_flood_cannot_pass_for_the_forms_of_somebody_else(
    app: Any, town: Town, db: Database, clock: FrozenClock
) -> None:
    """The forms' device was once made from the number of the session alone: anybody could count up to it."""
    flood, neighbour = await enter(app, town, db, "owner", clock()), await enter(app, town, db, "stranger", clock())
    guessed = str(uuid.uuid5(uuid.NAMESPACE_URL, f"form:{(await db.read(last_sign_in))}"))
    for n in range(30):
        assert (await flood.post("/taps", json=envelope(town, "owner", n * ENVELOPE, guessed))).status_code == 200
    form = {"tap": f"{town.square('zoe', 'cantine', DAY)}~booked~0"}
    assert (await neighbour.post("/planning/taps", data=form)).status_code == 303


def last_sign_in() -> Work[int]:
    return int((yield sql("select id from sign_in order by id desc limit 1"))[0]["id"])
