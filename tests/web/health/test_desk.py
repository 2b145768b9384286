"""The agents' half: lists, one child's file, PAI decided, children admitted, the day's instructions, and the cap."""

import html
from datetime import date
from typing import Any

import httpx
import msgspec
import pytest

import server.health.commands.reading as reading
from server.database import Database
from tests.cast import Town
from tests.conftest import FrozenClock
from tests.desk import MONDAY, crowd, put, rows_of, run
from tests.web.doors import enter
from tests.web.health.conftest import SHEET, choose

TODAY = date(2026, 11, 16)
PLAN = {
    "acte": "etablir", "numero": "1", "du": "2026-11-16", "au": "2027-07-03", "consigne": "Trousse au bureau", "panier": "oui",
}  # fmt: skip


@pytest.fixture
async def keeper(app: Any, town: Town, db: Database, clock: FrozenClock) -> httpx.AsyncClient:
    """Somebody who takes the register and holds no other right."""
    await run(
        db, "update account set rights = $1 where id = $2", '["attendance"]', town.accounts["agent_without_right"]
    )
    return await enter(app, town, db, "agent_without_right", clock())


@pytest.fixture
async def filled(alice: httpx.AsyncClient) -> httpx.AsyncClient:
    await alice.post("/sante/kidlina/fiche", data={**SHEET, "pai": "oui", "pai_objet": "Choc à l’arachide"})
    await alice.post(
        "/sante/kidlina/personnes",
        data={"vu": await stamp(alice), "nom_1": "Rosa Pommier", "telephone_1": "06 39 98 10 44", "urgence_1": "oui"},
    )
    return alice


async def stamp(browser: httpx.AsyncClient) -> str:
    import re

    found = re.search(r'name="vu" value="([^"]*)"', (await browser.get("/sante/kidlina/personnes")).text)
    assert found
    return found[1]


async def text_of(browser: httpx.AsyncClient, path: str) -> str:
    answer = await browser.get(path)
    assert answer.status_code == 200, path
    return html.unescape(answer.text).split("<main")[1].split("</main>")[0]


async def test_the_lists_say_what_is_missing_and_show_no_value(
    agent: httpx.AsyncClient, filled: Any, db: Database
) -> None:
    text = await text_of(agent, "/agent/sante")
    assert "Dupont Tom" in text
    assert "Fiche sanitaire, Vaccinations" in text
    assert "Dossiers incomplets (3)" in text
    assert "PAI à établir (1)" in text
    assert "1 PAI à établir" in await text_of(agent, "/agent")
    assert await db.read(rows_of, "select id from health_read where agent") == []
    text = await text_of(agent, "/agent/sante?etat=pai")
    assert "Dupont Lina" in text
    assert "Tom" not in text
    for word in ("rachide", "Aubépine"):
        assert word not in text
    (line,) = await db.read(rows_of, "select screen from health_read where agent")
    assert line["screen"] == "liste"
    assert "Dupont Zoe" in await text_of(agent, "/agent/sante?q=zoe+dupont")
    assert "Aucun enfant de ce nom" in await text_of(agent, "/agent/sante?q=personne")
    assert (await agent.get("/agent/sante?etat=odd&page=9999999999")).status_code == 200


async def test_a_childs_file_shows_all_and_the_parents_see_who_read_it(
    agent: httpx.AsyncClient, filled: httpx.AsyncClient
) -> None:
    text = await text_of(agent, "/agent/sante/enfants/kidlina")
    for word in ("Dr Aubépine", "Arachide", "Choc à l’arachide", "Rosa Pommier", "06 39 98 10 44", "Other_Home Dupont"):
        assert word in text.replace("\u00a0", " ")
    seen = await text_of(filled, "/sante/kidlina/consultations")
    assert "Agent Dupont (mairie)" in seen
    assert "Dossier de l’enfant" in seen


async def test_a_plan_is_established_and_both_homes_are_told_without_a_word_of_it(
    agent: httpx.AsyncClient, filled: httpx.AsyncClient, db: Database, town: Town
) -> None:
    answer = await agent.post("/agent/sante/enfants/kidlina/pai", data=PLAN)
    assert answer.headers["location"].endswith("?dit=pai")
    text = await text_of(filled, "/sante/kidlina")
    assert "Établi" in text
    assert "Trousse au bureau" in text
    assert "Panier repas" in text
    told = await db.read(rows_of, "select account_id, kind, payload from outbox where kind = 'child_file'")
    assert {row["account_id"] for row in told} == {
        town.accounts[name] for name in ("owner", "coguardian", "other_home")
    }
    for row in told:
        assert "Trousse" not in row["payload"]
        assert "PAI" not in row["payload"]
    assert "PAI à établir (0)" in await text_of(agent, "/agent/sante")
    again = await agent.post("/agent/sante/enfants/kidlina/pai", data=PLAN)
    assert again.status_code == 422
    assert "a changé entre-temps" in html.unescape(again.text)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"du": "30/02/2026"}, "n’existe pas"),
        ({"au": "2026-11-01"}, "précède"),
        ({"au": ""}, "obligatoire"),
        ({"consigne": ""}, "obligatoire"),
    ],
)
async def test_a_plan_with_a_mistake_comes_back_with_what_was_typed(
    agent: httpx.AsyncClient, filled: Any, change: dict[str, str], message: str
) -> None:
    answer = await agent.post("/agent/sante/enfants/kidlina/pai", data={**PLAN, **change})
    assert answer.status_code == 422
    text = html.unescape(answer.text)
    assert message in text
    if "consigne" not in change:
        assert "Trousse au bureau" in text


async def test_a_plan_is_refused_or_ended_with_an_answer_the_parents_read(
    agent: httpx.AsyncClient, filled: httpx.AsyncClient
) -> None:
    path = "/agent/sante/enfants/kidlina/pai"
    assert (await agent.post(path, data={"acte": "refuser", "numero": "1"})).status_code == 422
    assert (
        await agent.post(path, data={"acte": "refuser", "numero": "1", "reponse": "Voyez votre médecin."})
    ).status_code == 303
    assert "Voyez votre médecin." in await text_of(filled, "/sante/kidlina/pai")
    await filled.post("/sante/kidlina/pai", data={"pai_objet": "Asthme"})
    assert (await agent.post(path, data={**PLAN, "numero": "2"})).status_code == 303
    assert (
        await agent.post(path, data={"acte": "terminer", "numero": "2", "reponse": "Fin d’année."})
    ).status_code == 303
    assert "Terminé" in await text_of(filled, "/sante/kidlina")
    assert (await agent.post(path, data={**PLAN, "numero": "9"})).status_code == 404
    assert (await agent.post(path, data={"acte": "danser", "numero": "1"})).status_code == 400


async def test_a_child_is_admitted_with_a_reason_and_a_colleague_is_not_overwritten(
    app: Any, agent: httpx.AsyncClient, alice: httpx.AsyncClient
) -> None:
    choose(app, gates_booking=True)
    path, form = "/agent/sante/enfants/kidtom/admission", {"vu": "0", "jusque": "2026-12-18", "motif": "Carnet attendu"}
    assert "passée" in (await agent.post(path, data={**form, "jusque": "2026-11-15"})).text
    assert (await agent.post(path, data={**form, "motif": ""})).status_code == 422
    assert (await agent.post(path, data=form)).status_code == 303
    assert (await agent.post(path, data=form)).status_code == 422
    assert "Carnet attendu" in await text_of(alice, "/sante/kidtom")


async def test_the_staff_of_the_day_see_what_they_need_and_no_file(
    keeper: httpx.AsyncClient, filled: Any, db: Database, town: Town, clock: FrozenClock
) -> None:
    for child in ("lina", "tom"):
        await put(db, town, child, "cantine", TODAY, "booked", clock())
    text = await text_of(keeper, "/agent/sante/jour")
    assert "Lina Dupont" in text
    assert "Arachide" in text
    assert "Allergie alimentaire sans PAI" in text
    assert "Tom" not in text, "nothing has to be known of him"
    for hidden in ("Aubépine", "Doudou", "A+", "Asthme"):
        assert hidden not in text
    one = (await text_of(keeper, "/agent/sante/jour/kidlina")).replace("\u00a0", " ")
    assert "Rosa Pommier" in one
    assert "06 39 98 10 44" in one
    assert "Dr Aubépine" in one
    for path in ("/agent/sante", "/agent/sante/enfants/kidlina"):
        assert (await keeper.get(path)).status_code == 403
    lines = await db.read(rows_of, "select screen, child_id from health_read where agent order by id")
    assert [(line["screen"], line["child_id"]) for line in lines] == [("jour", town.children["lina"])] * 2


async def test_the_staff_see_the_day_and_not_the_year(
    keeper: httpx.AsyncClient, agent: httpx.AsyncClient, filled: Any
) -> None:
    for path in ("/agent/sante/jour", "/agent/sante/jour/kidlina"):
        assert (await keeper.get(f"{path}?date=2026-11-15")).status_code == 403
        assert (await keeper.get(f"{path}?date=2027-03-15")).status_code == 403
        assert (await keeper.get(f"{path}?date=2026-11-17")).status_code == 200
        assert (await agent.get(f"{path}?date=2027-03-15")).status_code == 200


async def test_a_child_who_does_not_come_that_day_is_not_found(
    agent: httpx.AsyncClient, filled: Any, db: Database
) -> None:
    assert (await agent.get("/agent/sante/jour/kidlina?date=2028-03-15")).status_code == 404
    assert (await agent.get("/agent/sante/jour/personne")).status_code == 404
    assert await db.read(rows_of, "select id from health_read where agent") == []


async def test_beyond_the_cap_nothing_is_shown_and_an_alarm_is_given_once(
    agent: httpx.AsyncClient,
    filled: Any,
    db: Database,
    town: Town,
    clock: FrozenClock,
    monkeypatch: pytest.MonkeyPatch,
    caplog: Any,
) -> None:
    monkeypatch.setattr(reading, "MOST_FAMILIES", 12)
    await crowd(db, town, 40, "cantine", MONDAY, "booked", clock(), families=20)
    refs = [row["ref"] for row in await db.read(rows_of, "select ref from child where ref like 'kid%x%' order by id")]
    answers = [(await agent.get(f"/agent/sante/enfants/{ref}")).status_code for ref in refs[:20]]
    assert answers == [200] * 12 + [429] * 8
    assert (await agent.get(f"/agent/sante/enfants/{refs[0]}")).status_code == 200, "what was read may be read again"
    assert "reached the cap" in caplog.text
    assert len(await db.read(rows_of, "select id from health_read where agent")) == 13
    alarms = await db.read(rows_of, "select account_id, payload from outbox where kind = 'reading_cap'")
    assert [row["account_id"] for row in alarms] == [town.accounts["agent"]]
    assert "Agent Dupont" in msgspec.json.decode(alarms[0]["payload"])["text"]
    assert len(await db.read(rows_of, "select id from audit where action = 'health_cap'")) == 1
    clock.move(hours=1, minutes=1)
    assert (await agent.get(f"/agent/sante/enfants/{refs[15]}")).status_code == 200


async def test_a_family_page_leads_to_the_files_of_its_children(agent: httpx.AsyncClient) -> None:
    assert 'href="/agent/sante/enfants/kidlina"' in await text_of(agent, "/agent/familles/fam-dupont")


async def test_no_agents_page_of_health_is_kept(agent: httpx.AsyncClient, filled: Any) -> None:
    for path in ("/agent/sante", "/agent/sante/enfants/kidlina", "/agent/sante/jour", "/agent/sante/jour/kidlina"):
        answer = await agent.get(path)
        assert answer.headers["cache-control"] == "no-store"
        assert "x-marelle-shelf" not in answer.headers
