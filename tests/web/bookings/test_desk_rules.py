"""The rules' editor: every shape as a plain form, drafts shared by agents, the year before it is published."""

import re
import uuid
from datetime import date
from html import unescape
from typing import Any

import httpx
import msgspec
import pytest

from server.app import create_app
from server.database import Database, open_database
from tests.cast import Town
from tests.conftest import FrozenClock
from tests.desk import MONDAY, THURSDAY, TUESDAY, put, rows_of, run
from tests.web.doors import enter

URL = "/agent/regles/cantine"
RULE = {
    "book.kind": "days",
    "book.n": "3",
    "book.count": "calendar",
    "book.at": "12:00",
    "cancel.kind": "same",
    "opening.kind": "always",
    "validation": "at_once",
    "cancel_validation": "at_once",
    "late_cancel": "refused",
    "waiting_list": "oui",
}


@pytest.fixture
async def parent(app: Any, town: Town, db: Database, clock: FrozenClock) -> httpx.AsyncClient:
    return await enter(app, town, db, "stranger", clock())


async def seen(agent: httpx.AsyncClient, url: str = URL) -> dict[str, str]:
    """What an agent's form carries of what it was made from."""
    html = (await agent.get(url)).text
    return {name: re.search(rf'name="{name}" value="(\d+)"', html)[1] for name in ("vu", "base")}  # type: ignore[index]


async def save(agent: httpx.AsyncClient, url: str = URL, **fields: Any) -> httpx.Response:
    return await agent.post(url, data={**await seen(agent, url), **RULE, "acte": "enregistrer", **fields})


async def publish(agent: httpx.AsyncClient, first: date, reason: str = "Vote du conseil") -> httpx.Response:
    typed = {**await seen(agent, f"{URL}/simulation"), "du": first.isoformat(), "motif": reason}
    return await agent.post(f"{URL}/publication", data=typed)


async def book(parent: httpx.AsyncClient, town: Town, day: date) -> dict[str, Any]:
    """A phone sends one tap: the verdict."""
    tap = {"id": str(uuid.uuid4()), "square": town.square("zoe", "cantine", day), "want": "booked"}
    tap |= {"unit": None, "seq": 1, "seen": 0, "at": 0}
    body = {"account": town.refs["stranger"], "device": str(uuid.uuid4()), "taps": [tap]}
    verdict: dict[str, Any] = (await parent.post("/taps", json=body)).json()["verdicts"][0]
    return verdict


def words(answer: httpx.Response) -> str:
    """The text of a page, tags left out."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.text)))


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


async def test_phones_with_the_page_of_the_old_rule_are_judged_by_the_new_and_told_why(
    app: Any, town: Town, db: Database, clock: FrozenClock
) -> None:
    clock.set("2026-11-23T12:00:00+01:00")
    agent, parent = await enter(app, town, db, "agent", clock()), await enter(app, town, db, "stranger", clock())
    assert "mercredi 25 novembre à 18" in (await parent.get("/planning/jour/2026-11-26")).text
    await save(agent)
    assert (await publish(agent, THURSDAY)).status_code == 303
    assert (await book(parent, town, TUESDAY))["outcome"] == "applied"  # the days before keep their rule
    verdict = await book(parent, town, THURSDAY)
    assert (verdict["outcome"], verdict["state"]) == ("rejected", "free")
    words = verdict["reason"].replace("\u00a0", " ")
    assert words == "Trop tard : la réservation était possible jusqu’au lundi 23 novembre à 12 h"


async def test_publishing_says_whom_it_touches_and_leaves_a_line(
    agent: httpx.AsyncClient, town: Town, db: Database, clock: FrozenClock
) -> None:
    await put(db, town, "zoe", "cantine", TUESDAY, "booked", clock())
    await save(agent, **{"book.n": "9"})
    said = words(await agent.get(f"{URL}/simulation?du=2026-11-23"))
    assert re.search(r"\d+ cases libres ne pourront plus être réservées", said)
    assert "1 réservation ne pourra plus être annulée à temps" in said
    await publish(agent, MONDAY, "Commandes du traiteur")
    (line,) = await db.read(rows_of, "select * from audit where action = 'rules'")
    detail = msgspec.json.decode(line["detail"])
    assert (line["actor_id"], detail["number"], detail["from"], detail["reason"]) == (
        town.accounts["agent"], 1, "2026-11-23", "Commandes du traiteur",
    )  # fmt: skip
    assert (detail["before"]["book_rule"]["n"], detail["after"]["book_rule"]["n"]) == (1, 9)
    (version,) = await db.read(rows_of, "select version from catalogue")
    assert version["version"] == 2
    assert "Publiée par Agent Dupont" in words(await agent.get(URL))


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"motif": ""}, "motif"), ({"motif": "x" * 300}, "motif"), ({"du": ""}, "du"), ({"du": "2026-11-15"}, "du"),
        ({"du": "2030-01-01"}, "du"), ({"du": "hier"}, "du"),
    ],
)  # fmt: skip
async def test_a_publication_with_a_fault_is_told_beside_its_field(
    agent: httpx.AsyncClient, db: Database, typed: dict[str, str], field: str
) -> None:
    await save(agent)
    data = {**await seen(agent, f"{URL}/simulation"), "du": "2026-12-01", "motif": "Essai", **typed}
    answer = await agent.post(f"{URL}/publication", data=data)
    assert answer.status_code == 422
    assert f'id="f-{field}-error"' in answer.text
    assert await db.read(rows_of, "select * from activity_rule") == []


async def test_publishing_what_a_colleague_changed_meanwhile_is_refused(agent: httpx.AsyncClient, db: Database) -> None:
    await save(agent)
    old = await seen(agent, f"{URL}/simulation")
    await run(db, "update rule_draft set revision = revision + 1 where revision > $1 returning id", 0)
    answer = await agent.post(f"{URL}/publication", data={**old, "du": "2026-12-01", "motif": "Essai"})
    assert answer.status_code == 422
    assert "a enregistré ce brouillon entre-temps" in words(answer)
    answer = await agent.post(f"{URL}/publication", data={"vu": "1", "base": "7", "du": "2026-12-01", "motif": "Essai"})
    assert answer.status_code == 422
    assert await db.read(rows_of, "select * from activity_rule") == []


async def test_a_draft_that_changes_nothing_is_not_published(agent: httpx.AsyncClient) -> None:
    await save(agent, **{"book.n": "1", "book.at": "18:00"})
    answer = await publish(agent, date(2026, 12, 1))
    assert answer.status_code == 422
    assert "dit la même chose" in words(answer)


async def test_a_version_comes_back_as_a_draft(agent: httpx.AsyncClient, db: Database) -> None:
    await save(agent)
    await publish(agent, date(2026, 12, 1))
    html = (await agent.get(f"{URL}?version=0")).text
    assert "Voici la règle d’origine" in html
    assert 'value="18:00"' in html
    assert 'value="3"' in (await agent.get(URL)).text
    assert await db.read(rows_of, "select * from rule_draft") == []


async def test_a_second_process_answers_with_the_new_rule_at_once(
    app: Any, settings: Any, town: Town, db: Database, clock: FrozenClock, agent: httpx.AsyncClient
) -> None:
    other = create_app(settings, clock, open_database(settings.database_url))
    async with other.app.lifespan():
        parent = await enter(other, town, db, "stranger", clock())
        assert "vendredi 27" in words(await parent.get("/planning/jour/2026-11-27"))
        before = words(await parent.get("/planning/jour/2026-11-27"))
        await save(agent)
        await publish(agent, THURSDAY)
        after = words(await parent.get("/planning/jour/2026-11-27"))
    assert "jeudi 26 novembre à 18 h" in before
    assert "mardi 24 novembre à 12 h" in after


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
