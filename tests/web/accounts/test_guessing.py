"""What a guesser can learn at each door: nothing from the answer, nothing by the clock; and the clock is a good one.

The long version, 10,000 guesses a door, is `make guesses` (docs/benchmarks.md).
"""

from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Any

import pytest

from server.accounts.commands.resending import ask_again
from server.accounts.commands.resets import ask_reset
from server.accounts.commands.signing_in import begin_attempt, end_attempt
from server.accounts.passwords import Checked, hash_now
from server.accounts.rules import buckets
from server.database import Database, Work, sql
from tests.conftest import FrozenClock
from tests.guessing import Guesser, timed
from tests.web.accounts import leaks
from tests.web.accounts.wizard import portal

PAIRS, CONTROLS = 200, 100
NOTHING = 0.15  # five standard deviations of what chance alone does with so many pairs
SEEN = 0.25  # at least, of a leak; nearly 0.5 of these, beside other work too
HASHED = 10  # pairs in which a password is hashed, which takes twenty times as long as all the rest
DOORS = {  # where the door does its looking, and the leaking version of it
    "forgotten": ("server.accounts.routes.forgotten.ask_reset", leaks.reset_at_the_door),
    "lost_link": ("server.accounts.routes.wizard.again.ask_again", leaks.link_at_the_door),
    "activation": ("server.accounts.routes.wizard.activation.facing", leaks.face_unsigned),
    "reset": ("server.accounts.routes.forgotten.look_at", leaks.look_unsigned),
    "file": ("", leaks.check_number_first),
}


@pytest.fixture
async def guesser(db: Database, settings: Any, clock: FrozenClock) -> AsyncIterator[Guesser]:
    async with portal(settings, clock, "G3") as house:
        guesser = Guesser(house.app, db, clock, PAIRS)
        await guesser.furnish(hash_now("Personne ne devine cela, 3 fois."))
        yield guesser


@pytest.mark.parametrize("door", DOORS)
async def test_a_door_answers_alike_and_costs_alike_and_a_leak_would_show(
    guesser: Guesser, monkeypatch: pytest.MonkeyPatch, door: str
) -> None:
    times = await timed(getattr(guesser, door), PAIRS)
    assert len(times.said) == 1, times.said
    assert abs(times.advantage) < NOTHING, times.advantage
    where, leak = DOORS[door]
    if where:
        monkeypatch.setattr(where, leak)
    else:
        guesser.check = leak
    leaking = await timed(getattr(guesser, door), CONTROLS)
    assert leaking.said == times.said  # the answer gives nothing away, only the clock does
    assert leaking.advantage > SEEN, leaking.advantage


async def test_a_name_that_exists_costs_what_a_name_nobody_has_costs(
    guesser: Guesser, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = "server.accounts.routes.signing_in.check"
    times = await timed(guesser.sign_in, HASHED, warm=2)
    assert len(times.said) == 1, times.said
    assert 2 / 3 < times.ratio < 3 / 2, times.ratio
    monkeypatch.setattr(check, leaks.check_nobody_at_once)
    leaking = await timed(guesser.sign_in, HASHED, warm=2)
    assert leaking.said == times.said
    assert leaking.ratio > 3, leaking.ratio

    async def no_hash(stored: str | None, password: str) -> Checked:
        return Checked(False)

    monkeypatch.setattr(check, no_hash)  # what is left of the door once its dearest part is taken away
    rest = await timed(guesser.sign_in, PAIRS)
    assert abs(rest.advantage) < NOTHING, rest.advantage


async def test_an_account_without_a_password_costs_the_same(guesser: Guesser, db: Database) -> None:
    await db.write(_without_passwords)
    times = await timed(guesser.sign_in, HASHED, warm=2)
    assert len(times.said) == 1
    assert 2 / 3 < times.ratio < 3 / 2, times.ratio


@pytest.mark.parametrize(("door", "answered"), [("sign_in", 100), ("forgotten", 30), ("lost_link", 60)])
async def test_ten_thousand_guesses_from_one_place_are_stopped_early_whether_they_are_right_or_not(
    guesser: Guesser, db: Database, clock: FrozenClock, door: str, answered: int
) -> None:
    said: Counter[tuple[bool, bool]] = Counter()
    for first in range(0, 10_000, 200):
        said += await db.write(_try_some, TRIES[door], first, clock())
    assert said[True, True] + said[False, True] == answered
    assert said[True, False] + said[False, False] == 10_000 - answered
    assert said[True, True] == said[False, True]  # real names were among those that were answered, as often as others


def _without_passwords() -> Work[None]:
    yield sql("update account set password_hash = ''")


def _sign_in(name: str, now: datetime) -> Work[bool]:
    """A wrong password; whether it was told to be wrong, or one must wait."""
    counted = buckets(name, HERE)
    attempt = yield from begin_attempt(name, counted, now, True)
    return not (attempt.waiting or (yield from end_attempt(False, counted, now)))


HERE = "10.1.2.3"
TRIES: dict[str, Callable[[str, datetime], Work[bool]]] = {
    "sign_in": _sign_in,
    "forgotten": lambda name, now: ask_reset(f"a-{name}@exemple.fr", HERE, now),
    "lost_link": lambda name, now: ask_again(f"r-{name}@exemple.fr", HERE, 72, now),
}


def _try_some(guess: Callable[[str, datetime], Work[bool]], first: int, now: datetime) -> Work[Counter[Any]]:
    """Names from one place, every other one somebody's."""
    said: Counter[tuple[bool, bool]] = Counter()
    for n in range(first, first + 200):
        exists = n % 2 == 0 and n < 2 * PAIRS
        said[exists, (yield from guess(f"{'known' if exists else 'guess'}{n // 2:06}", now))] += 1
    return said
