"""Publishing rules: whom it touches, what phones with the old page are told, and who comes second."""

import re
from datetime import date
from typing import Any

import httpx
import msgspec
import pytest

from server.app import create_app
from server.database import Database, open_database
from tests.cast import Town
from tests.conftest import FrozenClock
from tests.desk import MONDAY, THURSDAY, TUESDAY, put, rows_of, run
from tests.web.bookings.rules_editor import URL, book, publish, save, seen, words
from tests.web.doors import enter


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
