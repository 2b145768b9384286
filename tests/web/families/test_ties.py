"""What adults are to children, edited at the agents' desk: written, noted, told; two agents at once; bad input."""

import re
from html import unescape
from typing import Any

import httpx
import pytest

from tests.desk import rows_of
from tests.web.families.test_requests import text_of

URL = "/agent/familles/fam-dupont/liens"


async def form_of(agent: httpx.AsyncClient) -> dict[str, str]:
    """The page's form as it stands."""
    html = (await agent.get(URL)).text
    form = {"vu": re.findall(r'name="vu" value="(\w+)"', html)[0], "motif": "Livret de famille."}
    for name in re.findall(r'<select id="f-(lien_\d+_\d+)"', html):
        chosen = html.split(f'id="f-{name}"')[1].split("</select>")[0]
        form[name] = (re.findall(r'value="(\w+)" selected', chosen) or [""])[0]
    return form


def names(town: Any, child: str, adult: int) -> tuple[str, str]:
    return f"lien_{town.children[child]}_{adult}", f"autorite_{town.children[child]}_{adult}"


@pytest.fixture
async def adults(db: Any, town: Any) -> list[int]:
    """The ids of Owner and Coguardian."""
    rows = await db.read(rows_of, "select id from guardian where family_id = $1 order by id", town.families["dupont"])
    return [row["id"] for row in rows]


async def filled(agent: httpx.AsyncClient, town: Any, adults: list[int]) -> dict[str, str]:
    """Owner is the mother of both, Coguardian the father of Tom; both with authority."""
    form = await form_of(agent)
    for child, adult, quality in (("lina", 0, "mere"), ("tom", 0, "mere"), ("tom", 1, "pere")):
        link, authority = names(town, child, adults[adult])
        form |= {link: quality, authority: "oui"}
    return form


async def test_ties_are_written_noted_and_told_to_this_household(agent, db, town, adults) -> None:
    assert (await agent.post(URL, data=await filled(agent, town, adults))).headers["location"] == f"{URL}?fait"
    links = await db.read(rows_of, "select guardian_id, child_id, quality, authority from child_link order by id")
    assert [(row["guardian_id"], row["quality"], bool(row["authority"])) for row in links] == [
        (adults[0], "mere", True),
        (adults[0], "mere", True),
        (adults[1], "pere", True),
    ]
    told = await db.read(rows_of, "select account_id, payload from outbox where kind = 'file_changed' order by id")
    assert [row["account_id"] for row in told] == [town.accounts["owner"], town.accounts["coguardian"]]
    assert "pour Tom : père, avec autorité parentale." in told[0]["payload"].replace("\u00a0", " ")
    lines = await db.read(rows_of, "select child_id, detail from audit where action = 'ties_changed' order by id")
    assert [row["child_id"] for row in lines] == [town.children["lina"], town.children["tom"]]
    assert "Livret de famille." in lines[0]["detail"]
    journal = text_of(await agent.get("/agent/familles/fam-dupont/journal"))
    assert "pour Lina : mère, avec autorité parentale" in journal
    again = {**await form_of(agent), **{names(town, c, adults[0])[1]: "oui" for c in ("lina", "tom")}}
    again[names(town, "tom", adults[1])[1]] = "oui"
    assert (await agent.post(URL, data=again)).headers["location"] == f"{URL}?pareil"


async def test_authority_is_taken_away_and_a_tie_removed(agent, db, town, adults) -> None:
    form = await filled(agent, town, adults)
    await agent.post(URL, data=form)
    form["vu"] = (await form_of(agent))["vu"]
    form[names(town, "tom", adults[1])[0]] = ""
    del form[names(town, "tom", adults[1])[1]], form[names(town, "lina", adults[0])[1]]
    await agent.post(URL, data=form)
    links = await db.read(rows_of, "select guardian_id, authority from child_link order by id")
    assert [(row["guardian_id"], bool(row["authority"])) for row in links] == [(adults[0], False), (adults[0], True)]
    (last,) = await db.read(
        rows_of, "select payload from outbox where account_id = $1 order by id desc limit 1", town.accounts["owner"]
    )
    assert "plus aucun lien" in last["payload"] and "sans autorité parentale" in last["payload"]


async def test_the_second_of_two_agents_is_told_and_keeps_the_form(agent, db, town, adults) -> None:
    form = await filled(agent, town, adults)
    await agent.post(URL, data=form)
    late = {**form, names(town, "tom", adults[1])[0]: "beau_parent"}
    answer = await agent.post(URL, data=late)
    assert answer.status_code == 409
    assert "entre-temps" in text_of(answer)
    assert 'value="beau_parent" selected' in answer.text and "Livret de famille." in unescape(answer.text)
    assert [row["quality"] for row in await db.read(rows_of, "select quality from child_link order by id")][
        -1
    ] == "pere"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"motif": ""}, "Motif"),
        ({"lien": ""}, "décochez l’autorité"),
        ({"lien": "", "autorite": ""}, "au moins ce qu’un des adultes"),
        ({"lien": "roi"}, "Choisissez"),
        ({"motif": "x" * 301}, "300"),
    ],
)
async def test_mistakes_stand_beside_their_field(agent, db, town, adults, change, said) -> None:
    form, (link, authority) = await filled(agent, town, adults), names(town, "lina", adults[0])
    keys = {"lien": link, "autorite": authority}
    answer = await agent.post(URL, data={**form, **{keys.get(key, key): value for key, value in change.items()}})
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert await db.read(rows_of, "select id from child_link") == []


async def test_another_familys_people_cannot_be_named_and_its_ties_are_not_shown(agent, db, town, adults) -> None:
    (chloe,) = await db.read(rows_of, "select id from guardian where family_id = $1", town.families["martin"])
    form = await filled(agent, town, adults)
    form[f"lien_{town.children['lina']}_{chloe['id']}"] = "autre"
    form[f"lien_{town.children['zoe']}_{adults[0]}"] = "mere"
    await agent.post(URL, data=form)
    rows = await db.read(rows_of, "select guardian_id, child_id from child_link")
    assert {row["guardian_id"] for row in rows} == set(adults)
    assert town.children["zoe"] not in {row["child_id"] for row in rows}
    assert "Other_Home" not in (await agent.get(URL)).text
    assert (await agent.get("/agent/familles/nobody/liens")).status_code == 404
