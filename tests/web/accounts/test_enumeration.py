"""Many guesses at files, addresses, user names and links: the same answer each time, whether the thing exists or not."""

import re
import secrets
from collections import Counter
from typing import Any

import pytest

from server.accounts.rules.files import References
from server.database import Database, Work
from server.families.commands.linking import check_references
from tests.cast import PEOPLE, Town
from tests.conftest import FrozenClock
from tests.web.accounts.wizard import Portal, portal

GUESSES = 10_000
AT_ONCE = 200  # in one transaction: each holds a few locks


@pytest.fixture
async def villejuif(settings: Any, clock: FrozenClock, town: Town) -> Any:
    async with portal(settings, clock, "G3") as opened:
        yield opened


def check_some(first: int, now: Any) -> Work[Counter[str]]:
    """File numbers from as many addresses, real ones among them, all with a wrong e-mail address."""
    said: Counter[str] = Counter()
    for n in range(first, first + AT_ONCE):
        guess = References(f"F{n % 5_000:04}", "Bernard", "faux@exemple.fr")
        address = f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}"
        verdict = yield from check_references(guess, f"draft:{n}", address, now)
        said[verdict] += 1
    return said


async def test_ten_thousand_file_numbers_learn_nothing_and_the_town_shuts_after_a_thousand(
    db: Database, town: Town, clock: FrozenClock
) -> None:
    said: Counter[str] = Counter()
    for first in range(0, GUESSES, AT_ONCE):
        said += await db.write(check_some, first, clock())
    assert said == {"differ": 1_000, "wait": GUESSES - 1_000}


async def test_a_link_that_was_never_sent_is_as_dead_as_any_other(villejuif: Portal) -> None:
    walk = villejuif.walk()
    pages = set()
    for _ in range(200):
        token = "".join(secrets.choice("abcdefghijklmnopqrstuvwxyz234567") for _ in range(38))
        await walk.open(f"/lien/activation/{token}")
        assert walk.answers[-1] == 410
        pages.add(walk.page)
    assert len(pages) == 1


async def test_asking_for_another_link_says_the_same_for_every_address(villejuif: Portal) -> None:
    pages = set()
    for email in (*PEOPLE.values(), *(f"personne{n}@exemple.fr" for n in range(20))):
        walk = await villejuif.walk().open("/activation/renvoi")
        answer = await walk.send(email=email)
        assert answer.status_code == 200
        pages.add(re.sub(re.escape(email), "x", walk.page))
    assert len(pages) == 1
