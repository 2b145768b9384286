"""The form for many days: faults beside their fields, the preview in words, the change told."""

from html import unescape
from typing import Any

import httpx
import pytest

from server.database import Database
from tests.cast import Town
from tests.conftest import FrozenClock
from tests.desk import MONDAY, crowd, session_row

DOOR = "/agent/capacites"
RANGE = {"activite": "atelier", "du": "2026-11-23", "au": "2026-11-27", "jours": ["0", "1"], "places": "1"}


async def test_preview_then_change_then_the_outcome(
    agent: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    await crowd(db, town, 2, "atelier", MONDAY, "booked", clock())
    seen = unescape((await agent.get(DOOR, params={**RANGE, "apercu": "1"})).text)
    for words in (
        "Atelier, du lundi 23 novembre au vendredi 27 novembre : 1 place",
        "Personne n’est désinscrit",
        "Lundi 23 novembre",
    ):
        assert words in seen.replace("\u00a0", " "), words
    assert (await session_row(db, town, "atelier", MONDAY))["capacity"] == 2
    done = await agent.post(DOOR, data=RANGE)
    assert done.status_code == 303
    told = unescape((await agent.get(done.headers["location"])).text).replace("\u00a0", " ")
    assert "1 séance changée" in told
    assert "1 jour garde les places déjà prises" in told


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"activite": "inconnue"}, "Choisissez une activité."),
        ({"du": ""}, "Choisissez le premier jour."),
        ({"du": "2026-11-10"}, "Ce jour est passé."),
        ({"au": "2026-11-20"}, "Le dernier jour vient avant le premier."),
        ({"au": "2028-11-20"}, "Un an au plus"),
        ({"jours": []}, "Cochez au moins un jour"),
        ({"jours": ["9", "x", "²"]}, "Cochez au moins un jour"),
        ({"places": "beaucoup"}, "Un nombre entier"),
        ({"places": "-3"}, "Un nombre entier"),
        ({"places": "99999"}, "Un nombre entier"),
    ],
)
async def test_a_fault_is_told_beside_its_field_and_nothing_changes(
    agent: httpx.AsyncClient, db: Database, town: Town, changes: dict[str, Any], words: str
) -> None:
    for answer in (
        await agent.get(DOOR, params={**RANGE, **changes, "apercu": "1"}),
        await agent.post(DOOR, data={**RANGE, **changes}),
    ):
        assert answer.status_code == 422
        assert words in unescape(answer.text)
    assert (await session_row(db, town, "atelier", MONDAY))["capacity"] == 2
