"""« Garde »: read by both homes in their own words, asked for by one, decided by an agent, and obeyed by the calendar."""

import html
import re
from datetime import date
from typing import Any

import httpx
import pytest

from server.database import Database
from server.families.rules import custody_from, whose_day
from tests.cast import Town
from tests.conftest import FrozenClock
from tests.desk import MONDAY, put, rows_of, run
from tests.web.doors import enter

PAGE = "/dossier/garde/kidlina"
DESK = "/agent/familles/fam-dupont/garde/kidlina"
ODD = {
    "rythme": "odd",
    "change": "0",
    "moment": "matin",
    "vacances": "pattern",
    "depuis": "2026-11-17",
    "motif": "Horaires de nuit",
}
SECRETS = ("Martin", "chloe@", "Other_Home", "F0002")


@pytest.fixture
async def alice(app: Any, town: Town, db: Database, clock: FrozenClock) -> httpx.AsyncClient:
    return await enter(app, town, db, "owner", clock())


@pytest.fixture
async def chloe(app: Any, town: Town, db: Database, clock: FrozenClock) -> httpx.AsyncClient:
    return await enter(app, town, db, "other_home", clock())


@pytest.fixture
async def agent(app: Any, town: Town, db: Database, clock: FrozenClock) -> httpx.AsyncClient:
    return await enter(app, town, db, "agent", clock())


async def text_of(browser: httpx.AsyncClient, path: str = PAGE) -> str:
    answer = await browser.get(path)
    assert answer.status_code == 200, (path, answer.text[-2000:])
    return html.unescape(answer.text).replace("\u00a0", " ")


async def stamp(browser: httpx.AsyncClient, path: str = PAGE) -> str:
    found = re.search(r'name="vu" value="(\w+)"', await text_of(browser, path))
    assert found
    return found[1]


async def sent(browser: httpx.AsyncClient, **more: str) -> httpx.Response:
    return await browser.post(PAGE, data={**ODD, "vu": await stamp(browser), "bouton": "envoyer", **more})


async def decided(agent: httpx.AsyncClient, address: str, to: str = "accepted", **more: str) -> httpx.Response:
    path = address.partition("?")[0].replace("/dossier/", "/agent/")
    version = re.search(r'name="version" value="(\d+)"', await text_of(agent, path))
    assert version
    return await agent.post(path, data={"version": version[1], "vers": to, **more})


async def homes(db: Database, town: Town) -> dict[str, Any]:
    rows = await db.read(
        rows_of, "select family_id, custody from household_child where child_id = $1", town.children["lina"]
    )
    names = {id_: name for name, id_ in town.families.items()}
    return {names[row["family_id"]]: custody_from(row["custody"]) for row in rows}


async def test_each_home_reads_the_same_days_in_its_own_words(
    alice: httpx.AsyncClient, chloe: httpx.AsyncClient
) -> None:
    mine, theirs = await text_of(alice), await text_of(chloe)
    assert "Semaines paires chez vous, semaines impaires dans l’autre foyer." in mine
    assert "Semaines impaires chez vous, semaines paires dans l’autre foyer." in theirs
    for secret in SECRETS:
        assert secret not in mine
    assert "Dupont" not in theirs.split("<main")[1].split("</main>")[0]
    assert f'href="{PAGE}"' in await text_of(alice, "/dossier")
    assert "/dossier/garde/kidtom" not in await text_of(alice, "/dossier")


async def test_the_months_are_drawn_by_the_rule_that_opens_the_days(
    alice: httpx.AsyncClient, db: Database, town: Town
) -> None:
    custody = (await homes(db, town))["dupont"]
    cells = re.findall(r'<td class="(here|away)"><b>(\d+)</b>', (await text_of(alice)).split("Décembre 2026")[0])
    assert [home for home, _ in cells] == [whose_day(custody, date(2026, 11, int(day))) for _, day in cells]
    assert len(cells) == 30


async def test_a_child_of_one_home_or_of_strangers_has_no_such_page(
    alice: httpx.AsyncClient, agent: httpx.AsyncClient
) -> None:
    for kid in ("kidtom", "kidzoe", "nobody"):
        assert (await alice.get(PAGE.replace("kidlina", kid))).status_code == 404
        assert (await alice.post(PAGE.replace("kidlina", kid), data=ODD)).status_code == 404
        assert (await agent.get(DESK.replace("kidlina", kid))).status_code == 404
    assert (await agent.get(DESK.replace("dupont", "bernard"))).status_code == 404


async def test_seeing_what_it_changes_sends_nothing(alice: httpx.AsyncClient, db: Database) -> None:
    answer = await alice.post(PAGE, data={**ODD, "vu": await stamp(alice), "bouton": "voir"})
    assert answer.status_code == 200
    text = html.unescape(answer.text)
    assert "Ce que cela changerait" in text
    assert "Du mardi 17 novembre au dimanche 22 novembre 2026 : <b>chez vous</b>" in text
    assert "Du lundi 23 novembre au dimanche 29 novembre 2026 : <b>dans l’autre foyer</b>" in text
    assert "ensuite, la même répartition continue" in text
    assert "Horaires de nuit" in text
    assert await db.read(rows_of, "select id from request") == []


async def test_the_other_home_learns_of_the_days_and_of_nothing_else(
    alice: httpx.AsyncClient, chloe: httpx.AsyncClient, db: Database, town: Town
) -> None:
    answer = await sent(alice)
    assert answer.headers["location"].endswith("?deposee"), answer.text[-2000:]
    request = await text_of(alice, answer.headers["location"])
    assert "Semaines impaires chez vous" in request and "Semaines paires chez vous" in request
    told = await db.read(rows_of, "select account_id, payload from outbox where kind = 'custody'")
    assert [row["account_id"] for row in told] == [town.accounts["other_home"]]
    theirs = await text_of(chloe)
    assert "L’autre foyer demande un changement" in theirs
    assert "Semaines paires chez vous, semaines impaires dans l’autre foyer." in theirs  # what it would become
    for text in (theirs, told[0]["payload"]):
        for secret in ("Horaires de nuit", "Dupont", "Owner", "alice@", "F0001"):
            assert secret not in text.split("<main")[-1].split("</main>")[0], secret
    assert (await chloe.get(answer.headers["location"])).status_code == 404


async def test_an_agent_accepts_and_both_calendars_follow_at_once(
    alice: httpx.AsyncClient,
    chloe: httpx.AsyncClient,
    agent: httpx.AsyncClient,
    db: Database,
    town: Town,
    clock: FrozenClock,
) -> None:
    address = (await sent(alice)).headers["location"]
    desk = await text_of(agent, address.partition("?")[0].replace("/dossier/", "/agent/"))
    assert "Semaines paires chez Dupont, semaines impaires chez Martin." in desk
    assert "Semaines impaires chez Dupont, semaines paires chez Martin." in desk
    assert "Du mardi 17 novembre au dimanche 22 novembre 2026 : <b>chez Dupont</b>" in desk
    assert "Le jugement fourni dit une autre répartition." in desk
    square = town.square("lina", "cantine", MONDAY)  # 23 November, week 48
    assert (await decided(agent, address)).status_code == 303
    found = await homes(db, town)
    for day in (date(2026, 11, 17), MONDAY, date(2026, 12, 1)):
        assert {whose_day(found["dupont"], day), whose_day(found["martin"], day)} == {"here", "away"}
    assert whose_day(found["dupont"], MONDAY) == "away"
    states = [await state_after(browser, square, db, town) for browser in (alice, chloe)]
    assert states == ["none", "martin"]


async def tap(browser: httpx.AsyncClient, square: str) -> str:
    answer = await browser.post(
        "/planning/taps", data={"tap": f"{square}~booked~0"}, headers={"referer": "http://127.0.0.1:8000/planning"}
    )
    return html.unescape((await browser.get(answer.headers["location"])).text)


async def state_after(browser: httpx.AsyncClient, square: str, db: Database, town: Town) -> str:
    """Which home holds the square once this one has tapped it."""
    await tap(browser, square)
    rows = await db.read(
        rows_of, "select family_id from booking where child_id = $1 and session_id = $2 and state = 'booked'",
        town.children["lina"], int(square.partition(".")[2]),
    )  # fmt: skip
    names = {id_: name for name, id_ in town.families.items()}
    return names[rows[0]["family_id"]] if rows else "none"


async def test_what_was_booked_on_a_day_that_moves_is_given_back_and_its_home_told(
    alice: httpx.AsyncClient, agent: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    await put(db, town, "lina", "cantine", MONDAY, "booked", clock())
    kept = date(2026, 12, 10)  # week 50, an even one: an exception keeps it here
    await put(db, town, "lina", "cantine", kept, "booked", clock())
    await put(db, town, "tom", "cantine", MONDAY, "booked", clock())
    address = (await sent(alice, du_1=str(kept), au_1=str(kept), chez_1="here")).headers["location"]
    desk = await text_of(agent, address.partition("?")[0].replace("/dossier/", "/agent/"))
    assert "Le lundi 23 novembre 2026, Cantine, réservé chez Dupont" in desk
    assert (await decided(agent, address)).status_code == 303
    rows = await db.read(rows_of, "select child_id, session_id, state from booking order by id")
    assert [row["state"] for row in rows] == ["free", "booked", "booked"]
    taken = await db.read(rows_of, "select taken from session where id = $1", town.sessions["cantine", MONDAY])
    assert taken == [{"taken": 1}]  # Tom's
    told = await db.read(rows_of, "select account_id from outbox where kind = 'booked_by_agent'")
    assert {row["account_id"] for row in told} == {town.accounts["owner"], town.accounts["coguardian"]}


async def test_days_that_are_past_keep_the_home_they_had(
    alice: httpx.AsyncClient, agent: httpx.AsyncClient, db: Database, town: Town
) -> None:
    before = (await homes(db, town))["dupont"]
    await decided(agent, (await sent(alice)).headers["location"])
    after = (await homes(db, town))["dupont"]
    for day in (date(2026, 11, 2), date(2026, 11, 9), date(2026, 11, 16)):
        assert whose_day(after, day) == whose_day(before, day)


async def test_a_refusal_changes_nothing_and_the_page_offers_the_form_again(
    alice: httpx.AsyncClient, agent: httpx.AsyncClient, db: Database, town: Town
) -> None:
    before = await homes(db, town)
    address = (await sent(alice)).headers["location"]
    assert "Votre demande n°" in await text_of(alice)
    assert (await decided(agent, address, "refused")).status_code == 422
    assert (await decided(agent, address, "refused", motif="Le jugement dit autre chose.")).status_code == 303
    assert await homes(db, town) == before
    told = await db.read(rows_of, "select account_id, payload from outbox where kind = 'custody' order by id")
    assert [row["account_id"] for row in told] == [town.accounts["other_home"]] * 2
    assert "les jours restent" in told[1]["payload"]
    assert "jugement" not in told[1]["payload"]
    assert "Demander un changement" in await text_of(alice)


async def test_the_other_home_learns_that_a_request_was_given_up(
    alice: httpx.AsyncClient, chloe: httpx.AsyncClient, db: Database, town: Town
) -> None:
    address = (await sent(alice)).headers["location"].partition("?")[0]
    assert (await alice.post(f"{address}/annulation")).status_code == 303
    told = await db.read(rows_of, "select account_id, payload from outbox where kind = 'custody' order by id")
    assert [row["account_id"] for row in told] == [town.accounts["other_home"]] * 2
    assert "a renoncé" in told[1]["payload"]
    assert "demande un changement" not in await text_of(chloe)


async def test_two_of_one_home_ask_once(
    alice: httpx.AsyncClient, app: Any, db: Database, town: Town, clock: FrozenClock
) -> None:
    bob = await enter(app, town, db, "coguardian", clock())
    seen = await stamp(bob)
    await sent(alice)
    answer = await bob.post(PAGE, data={**ODD, "vu": seen, "bouton": "envoyer"})
    assert answer.status_code == 409
    assert "Votre demande n°" in html.unescape(answer.text)
    assert len(await db.read(rows_of, "select id from request")) == 1


async def test_the_later_of_two_homes_is_told_and_nothing_typed_is_lost(
    alice: httpx.AsyncClient, chloe: httpx.AsyncClient, agent: httpx.AsyncClient, db: Database
) -> None:
    seen = await stamp(chloe)
    first = (await sent(alice)).headers["location"]
    wish = {**ODD, "rythme": "even", "change": "4", "moment": "soir", "motif": "Écrit pour rien ?"}
    answer = await chloe.post(PAGE, data={**wish, "vu": seen, "bouton": "envoyer"})
    assert answer.status_code == 409
    text = html.unescape(answer.text)
    assert "a changé pendant que vous remplissiez" in text
    assert "Écrit pour rien ?" in text
    assert '<option value="4" selected>' in answer.text
    second = await chloe.post(PAGE, data={**wish, "vu": await stamp(chloe), "bouton": "envoyer"})
    assert second.status_code == 303
    assert "L’autre foyer a lui aussi fait une demande" in await text_of(
        agent, first.partition("?")[0].replace("/dossier/", "/agent/")
    )
    assert (await decided(agent, first)).status_code == 303
    answer = await decided(agent, second.headers["location"])
    assert answer.status_code == 409
    assert "La répartition a changé depuis cette demande" in html.unescape(answer.text)


async def test_asking_for_what_is_so_is_said(alice: httpx.AsyncClient, db: Database) -> None:
    answer = await sent(alice, rythme="even")
    assert answer.status_code == 409
    assert "C’est déjà la répartition enregistrée." in html.unescape(answer.text)
    assert await db.read(rows_of, "select id from request") == []


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"rythme": ""}, "Choisissez une réponse."),
        ({"depuis": "30/02/2027"}, "Cette date n’existe pas"),
        ({"du_1": "2026-12-24", "au_1": "2026-12-20", "chez_1": "here"}, "finit avant de commencer"),
        ({"rythme": "weekdays", "semaines": "1"}, "n’aurait aucun jour du cycle"),
        ({"motif": "x" * 501}, "500 caractères au plus"),
        ({"rythme": "<script>", "du_1": "\x00"}, "Choisissez une réponse de la liste."),
    ],
)
async def test_bad_input_is_said_beside_its_field_and_nothing_typed_is_lost(
    alice: httpx.AsyncClient, db: Database, more: dict[str, str], words: str
) -> None:
    answer = await sent(alice, **{"motif": "Horaires de nuit", **more})
    assert answer.status_code == 422
    text = html.unescape(answer.text).replace("\u00a0", " ")
    assert words in text
    assert (more.get("motif") or "Horaires de nuit") in text
    assert await db.read(rows_of, "select id from request") == []


async def test_a_step_parent_reads_the_days_and_cannot_ask(
    alice: httpx.AsyncClient, app: Any, db: Database, town: Town, clock: FrozenClock
) -> None:
    link = "insert into child_link (guardian_id, child_id, quality, authority) select id, $2, $3, $4 from guardian where account_id = $1"
    await run(db, link, town.accounts["owner"], town.children["lina"], "mere", True)
    bob = await enter(app, town, db, "coguardian", clock())
    text = await text_of(bob)
    assert "Semaines paires chez vous" in text
    assert "Seul un adulte qui a l’autorité parentale" in text
    assert 'name="vu"' not in text
    answer = await bob.post(PAGE, data={**ODD, "vu": await stamp(alice), "bouton": "envoyer"})
    assert answer.status_code == 404
    assert await db.read(rows_of, "select id from request") == []


# The agent's own hand -------------------------------------------------------------------------------------------------


async def test_an_agent_edits_from_the_familys_file_and_both_homes_are_told(
    agent: httpx.AsyncClient, alice: httpx.AsyncClient, chloe: httpx.AsyncClient, db: Database, town: Town
) -> None:
    assert "/agent/familles/fam-dupont/garde" in await text_of(agent, "/agent/familles/fam-dupont")
    assert f'href="{DESK}"' in await text_of(agent, "/agent/familles/fam-dupont/garde")
    cycle = {"rythme": "weekdays", "semaines": "2", "debut": "2026-11-23", "j0": "oui", "j1": "oui", "j9": "oui"}
    posted = {**cycle, "vacances": "first_even", "depuis": "2026-11-23", "vu": await stamp(agent, DESK)}
    assert "Ce que cela changerait" in html.unescape((await agent.post(DESK, data={**posted, "bouton": "voir"})).text)
    answer = await agent.post(DESK, data={**posted, "bouton": "enregistrer"})
    assert answer.status_code == 303
    assert "Les deux foyers sont prévenus" in await text_of(agent, answer.headers["location"])
    mine, theirs = await text_of(alice), await text_of(chloe)
    assert "Semaine 1 du cycle, chez vous : lundi et mardi." in mine
    assert "Semaine 2 du cycle, chez vous : lundi, mardi, jeudi, vendredi, samedi et dimanche." in theirs
    assert "la première moitié chez vous les années paires" in mine
    assert "la première moitié dans l’autre foyer les années paires" in theirs
    told = await db.read(rows_of, "select account_id from outbox where kind = 'custody'")
    assert {row["account_id"] for row in told} == {town.accounts[n] for n in ("owner", "coguardian", "other_home")}
    assert "a changé la garde" in await text_of(agent, "/agent/familles/fam-dupont/journal")


async def test_the_second_of_two_agents_is_told(agent: httpx.AsyncClient, db: Database, town: Town) -> None:
    seen = await stamp(agent, DESK)
    first = await agent.post(DESK, data={**ODD, "vu": seen, "bouton": "enregistrer"})
    assert first.status_code == 303
    second = await agent.post(DESK, data={**ODD, "change": "2", "vu": seen, "bouton": "enregistrer"})
    assert second.status_code == 409
    assert "Un collègue a changé cette répartition" in html.unescape(second.text)
    assert (await homes(db, town))["dupont"].change == 0


async def test_two_families_of_one_name_go_by_their_numbers(agent: httpx.AsyncClient, db: Database, town: Town) -> None:
    await run(db, "update family set name = 'Dupont' where id = $1", town.families["martin"])
    assert "chez Dupont (F0001)" in await text_of(agent, DESK)


async def test_three_homes_are_for_the_town_hall(
    alice: httpx.AsyncClient, agent: httpx.AsyncClient, db: Database, town: Town
) -> None:
    await run(
        db,
        "insert into household_child (family_id, child_id) values ($1, $2)",
        town.families["bernard"],
        town.children["lina"],
    )
    assert "plus de deux foyers" in await text_of(alice)
    assert (await alice.post(PAGE, data=ODD)).status_code == 404
    assert "Plus de deux foyers" in await text_of(agent, "/agent/familles/fam-dupont/garde")
    assert (await agent.get(DESK)).status_code == 404
