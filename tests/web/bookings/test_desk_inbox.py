"""The agents' inbox as pages, panels and rows: what is shown, what becomes of a verdict."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import httpx
import pytest

from server.bookings.desk_queries.asked import Asked
from server.bookings.desk_queries.inbox import inbox_of
from server.database import Database
from tests.cast import Town
from tests.conftest import FrozenClock
from tests.counting import counted
from tests.desk import MONDAY, THURSDAY, WEDNESDAY, agent_of, crowd, put, run, square, states
from tests.web.doors import enter

INBOX = "/agent/demandes"
NASTY = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


async def test_attendance_alone_reads_the_day_and_changes_nothing(
    app: Any, db: Database, town: Town, clock: FrozenClock
) -> None:
    await run(db, "update account set rights = $1 where id = $2", '["attendance"]', town.accounts["agent"])
    staff = await enter(app, town, db, "agent", clock())
    assert (await staff.get("/agent/jour")).status_code == 200
    assert "Changer" not in (await staff.get("/agent/jour", params={"date": MONDAY.isoformat()})).text


async def test_a_row_shows_everything_needed_to_decide(
    agent: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    await put(db, town, "tom", "mercredi", WEDNESDAY, "requested", clock() - timedelta(hours=5))
    await put(db, town, "zoe", "mercredi", WEDNESDAY, "requested", clock() - timedelta(days=3))
    await put(db, town, "lina", "mercredi", WEDNESDAY, "booked", clock())
    await run(db, "update session set capacity = 3 where id = $1", town.sessions["mercredi", WEDNESDAY])
    text = unescape((await agent.get(INBOX)).text)
    for words in ("Tom Dupont", "F0001", "Mercredi", "mercredi 25 novembre", "3 / 3", "complet", "1 autre demande"):
        assert words in text
    assert text.index("Zoe Dupont") < text.index("Tom Dupont")  # the oldest first
    assert "il y a 5 h" in text
    assert "il y a 3 jours" in text


async def test_the_other_squares_of_the_child_that_day_are_said(
    agent: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    await put(db, town, "tom", "cantine", MONDAY, "requested", clock())
    await put(db, town, "tom", "atelier", MONDAY, "booked", clock())
    await put(db, town, "tom", "atelier", THURSDAY, "booked", clock())
    text = (await agent.get(INBOX)).text
    assert text.count("Atelier&nbsp;: réservé") == 1


@pytest.mark.parametrize(
    ("params", "children"),
    [
        ({}, {"Tom", "Lina", "Zoe"}),
        ({"type": "annulations"}, {"Lina"}),
        ({"type": "demandes"}, {"Tom", "Zoe"}),
        ({"activite": "cantine"}, {"Tom"}),
        ({"activite": "inconnue"}, set()),
        ({"du": "2026-11-25"}, {"Lina", "Zoe"}),
        ({"au": "2026-11-25"}, {"Tom", "Lina"}),
        ({"du": "2026-11-25", "au": "2026-11-25"}, {"Lina"}),
        ({"q": "zoé"}, {"Zoe"}),
        ({"q": "F0003"}, {"Zoe"}),
        ({"q": "bernard ZOE"}, {"Zoe"}),
        ({"q": "personne"}, set()),
        ({"q": "zoé", "type": "annulations"}, set()),
        ({"q": "%"}, {"Tom", "Lina", "Zoe"}),  # nothing to look for: no filter
        ({"du": "hier", "page": "-3", "lignes": "1e9", "tri": "drop table", "sens": "?"}, {"Tom", "Lina", "Zoe"}),
        ({"page": "99"}, {"Tom", "Lina", "Zoe"}),
    ],
)
async def test_filters(
    agent: httpx.AsyncClient,
    db: Database,
    town: Town,
    clock: FrozenClock,
    params: dict[str, str],
    children: set[str],
) -> None:
    await put(db, town, "tom", "cantine", MONDAY, "requested", clock())
    await put(db, town, "lina", "mercredi", WEDNESDAY, "cancel_requested", clock())
    await put(db, town, "zoe", "atelier", THURSDAY, "requested", clock())
    text = (await agent.get(INBOX, params=params)).text
    shown = set(re.findall(r'<span class="who-row">(\w+)', text))
    assert shown == children


@pytest.mark.parametrize("sort", ["recue", "jour", "enfant", "activite"])
async def test_sorting_goes_both_ways(
    agent: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock, sort: str
) -> None:
    await put(db, town, "lina", "cantine", MONDAY, "requested", clock() - timedelta(days=2))
    await put(db, town, "zoe", "atelier", THURSDAY, "requested", clock())
    up = (await agent.get(INBOX, params={"tri": sort})).text
    down = (await agent.get(INBOX, params={"tri": sort, "sens": "desc"})).text
    assert up.index("Lina") < up.index("Zoe")
    assert down.index("Zoe") < down.index("Lina")
    assert 'aria-sort="ascending"' in up
    assert 'aria-sort="descending"' in down


async def test_pages_are_counted_and_led_to(
    agent: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    await crowd(db, town, 120, "cantine", MONDAY, "requested", clock())
    first = (await agent.get(INBOX)).text
    last = (await agent.get(INBOX, params={"page": "3"})).text
    assert "1 à 50 sur 120" in first
    assert "101 à 120 sur 120" in last
    assert 'rel="next"' in first
    assert 'rel="prev"' not in first
    assert 'rel="next"' not in last
    whole = (await agent.get(INBOX, params={"lignes": "200"})).text
    assert whole.count('name="choix"') == 3 * 120


@pytest.mark.parametrize("count", [3, 300])
async def test_the_inbox_takes_as_many_statements_for_300_requests_as_for_three(
    db: Database, town: Town, clock: FrozenClock, count: int
) -> None:
    await crowd(db, town, count, "cantine", MONDAY, "requested", clock())
    version = agent_of(town).catalogue_version
    await db.read(inbox_of, Asked(), version)  # the catalogue is known from now on
    plain, with_text = [0], [0]
    await db.read(lambda: counted(inbox_of(Asked(size=200), version), plain))
    found = await db.read(lambda: counted(inbox_of(Asked(size=200, text="foule"), version), with_text))
    assert found.leaf.total == count
    assert (plain[0], with_text[0]) == (4, 4)


def sent(*picks: str, verdict: str = "accept", reason: str = "", alone: bool = False) -> dict[str, Any]:
    form: dict[str, Any] = {"choix": list(picks), "verdict": verdict, "motif": reason}
    return {**form, "seul": "oui"} if alone else form


async def test_many_are_accepted_by_a_plain_form_and_the_outcome_is_told_in_words(
    agent: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    ids = await crowd(db, town, 12, "cantine", MONDAY, "requested", clock())
    await agent.post(INBOX, data=sent(f"{ids[0]}~1", verdict="refuse", reason="Complet."))
    got = await agent.post(INBOX, data=sent(*(f"{id_}~1" for id_ in ids)))
    assert got.status_code == 200
    assert "11 réservations validées" in got.text
    assert "1 déjà traitée par Agent Dupont." in got.text
    assert await states(db, ids) == ["refused", *["booked"] * 11]


async def test_a_refusal_without_reason_loses_nothing(
    agent: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    ids = await crowd(db, town, 3, "cantine", MONDAY, "requested", clock())
    got = await agent.post(INBOX, params={"q": "foule", "tri": "jour"}, data=sent(f"{ids[1]}~1", verdict="refuse"))
    assert got.status_code == 422
    assert 'aria-describedby="motif-error"' in got.text
    assert "Indiquez le motif" in got.text
    assert re.findall(r'value="(\d+)~1" aria-label="[^"]*" checked', got.text) == [str(ids[1])]
    assert 'name="q" type="search" value="foule"' in got.text
    assert await states(db, ids) == ["requested"] * 3


async def test_too_long_a_reason_is_given_back_beside_the_field(
    agent: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    asked = await put(db, town, "tom", "cantine", MONDAY, "requested", clock())
    got = await agent.post(INBOX, data=sent(f"{asked}~1", verdict="refuse", reason="a" * 300))
    assert got.status_code == 422
    assert "trop long" in got.text


async def test_nothing_ticked_is_said(agent: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock) -> None:
    await put(db, town, "tom", "cantine", MONDAY, "requested", clock())
    got = await agent.post(INBOX, data={"verdict": "refuse", "motif": "Complet."})
    assert "Cochez au moins une demande." in got.text
    assert 'value="Complet."' in got.text


async def test_all_of_a_page_are_ticked_without_javascript_and_the_reason_stays(
    agent: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    await crowd(db, town, 60, "cantine", MONDAY, "requested", clock())
    got = await agent.post(INBOX, data={"verdict": "all", "motif": "Complet."})
    assert len(re.findall(r'name="choix"[^>]* checked', got.text)) == 50
    assert 'value="Complet."' in got.text
    none = await agent.post(INBOX, data={"verdict": "none"})
    assert len(re.findall(r'name="choix"[^>]* checked', none.text)) == 0


async def test_one_row_is_replaced_by_its_verdict(
    agent: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    asked = await put(db, town, "tom", "mercredi", WEDNESDAY, "requested", clock())
    row = await agent.post("/f/agent/demandes/ligne", data=sent(f"{asked}~1", alone=True))
    assert row.text.startswith(f'<tr id="d-{asked}" class="done" data-now')
    assert "1 réservation validée" in row.text
    assert "La famille est prévenue." in row.text
    assert 'name="choix"' not in row.text
    again = await agent.post("/f/agent/demandes/ligne", data=sent(f"{asked}~1", alone=True))
    assert "1 déjà traitée par Agent Dupont." in again.text


async def test_a_row_refused_without_reason_stays_with_its_error(
    agent: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    asked = await put(db, town, "tom", "mercredi", WEDNESDAY, "requested", clock())
    row = await agent.post("/f/agent/demandes/ligne", data=sent(f"{asked}~1", verdict="refuse", alone=True))
    assert row.status_code == 200
    assert "<details open>" in row.text
    assert "Indiquez le motif" in row.text
    page = await agent.post(INBOX, data=sent(f"{asked}~1", verdict="refuse", alone=True))
    assert page.status_code == 422
    assert page.text.count("Indiquez le motif") == 1
    assert (await square(db, asked))["state"] == "requested"


async def test_reasons_and_names_are_never_markup(
    agent: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    await run(db, "update child set first_name = $1 where id = $2", NASTY[:78], town.children["tom"])
    await run(db, "update family set name = $1 where id = $2", NASTY, town.families["dupont"])
    await run(db, "update account set first_name = $1 where id = $2", NASTY[:78], town.accounts["agent"])
    asked = await put(db, town, "tom", "cantine", MONDAY, "requested", clock())
    pages = [
        await agent.get(INBOX, params={"q": NASTY}),
        await agent.get(INBOX),
        await agent.post(INBOX, data=sent(f"{asked}~9", verdict="refuse", reason=NASTY)),
        await agent.post(INBOX, data=sent(f"{asked}~1", verdict="refuse", reason=NASTY)),
        await agent.post(INBOX, data=sent(f"{asked}~1", verdict="refuse", reason=NASTY)),
        await agent.get("/agent/familles", params={"q": NASTY}),
        await agent.get(f"/agent/familles/fam-dupont?case={town.square('tom', 'cantine', MONDAY)}"),
        await agent.get("/agent/jour", params={"date": MONDAY.isoformat(), "activite": NASTY}),
        await agent.get("/agent/fermetures", params={"apercu": "1", "du": NASTY, "au": NASTY, "motif": NASTY}),
        await agent.get("/agent/fermetures", params={"apercu": "1", "du": MONDAY.isoformat(), "motif": NASTY}),
        await agent.get("/agent"),
    ]
    assert (await square(db, asked))["reason"] == NASTY
    for page in pages:
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text


@pytest.mark.parametrize(
    "form",
    [
        {"verdict": "explode", "choix": "1~1"},
        {"verdict": "", "choix": "1~1"},
        {"verdict": "accept", "choix": [f"{n}~1" for n in range(1, 502)]},
    ],
)
async def test_what_no_form_of_ours_could_send_is_refused(agent: httpx.AsyncClient, form: dict[str, Any]) -> None:
    assert (await agent.post(INBOX, data=form)).status_code == 400


@pytest.mark.parametrize("pick", ["", "~", "1", "x~1", "1~x", "-1~1", "1~-1", "999999999999~1", "²~1"])
async def test_odd_picks_are_no_picks(agent: httpx.AsyncClient, pick: str) -> None:
    got = await agent.post(INBOX, data=sent(pick))
    assert got.status_code in (200, 422)


async def test_control_characters_do_not_reach_the_database(
    agent: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    asked = await put(db, town, "tom", "cantine", MONDAY, "requested", clock())
    got = await agent.post(INBOX, data=sent(f"{asked}~1", verdict="refuse", reason="Complet\x00\r\n  ce jour\u202e."))
    assert got.status_code == 200
    assert (await square(db, asked))["reason"] == "Complet ce jour."
    assert (await agent.get(INBOX, params={"q": "a\x00b"})).status_code == 200


async def test_an_empty_inbox_says_so(agent: httpx.AsyncClient) -> None:
    assert "Tout est décidé" in (await agent.get(INBOX)).text
