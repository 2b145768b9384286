"""While a town is attacked, a public form costs its sender a calculation, or a minute; before that nobody notices."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from server.database import Database
from server.web.robots import BITS, PROOF, STAMP, is_solved
from tests.cast import Town
from tests.conftest import FrozenClock
from tests.web.accounts.wizard import ABOUT_ME, Portal, Walk, hidden, portal, rows

House = Callable[..., Any]
CALM = 2  # forms an hour this town takes for normal


@pytest.fixture
def house(settings: Any, clock: FrozenClock, town: Town) -> House:
    """A town that has chosen about puzzles."""

    @asynccontextmanager
    async def open_house(puzzle: str, above: int = CALM) -> AsyncIterator[Portal]:
        async with portal(settings, clock, "G0") as opened:
            state = opened.app.app.state
            accounts = replace(state.profile.accounts, puzzle=puzzle, puzzle_above=above)
            state.profile = replace(state.profile, accounts=accounts)
            yield opened

    return open_house


def solved(page: str) -> dict[str, str]:
    """The form's hidden fields, its puzzle solved as the page's script does."""
    fields = hidden(page)
    for n in count():
        tried = {**fields, PROOF: str(n)}
        if is_solved(tried):
            return tried
    raise AssertionError


async def attacked(opened: Portal) -> None:
    """As many forms as are normal, from as many places."""
    for n in range(CALM):
        walk = await opened.walk().open("/mot-de-passe")
        assert (await walk.send(identifiant=f"personne{n}")).status_code == 303


@pytest.mark.parametrize(
    ("path", "fields", "done"),
    [
        ("/mot-de-passe", {"identifiant": "zoe@exemple.fr"}, 303),
        ("/activation/renvoi", {"email": "zoe@exemple.fr"}, 200),
        ("/inscription/dossier/informations", ABOUT_ME, 303),
    ],
)
async def test_past_the_usual_number_a_form_is_taken_with_its_puzzle_solved(
    house: House, path: str, fields: dict[str, str], done: int
) -> None:
    async with house("attacked") as opened:
        await attacked(opened)
        walk = await opened.walk().open(path)
        assert "data-puzzle" not in walk.page
        refused = await walk.send(**fields)
        assert refused.status_code == 422
        assert "votre appareil fait un petit calcul" in walk.said
        assert f'data-puzzle="{BITS}"' in walk.page
        assert "puzzle.js" in walk.page
        assert 'value="zoe@exemple.fr"' in walk.page  # nothing typed is lost
        assert (await walk.send(**fields)).status_code == 422  # not without it
        assert (await walk.send(**fields, **solved(walk.page))).status_code == done


async def test_without_scripts_a_minute_does_as_well(house: House, clock: FrozenClock) -> None:
    async with house("attacked") as opened:
        await attacked(opened)
        walk = await opened.walk().open("/mot-de-passe")
        assert (await walk.send(identifiant="zoe")).status_code == 422
        assert "attendez une minute" in walk.said
        clock.move(seconds=56)
        assert (await walk.send(identifiant="zoe")).status_code == 303


async def test_waiting_is_no_way_for_a_crowd(house: House, clock: FrozenClock) -> None:
    async with house("attacked") as opened:
        await attacked(opened)
        walks = [await opened.walk().open("/mot-de-passe") for _ in range(CALM + 2)]
        clock.move(minutes=2)
        codes = [(await walk.send(identifiant=f"n{n}")).status_code for n, walk in enumerate(walks)]
        assert codes == [303] * CALM + [422] * 2
        assert (await walks[-1].send(identifiant="zoe", **solved(walks[-1].page))).status_code == 303


async def test_a_solution_is_worth_three_forms_and_no_other_form(house: House) -> None:
    async with house("always") as opened:
        walk = await opened.walk().open("/mot-de-passe")
        await walk.send(identifiant="n0")
        page, proof = walk.page, solved(walk.page)
        codes = []
        for n in range(4):
            walk.at, walk.page = "/mot-de-passe", page
            codes.append((await walk.send(identifiant=f"n{n}", **proof)).status_code)
        assert codes == [303, 303, 303, 422]
        other = await opened.walk().open("/mot-de-passe")
        assert hidden(other.page)[STAMP] != proof[STAMP]
        assert (await other.send(identifiant="n9", **{PROOF: proof[PROOF]})).status_code == 422


async def test_a_town_may_never_ask_and_after_an_hour_of_calm_nobody_is_asked(house: House, clock: FrozenClock) -> None:
    async with house("never") as opened:
        for _ in range(2):
            await attacked(opened)
    async with house("attacked") as opened:
        await attacked(opened)
        clock.move(hours=1)
        await attacked(opened)


async def test_a_step_further_on_is_never_asked_again(house: House, db: Database) -> None:
    async with house("always") as opened:
        walk: Walk = await opened.walk().open("/inscription")
        await walk.send(**ABOUT_ME)
        await walk.send(**ABOUT_ME, **solved(walk.page))
        assert walk.at == "/inscription/dossier/references"
        await walk.send(sans_dossier="oui")
        assert walk.at == "/inscription/dossier/conditions"
        assert len(await db.read(rows("select id from registration_draft"))) == 1
