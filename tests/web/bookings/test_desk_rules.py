"""The rules' editor: every shape as a plain form, drafts shared by agents, the year before it is published."""

import re
from html import unescape
from typing import Any

import httpx
import msgspec
import pytest

from server.database import Database
from tests.cast import Town
from tests.conftest import FrozenClock
from tests.desk import TUESDAY, rows_of, run
from tests.web.bookings.rules_editor import RULE, URL, book, save, seen, words
from tests.web.doors import enter


@pytest.fixture
async def parent(app: Any, town: Town, db: Database, clock: FrozenClock) -> httpx.AsyncClient:
    return await enter(app, town, db, "stranger", clock())


async def test_the_list_says_every_rule_in_plain_french(agent: httpx.AsyncClient) -> None:
    said = words(await agent.get("/agent/regles"))
    assert said.count("Jusqu’à la veille à 18 h") == 3
    assert "Brouillon" not in said


async def test_a_draft_is_kept_and_families_see_nothing_of_it(
    agent: httpx.AsyncClient, parent: httpx.AsyncClient, town: Town
) -> None:
    answer = await save(agent)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{URL}/simulation")
    html = (await agent.get(URL)).text
    assert 'value="3"' in html
    assert "Brouillon de Agent Dupont" in words(await agent.get("/agent/regles"))
    assert (await book(parent, town, TUESDAY))["outcome"] == "applied"


async def test_a_form_with_faults_loses_nothing_and_says_them_beside_the_fields(
    agent: httpx.AsyncClient, db: Database
) -> None:
    answer = await save(
        agent, **{"book.n": "beaucoup", "book.at": "midi <b>", "late_cancel": "", "book.skip": ["monday", "closures"]}
    )
    assert answer.status_code == 422
    html = unescape(answer.text)
    assert 'value="beaucoup" inputmode="numeric" autocomplete="off" aria-invalid="true"' in html
    assert 'id="f-book-at-error"' in html
    assert 'id="f-late_cancel-error"' in html
    assert '<b>"' not in answer.text
    assert re.search(r'name="book.skip" value="monday" checked', html)
    assert await db.read(rows_of, "select * from rule_draft") == []


@pytest.mark.parametrize(
    "fields",
    [
        {"book.kind": "x"}, {"book.kind": ""}, {"book.n": "-1"}, {"book.n": "1e3"}, {"book.at": "25:00"}, {"book.count": "z"},
        {"book.skip": "easter"}, {"opening.kind": "from", "opening.day": "2026-02-30", "opening.at": "8"},
        {"opening.later": "beaucoup"}, {"validation": "jamais"}, {"waiting_list": "peut-être"}, {"cancel.kind": "same2"},
        {"book.kind": "per_weekday", "book.lines.0.kind": "none", "book.lines.0.days": "noday"},
        {"book.kind": "kitchen", "book.orders.99.weekday": "monday"},
    ],
)  # fmt: skip
async def test_what_no_rule_can_mean_is_refused_in_words(
    agent: httpx.AsyncClient, db: Database, fields: dict[str, str]
) -> None:
    answer = await save(agent, **fields)
    assert answer.status_code == 422
    assert 'class="error"' in answer.text
    assert await db.read(rows_of, "select * from rule_draft") == []


@pytest.mark.parametrize("path", ["", "/simulation", "/simulation.csv"])
async def test_an_activity_nobody_has_is_not_found(agent: httpx.AsyncClient, path: str) -> None:
    assert (await agent.get(f"/agent/regles/nulle%00part{path}")).status_code == 404


async def test_another_shape_shows_its_fields_without_a_script(agent: httpx.AsyncClient) -> None:
    html = (await agent.post(URL, data={**RULE, "book.kind": "per_weekday", "acte": "forme"})).text
    assert 'name="book.lines.0.days"' in html
    html = (await agent.post(URL, data={**RULE, "book.kind": "kitchen", "acte": "ajouter:book.orders"})).text
    assert 'name="book.orders.0.serves"' in html
    lines = {"book.kind": "earliest", "book.lines.0.kind": "none", "book.lines.1.kind": "hours", "book.lines.1.n": "48"}
    html = (await agent.post(URL, data={**RULE, **lines, "acte": "retirer:book.lines.0"})).text
    assert 'name="book.lines.0.kind"' not in html
    assert 'value="48"' in html


async def test_a_model_fills_the_form_and_leaves_the_rest(agent: httpx.AsyncClient) -> None:
    data = {**RULE, "late_cancel": "billed", "modele": "deux-commandes", "acte": "modele"}
    answer = await agent.post(f"/f{URL}", data=data)
    assert 'name="book.orders.1.serves" type="text" value="3"' in unescape(answer.text)
    assert 'value="billed" selected' in answer.text
    assert "selon les commandes de la cuisine" in words(answer).lower()


async def test_the_sentence_is_the_one_parents_will_read(agent: httpx.AsyncClient) -> None:
    said = words(await agent.post(f"/f{URL}/phrase", data=RULE))
    assert "Jusqu’à 3 jours avant à 12 h" in said
    assert "Lundi 23 novembre Réservation possible jusqu’au vendredi 20 novembre à 12 h" in said
    assert "La phrase s’écrira ici" in words(await agent.post(f"/f{URL}/phrase", data={**RULE, "book.n": "x"}))


async def test_two_agents_at_once_the_second_is_told_and_keeps_what_she_typed(
    agent: httpx.AsyncClient, db: Database
) -> None:
    mine = await seen(agent)
    await save(agent, **{"book.n": "5"})
    answer = await agent.post(URL, data={**mine, **RULE, "book.n": "9", "acte": "enregistrer"})
    assert answer.status_code == 422
    assert "Agent Dupont a enregistré ce brouillon entre-temps" in words(answer)
    assert 'value="9"' in answer.text
    (draft,) = await db.read(rows_of, "select book_rule from rule_draft")
    assert msgspec.json.decode(draft["book_rule"])["n"] == 5


async def test_a_draft_is_given_up(agent: httpx.AsyncClient, db: Database) -> None:
    await save(agent)
    answer = await agent.post(URL, data={**await seen(agent), "acte": "abandonner"})
    assert answer.status_code == 303
    assert await db.read(rows_of, "select * from rule_draft") == []


async def test_the_year_sets_old_and_new_side_by_side(agent: httpx.AsyncClient) -> None:
    await save(agent)
    said = words(await agent.get(f"{URL}/simulation?du=2026-11-30"))
    assert re.search(r"\d+ jours , \d+ changent", said)
    assert "mer. 2 décembre, 18 h lun. 30 novembre, 12 h 2 jours et 6 h plus tôt" in said


@pytest.mark.parametrize(
    "query", ["du=2020-01-01", "du=9999-99-99", "du=%00", "loin=-4", "loin=99999999999", "vue=x", "inhabituelles=1"]
)
async def test_an_odd_address_still_shows_a_year(agent: httpx.AsyncClient, query: str) -> None:
    for draft in (False, True):
        if draft:
            await save(agent)
        assert (await agent.get(f"{URL}/simulation?{query}")).status_code == 200


async def test_only_the_unusual_weeks_are_shown_when_asked_for(agent: httpx.AsyncClient, db: Database) -> None:
    await run(
        db, "insert into public_holiday (zone, day, name) values ('metropole', '2026-12-09', 'Fête') returning id"
    )
    await run(db, "update catalogue set version = version + 1 returning version")
    whole = words(await agent.get(f"{URL}/simulation"))
    odd = words(await agent.get(f"{URL}/simulation?inhabituelles=1"))
    assert whole.count("Semaine du ") > 40
    assert "Semaine du 7 décembre 2026 inhabituelle" in odd
    assert "Jour férié : mercredi 9 décembre est férié (Fête)" in odd
    assert "Semaine du 23 novembre" not in odd
    assert "mar. 8" in odd


async def test_the_year_opens_in_a_spreadsheet(agent: httpx.AsyncClient) -> None:
    await save(agent)
    lines = (await agent.get(f"{URL}/simulation.csv?du=2026-11-30")).content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Jour;Jour de la semaine;")
    (thursday,) = [line for line in lines if line.startswith("2026-12-03;")]
    assert ";mercredi 2 décembre à 18 h;lundi 30 novembre à 12 h;-54;" in thursday


async def test_only_the_fields_of_the_form_are_looked_at(agent: httpx.AsyncClient) -> None:
    """A pattern in « ajouter » was once run over the names sent, for minutes; a name of no field is dropped."""
    odd = {f"book.{'a' * 60}": "x", "acte": "ajouter:book.(a*)*b", "book.lines.0.lines.0.lines.0.kind": "none"}
    for url in (URL, f"/f{URL}"):
        answer = await agent.post(url, data={**RULE, **odd})
        assert answer.status_code == 200
        assert 'value="12:00"' in answer.text


async def test_a_rule_of_hundreds_of_lines_is_refused(agent: httpx.AsyncClient) -> None:
    many = {f"book.lines.{a}.lines.{b}.kind": "none" for a in range(20) for b in range(20)}
    answer = await agent.post(URL, data={**RULE, **many, "acte": "forme"})
    assert answer.status_code == 400
    assert "Cette règle a trop de lignes." in answer.text
