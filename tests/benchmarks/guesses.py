"""`make guesses`: GUESSES at each door (10,000 unless told), half of them at what exists, on both databases; some minutes.

Prints a table for docs/benchmarks.md: what the answers and the clock tell a guesser, and what the same clock finds at a
door that leaks on purpose. Run by pytest for its databases; not part of the suite, whose short version is
tests/web/accounts/test_guessing.py.
"""

import os
from collections.abc import AsyncIterator
from typing import Any

import pytest

from server.accounts.passwords import hash_now
from server.database import Database
from tests.conftest import FrozenClock
from tests.guessing import Guesser, Times, timed
from tests.web.accounts import leaks
from tests.web.accounts.test_guessing import DOORS
from tests.web.accounts.wizard import portal

GUESSES = int(os.environ.get("GUESSES", "10000"))
MOST_CONTROLS = 1_000
NOTHING = 0.05  # nine standard deviations of chance for 10,000 guesses
ROW = "| {engine} | {door} | {guesses:,} | {answers} | {advantage:+.3f} ± {noise:.3f} | {ratio:.3f} | {control:+.3f} |"
HEAD = (
    "\n| database | door | guesses | answers | advantage | known ÷ unknown | a leak's advantage |\n"
    + "| --- " * 7
    + "|"
)
WHERE = {"sign_in": ("server.accounts.routes.signing_in.check", leaks.check_nobody_at_once), **DOORS}


@pytest.fixture
async def guesser(db: Database, settings: Any, clock: FrozenClock) -> AsyncIterator[Guesser]:
    async with portal(settings, clock, "G3") as house:
        guesser = Guesser(house.app, db, clock, GUESSES // 2)
        await guesser.furnish(hash_now("Personne ne devine cela, 3 fois."))
        yield guesser


@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("door", WHERE)
async def test_guesses(
    guesser: Guesser, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], door: str
) -> None:
    times = await timed(getattr(guesser, door), GUESSES // 2)
    where, leak = WHERE[door]
    if where:
        monkeypatch.setattr(where, leak)
    else:
        guesser.check = leak
    leaking = await timed(getattr(guesser, door), min(GUESSES // 2, MOST_CONTROLS))
    with capsys.disabled():
        print(HEAD if door == "sign_in" else "", row(guesser, door, times, leaking), sep="\n")
    assert len(times.said) == 1
    assert abs(times.advantage) < NOTHING
    assert leaking.advantage > 2 * NOTHING


def row(guesser: Guesser, door: str, times: Times, leaking: Times) -> str:
    """One line of the table."""
    return ROW.format(
        engine=guesser.db.engine,
        door=door,
        guesses=len(times.known) + len(times.unknown),
        answers=len(times.said),
        advantage=times.advantage,
        noise=times.noise,
        ratio=times.ratio,
        control=leaking.advantage,
    )
