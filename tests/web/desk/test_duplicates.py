"""Children entered twice at the agents' desk: the pairs, the two files, joining them, saying that they are two."""

import re
from datetime import date
from html import unescape
from typing import Any

import httpx
import pytest

from server.families.desk_queries.pairs import likely_pairs
from tests.desk import THURSDAY, put, rows_of, run
from tests.web.doors import enter
from tests.web.families.test_requests import text_of

URL = "/agent/doublons"
PAIR = f"{URL}/kidtom/kidzoe"
GOOD = {"motif": "Livret de famille vu à l’accueil.", "verifie": "oui", "garde": "odd"}


@pytest.fixture
async def twice(db: Any, town: Any) -> None:
    """The Bernards' Zoé is the Duponts' Tom, entered again with his second first name."""
    await run(
        db,
        "update child set first_name = 'Tom Élie', birth_date = $1 where id = $2",
        date(2018, 3, 2),
        town.children["zoe"],
    )


async def stamp(agent: httpx.AsyncClient, path: str = PAIR) -> str:
    answer = await agent.get(path)
    assert answer.status_code == 200, answer.text
    return re.findall(r'name="vu" value="(\w+)"', answer.text)[0]


async def test_a_child_entered_twice_is_listed_and_joined(agent, db, town, clock, twice) -> None:
    listed = text_of(await agent.get(URL))
    assert "Tom Dupont" in listed and "Bernard, F0003" in listed and "mêmes noms" in listed
    await put(db, town, "zoe", "cantine", THURSDAY, "booked", clock())
    shown = text_of(await agent.get(PAIR))
    for word in ("Tom Élie", "1 à venir, 0 passée", "Famille Bernard, F0003", "à venir", "définitif"):
        assert word in shown
    answer = await agent.post(PAIR, data={**GOOD, "vu": await stamp(agent)})
    assert answer.headers["location"] == f"{URL}?reunies"
    assert "n’en font plus qu’une" in text_of(await agent.get(f"{URL}?reunies"))
    assert (await agent.get(PAIR)).status_code == 404
    assert (await agent.post(PAIR, data={**GOOD, "vu": "x"})).status_code == 404
    assert "Aucun enfant" in text_of(await agent.get(URL))
    line = text_of(await agent.get("/agent/familles/fam-bernard/journal"))
    assert "a réuni deux fiches d’un même enfant" in line


async def test_both_homes_have_the_child_on_their_own_days_and_nothing_of_the_other(
    app, agent, db, town, clock, twice
) -> None:
    await put(db, town, "zoe", "cantine", THURSDAY, "booked", clock())
    await agent.post(PAIR, data={**GOOD, "vu": await stamp(agent)})
    alice, denis = await enter(app, town, db, "owner", clock()), await enter(app, town, db, "stranger", clock())
    for browser, theirs in ((alice, "Bernard"), (denis, "Owner")):
        page = text_of(await browser.get("/dossier"))
        assert "deux foyers" in page and theirs not in page
        assert (await browser.get(f"/sante/{town.refs['tom']}")).status_code == 200
    assert "Tom" in text_of(await denis.get("/planning"))


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"motif": "", "verifie": "oui"}, "Comment le savez-vous"),
        ({"motif": "Vu.", "verifie": ""}, "J’ai vérifié"),
        ({"motif": "x" * 400, "verifie": "oui"}, "300"),
        ({"motif": "Vu.", "verifie": "oui", "garde": "peut-être"}, "Choisissez"),
    ],
)
async def test_a_form_not_filled_in_says_so_and_keeps_what_was_typed(agent, db, twice, form, said) -> None:
    answer = await agent.post(PAIR, data={**form, "vu": await stamp(agent)})
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert form["motif"][:300] in unescape(answer.text)
    assert len(await db.read(rows_of, "select id from child where ref = 'kidzoe'")) == 1


async def test_the_second_of_two_agents_reads_again(agent, db, town, clock, twice) -> None:
    seen = await stamp(agent)
    await put(db, town, "zoe", "cantine", THURSDAY, "booked", clock())
    answer = await agent.post(PAIR, data={**GOOD, "vu": seen})
    assert answer.status_code == 409
    assert "a changé depuis" in text_of(answer)
    assert "Livret de famille" in answer.text
    assert len(await db.read(rows_of, "select id from child_merge")) == 0


async def test_two_children_are_said_to_be_two_and_never_shown_again(agent, db, twice) -> None:
    for _ in range(2):
        answer = await agent.post(f"{PAIR}/distincts")
        assert answer.headers["location"] == f"{URL}?distincts"
    assert "Aucun enfant" in text_of(await agent.get(URL))
    assert len(await db.read(rows_of, "select id from child_apart")) == 1


async def test_twins_are_no_pair_and_a_name_in_common_is_enough_elsewhere(agent, db, town) -> None:
    born = date(2018, 3, 2)
    await run(db, "update child set birth_date = $1", born)  # Lina and Tom of one home; Zoé Dupont of another one
    found = await db.read(likely_pairs)
    assert [({pair.one.ref, pair.other.ref}, pair.sure) for pair in found] == [
        ({"kidlina", "kidzoe"}, False),
        ({"kidtom", "kidzoe"}, False),
    ]
    await run(db, "update child set last_name = 'Martin' where ref = 'kidzoe'")
    assert await db.read(likely_pairs) == ()


async def test_who_compares_is_noted_in_both_families_and_for_the_health_files(agent, db, town, twice) -> None:
    await agent.get(PAIR)
    read = await db.read(rows_of, "select family_id from audit where action = 'read_family' order by family_id")
    assert [row["family_id"] for row in read] == sorted((town.families["dupont"], town.families["bernard"]))
    seen = await db.read(rows_of, "select child_id, screen from health_read order by child_id")
    assert {(row["child_id"], row["screen"]) for row in seen} == {
        (town.children["tom"], "doublon"),
        (town.children["zoe"], "doublon"),
    }


@pytest.mark.parametrize("path", [f"{URL}/kidtom/nobody", f"{URL}/kidtom/kidtom", f"{URL}/%00/kidtom"])
async def test_files_that_are_no_pair_are_not_found(agent, path) -> None:
    assert (await agent.get(path)).status_code == 404
    assert (await agent.post(path, data={**GOOD, "vu": "x"})).status_code == 404
