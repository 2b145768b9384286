"""The inbox's larger gestures over HTTP: all of a filter, verdicts taken back, counts that move, schools and classes."""

import re
from html import unescape

import brotli
import httpx

from server.database import Database
from server.families.finding import index_families
from tests.cast import Town
from tests.conftest import FrozenClock
from tests.desk import MONDAY, WEDNESDAY, crowd, put, run, states

INBOX, UNDO = "/agent/demandes", "/agent/demandes/reprise"
MOST_BYTES = 14_000  # of a page of fifty requests, in brotli


def field(text: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]+)"', text)
    assert found, name
    return unescape(found[1])


async def test_all_of_the_filter_are_chosen_and_decided_without_javascript(
    agent: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    ids = await crowd(db, town, 120, "cantine", MONDAY, "requested", clock())
    other = await put(db, town, "tom", "mercredi", WEDNESDAY, "requested", clock())
    params = {"activite": "cantine"}
    first = (await agent.get(INBOX, params=params)).text
    assert "Choisir les" in first
    chosen = (await agent.post(INBOX, params=params, data={"verdict": "filter", "motif": "Complet."})).text
    assert "120 demandes choisies, sur toutes les pages" in unescape(chosen)
    assert len(re.findall(r'name="choix"[^>]* checked disabled', chosen)) == 50
    form = {"verdict": "refuse", "motif": "", "portee": "filtre", "jusque": field(chosen, "jusque")}
    again = await agent.post(INBOX, params=params, data=form)
    assert again.status_code == 422
    assert "120 demandes choisies" in unescape(again.text)
    done = await agent.post(INBOX, params=params, data={**form, "motif": "Complet."})
    assert "120 réservations refusées" in unescape(done.text)
    assert set(await states(db, ids)) == {"refused"}
    assert await states(db, [other]) == ["requested"]
    back = await agent.post(UNDO, params=params, data={"quand": field(done.text, "quand")})
    assert "120 demandes attendent de nouveau" in unescape(back.text)
    assert set(await states(db, ids)) == {"requested"}


async def test_a_row_brings_what_is_left_in_each_tab(
    agent: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    ids = await crowd(db, town, 3, "cantine", MONDAY, "requested", clock())
    await put(db, town, "tom", "mercredi", WEDNESDAY, "cancel_requested", clock())
    form = {"choix": f"{ids[0]}~1", "seul": "oui", "verdict": "accept"}
    row = (await agent.post("/f/agent/demandes/ligne", data=form)).text
    assert 'data-toutes="3" data-demandes="2" data-annulations="1"' in row
    filtered = await agent.post(
        "/f/agent/demandes/ligne", params={"activite": "cantine"}, data={**form, "choix": f"{ids[1]}~1"}
    )
    assert 'data-toutes="1" data-demandes="1" data-annulations="0"' in filtered.text


async def test_schools_and_classes_are_filters(
    agent: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    await run(db, "insert into site (name) values ('École du Port')")
    await run(db, "update child set grade = 'CP', site_id = (select id from site) where ref = 'kidtom'")
    await put(db, town, "tom", "mercredi", WEDNESDAY, "requested", clock())
    await put(db, town, "zoe", "mercredi", WEDNESDAY, "requested", clock())
    assert ">École du Port</option>" in (await agent.get(INBOX)).text
    for params in ({"ecole": "1"}, {"classe": "CP"}, {"ecole": "1", "classe": "CP"}):
        shown = set(re.findall(r'<span class="who-row">(\w+)', (await agent.get(INBOX, params=params)).text))
        assert shown == {"Tom"}
    assert "Aucune demande ne répond" in unescape((await agent.get(INBOX, params={"classe": "CM2"})).text)


async def test_names_sort_as_the_alphabet_does_accents_and_all(
    agent: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    for ref, name in (("kidtom", "Zola"), ("kidzoe", "Élan"), ("kidlina", "Fabre")):
        await run(db, "update child set last_name = $1 where ref = $2", name, ref)
    await db.write(index_families, list(town.families.values()))
    for child in ("tom", "zoe", "lina"):
        await put(db, town, child, "mercredi", WEDNESDAY, "requested", clock())
    text = (await agent.get(INBOX, params={"tri": "enfant"})).text
    assert re.findall(r'<span class="who-row">\w+ (\w+)', text) == ["Élan", "Fabre", "Zola"]


async def test_a_page_of_fifty_among_three_hundred_stays_light(
    agent: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    await crowd(db, town, 300, "cantine", MONDAY, "requested", clock())
    page = await agent.get(INBOX)
    assert page.text.count('type="checkbox" form="lot"') == 50
    assert len(brotli.compress(page.content, quality=5)) < MOST_BYTES


async def test_odd_instants_take_nothing_back(agent: httpx.AsyncClient) -> None:
    for odd in ("", "hier", "2026-11-16T09:00:00", "9999-01-01T00:00:00+00:00"):
        assert (await agent.post(UNDO, data={"quand": odd})).status_code == 400
    got = await agent.post(UNDO, data={"quand": "2026-11-16T08:00:00+00:00"})
    assert "Aucune décision n’a été retirée" in unescape(got.text)
