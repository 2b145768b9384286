"""The day's list and the closures, as pages: what they show, and what their forms do."""

from html import unescape
from typing import Any

import httpx
import pytest

from server.bookings.desk_queries.day import day_list
from server.database import Database
from tests.cast import Town
from tests.conftest import FrozenClock
from tests.counting import counted
from tests.desk import MONDAY, THURSDAY, TUESDAY, WEDNESDAY, agent_of, crowd, put, run, session_row, square, states
from tests.web.doors import enter

DAY, SHUT = "/agent/jour", "/agent/fermetures"


async def test_the_list_says_who_comes_who_asks_who_waits_and_who_is_absent(
    agent: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    await put(db, town, "tom", "atelier", THURSDAY, "booked", clock())
    await put(db, town, "lina", "atelier", THURSDAY, "requested", clock())
    await put(db, town, "zoe", "atelier", THURSDAY, "waiting", clock())
    await crowd(db, town, 1, "atelier", THURSDAY, "waiting", clock())
    await crowd(db, town, 1, "atelier", THURSDAY, "absent_billed", clock())
    text = unescape((await agent.get(DAY, params={"date": "2026-11-26", "activite": "atelier"})).text)
    for words in (
        "<b>1</b> attendus",
        "<b>2</b> places prises sur 2",
        "complet",
        "Liste d’attente n° 2",
        "Absence facturée",
    ):
        assert words in text
    assert text.index("Tom Dupont") < text.index("Lina Dupont") < text.index("Zoe Dupont")
    assert f"/agent/familles/fam-dupont?case={town.square('tom', 'atelier', THURSDAY)}" in text
    assert "Cantine <small>" not in text


async def test_the_list_says_who_leaves_alone_and_whose_picture_is_not_taken(
    app: Any, agent: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    await put(db, town, "tom", "atelier", THURSDAY, "booked", clock())
    await put(db, town, "lina", "atelier", THURSDAY, "booked", clock())
    parent = await enter(app, town, db, "owner", clock())

    async def row(child: str) -> str:
        text = unescape((await agent.get(DAY, params={"date": "2026-11-26", "activite": "atelier"})).text)
        return text.split(f"{child} Dupont")[1].split("</tr>")[0]

    assert "pas de photo" in await row("Tom"), "silence is no consent"
    assert "sort seul" not in await row("Tom")
    given = {"image": "oui", "alone": "oui", "emergency": "oui"}
    await parent.post(f"/sante/{town.refs['tom']}/autorisations", data=given)
    assert "sort seul" in await row("Tom")
    assert "pas de photo" not in await row("Tom")
    assert "pas de photo" in await row("Lina")
    await parent.post(f"/sante/{town.refs['tom']}/autorisations", data={**given, "image": "non", "alone": "non"})
    assert "pas de photo" in await row("Tom"), "taken back, it counts at once"
    assert "sort seul" not in await row("Tom")


async def test_days_without_sessions_are_stepped_over(agent: httpx.AsyncClient) -> None:
    text = unescape((await agent.get(DAY, params={"date": "2026-11-20"})).text)  # a Friday
    assert "/agent/jour?date=2026-11-23" in text
    assert "/agent/jour?date=2026-11-19" in text


@pytest.mark.parametrize("day", ["", "hier", "2026-02-30", "0001-01-01"])
async def test_an_odd_day_is_today(agent: httpx.AsyncClient, day: str) -> None:
    assert "Lundi 16 novembre 2026" in (await agent.get(DAY, params={"date": day})).text


async def test_an_empty_day_says_so(agent: httpx.AsyncClient) -> None:
    assert "Rien ce jour-là" in (await agent.get(DAY, params={"date": "2026-11-22"})).text


@pytest.mark.parametrize("children", [2, 200])
async def test_the_list_takes_four_statements(db: Database, town: Town, clock: FrozenClock, children: int) -> None:
    await crowd(db, town, children, "cantine", MONDAY, "booked", clock())
    version, count = agent_of(town).catalogue_version, [0]
    await db.read(day_list, MONDAY, "", version)
    await db.read(lambda: counted(day_list(MONDAY, "", version), count))
    assert count[0] == 4


async def resize(agent: httpx.AsyncClient, town: Town, places: str, seen: str = "2") -> httpx.Response:
    form = {"places": places, "vu": seen, "date": THURSDAY.isoformat()}
    return await agent.post(f"/agent/seances/{town.sessions['atelier', THURSDAY]}/capacite", data=form)


async def test_capacity_is_changed_on_the_list(
    agent: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    await put(db, town, "tom", "atelier", THURSDAY, "booked", clock())
    await put(db, town, "lina", "atelier", THURSDAY, "booked", clock())
    waiting = await crowd(db, town, 2, "atelier", THURSDAY, "waiting", clock())
    got = await resize(agent, town, "3")
    assert got.status_code == 303
    assert await states(db, waiting) == ["booked", "waiting"]
    told = (await agent.get(got.headers["location"])).text
    assert "Capacité enregistrée. 1 enfant sort de la liste d’attente." in unescape(told)


@pytest.mark.parametrize(
    ("typed", "seen", "words"),
    [
        ("1", "2", "2 places sont déjà prises"),
        ("beaucoup", "2", "nombre entier"),
        ("8", "5", "entre-temps"),
        ("-3", "2", "nombre entier"),
    ],
)
async def test_a_refused_capacity_stays_in_its_field_with_the_reason(
    agent: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock, typed: str, seen: str, words: str
) -> None:
    await put(db, town, "tom", "atelier", THURSDAY, "booked", clock())
    await put(db, town, "lina", "atelier", THURSDAY, "booked", clock())
    got = await resize(agent, town, typed, seen)
    assert got.status_code == 422
    assert words in got.text
    assert f'value="{typed}"' in got.text
    assert (await session_row(db, town, "atelier", THURSDAY))["capacity"] == 2


async def test_an_empty_capacity_means_no_limit(agent: httpx.AsyncClient, db: Database, town: Town) -> None:
    assert (await resize(agent, town, " ")).status_code == 303
    assert (await session_row(db, town, "atelier", THURSDAY))["capacity"] is None


# closures


async def test_closing_shows_first_what_it_would_cancel(
    agent: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    booked = await put(db, town, "tom", "cantine", MONDAY, "booked", clock())
    await put(db, town, "zoe", "cantine", TUESDAY, "waiting", clock())
    form = {"activite": "cantine", "du": "2026-11-23", "au": "2026-11-24", "motif": "Grève."}
    seen = unescape((await agent.get(SHUT, params={**form, "apercu": "1"})).text)
    for words in (
        "Cantine, du lundi 23 novembre au mardi 24 novembre 2026",
        "<b>2</b>séances fermées",
        "<b>2</b>réservations annulées",
        "<b>2</b>familles prévenues",
    ):
        assert words in seen
    assert (await square(db, booked))["state"] == "booked"
    done = await agent.post(SHUT, data=form)
    assert done.status_code == 303
    told = unescape((await agent.get(done.headers["location"])).text)
    assert "2 séances fermées" in told
    assert "2 réservations annulées, 2 familles prévenues." in told
    assert "Du lundi 23 novembre au mardi 24 novembre 2026" in told
    assert (await square(db, booked))["state"] == "free"
    assert "Fermé" in (await agent.get(DAY, params={"date": "2026-11-23"})).text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"du": ""}, "Choisissez le premier jour."),
        ({"du": "2026-11-15"}, "Ce jour est passé"),
        ({"au": "2026-11-20"}, "Le dernier jour vient avant le premier."),
        ({"au": "2028-01-01"}, "Un an au plus"),
        ({"motif": ""}, "Indiquez le motif"),
        ({"motif": "x" * 300}, "trop long"),
        ({"activite": "patinoire"}, "Activité inconnue."),
    ],
)
async def test_a_wrong_closing_is_told_beside_its_field_and_nothing_is_lost(
    agent: httpx.AsyncClient, db: Database, town: Town, changes: dict[str, str], words: str
) -> None:
    form = {"activite": "cantine", "du": "2026-11-23", "au": "2026-11-24", "motif": "Grève.", **changes}
    for got in (await agent.get(SHUT, params={**form, "apercu": "1"}), await agent.post(SHUT, data=form)):
        assert got.status_code == 422
        assert words in unescape(got.text)
        assert "Fermer et prévenir" not in got.text
        assert form["motif"][:200] in got.text
    assert (await session_row(db, town, "cantine", MONDAY))["closed_reason"] is None


async def test_reopening_says_that_bookings_do_not_come_back(
    agent: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    await agent.post(SHUT, data={"activite": "", "du": "2026-11-25", "au": "", "motif": "Pont."})
    listed = (await agent.get(SHUT)).text
    door = listed.split('action="/agent/fermetures/')[1].split('"')[0]
    assert "ne reviennent pas" in listed
    done = await agent.post(f"{SHUT}/{door}")
    told = (await agent.get(done.headers["location"])).text
    assert "1 séance rouverte" in told
    assert (await session_row(db, town, "mercredi", WEDNESDAY))["closed_reason"] is None
    assert (await agent.post(f"{SHUT}/{door}")).status_code == 404


async def test_settings_alone_may_close_and_bookings_alone_too(
    app: Any, db: Database, town: Town, clock: FrozenClock
) -> None:
    for rights, status in (('["settings"]', 200), ('["bookings"]', 200), ('["attendance","dossiers","billing"]', 403)):
        await run(db, "update account set rights = $1 where id = $2", rights, town.accounts["agent"])
        staff = await enter(app, town, db, "agent", clock())
        assert (await staff.get(SHUT)).status_code == status
