"""The month's fill rates: figures of every session, by school, as a table to take away, at a constant cost."""

import re
from datetime import date
from html import unescape

import httpx
import pytest

from server.bookings.desk_queries.fill import Month, month_by_site, month_of
from server.database import Database
from server.web.sheets import csv_answer
from tests.cast import Town
from tests.conftest import FrozenClock
from tests.counting import counted
from tests.desk import MONDAY, THURSDAY, TUESDAY, crowd, put, rows_of, run

NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))


def cell(html: str, day: date, activity: str) -> str:
    """What somebody who listens hears of one session."""
    address = f'href="/agent/jour?date={day}&activite={activity}"><span class="sr">'
    _, found, rest = unescape(html).partition(address)
    assert found, html[-3000:]
    return rest.partition("<")[0]


async def test_each_session_says_places_waiting_and_requests(
    agent: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    await put(db, town, "tom", "atelier", MONDAY, "booked", clock())
    await put(db, town, "zoe", "atelier", MONDAY, "cancel_requested", clock())
    await put(db, town, "lina", "atelier", MONDAY, "waiting", clock())
    await put(db, town, "tom", "cantine", TUESDAY, "requested", clock())
    html = (await agent.get("/agent/remplissage")).text
    assert cell(html, MONDAY, "atelier") == "2 places prises sur 2, complet, 1 en liste d’attente, 1 demande à valider"
    assert cell(html, TUESDAY, "atelier") == "0 place prise sur 2"
    assert cell(html, TUESDAY, "cantine") == "1 place prise, 1 demande à valider"


async def test_a_week_is_summed_up_without_its_closed_days(
    agent: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    await put(db, town, "tom", "atelier", MONDAY, "booked", clock())
    await run(
        db,
        "update session set closed_reason = 'Travaux' where id = $1 returning id",
        town.sessions["atelier", THURSDAY],
    )
    html = (await agent.get("/agent/remplissage?activite=atelier")).text
    assert "fermé : Travaux" in cell(html, THURSDAY, "atelier")
    sums = re.findall(r'<td class="sum"><b>(\d+)</b><small>(\d+)\s%', unescape(html))
    assert ("1", "17") in sums  # 1 of the 6 places of the three days left
    assert "activite=cantine" not in html


async def test_the_other_months_are_one_step_away(agent: httpx.AsyncClient) -> None:
    html = unescape((await agent.get("/agent/remplissage?mois=2027-01&activite=cantine")).text)
    assert "Janvier 2027" in html
    assert re.search(r'rel="prev" href="/agent/remplissage\?mois=2026-12&[^"]*activite=cantine"', html)
    assert re.search(r'rel="next" href="/agent/remplissage\?mois=2027-02&[^"]*activite=cantine"', html)
    assert "Rien ce mois-là" in html


@pytest.mark.parametrize("mois", ["", "2026", "2026-13", "2026-00", "0000-01", "9999-12", "²-1", "2026-11-11", "%00"])
async def test_an_odd_month_is_this_one(agent: httpx.AsyncClient, mois: str) -> None:
    answer = await agent.get(f"/agent/remplissage?mois={mois}&site=%00&activite=%3Cb%3E")
    assert answer.status_code == 200
    assert "Novembre 2026" in answer.text
    assert "<b>&" not in answer.text


async def test_by_school_the_children_are_counted_not_the_places(
    agent: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    await run(db, "insert into site (name) values ('Jaurès'), ('Pasteur') returning id")
    (jaures,) = await ids(db, "Jaurès")
    await run(db, "update child set site_id = $1 where id = $2 returning id", jaures, town.children["tom"])
    for child in ("tom", "zoe"):
        await put(db, town, child, "cantine", MONDAY, "booked", clock())
    every = (await agent.get("/agent/remplissage?site=ecoles")).text
    assert re.findall(r"<caption>([^<]+)<", every) == ["Jaurès", "Pasteur", "Sans école connue"]
    assert "activite=atelier" not in every  # one activity at a time
    other = (await agent.get("/agent/remplissage?site=ecoles&activite=atelier")).text
    assert cell(other, MONDAY, "atelier") == "0 place prise"
    one = (await agent.get(f"/agent/remplissage?site={jaures}")).text
    assert cell(one, MONDAY, "atelier") == "0 place prise"
    assert re.findall(r"<caption>([^<]+)<", one) == ["Jaurès"]
    assert cell(one, MONDAY, "cantine") == "1 place prise"


async def ids(db: Database, name: str) -> list[int]:
    return [row["id"] for row in await db.read(rows_of, "select id from site where name = $1", name)]


async def test_the_cost_does_not_grow_with_the_families(db: Database, town: Town, clock: FrozenClock) -> None:
    costs = []
    for more in (0, 60):
        if more:
            await crowd(db, town, more, "cantine", MONDAY, "booked", clock())
        for work in (month_of, month_by_site):
            count = [0]
            found: Month = await db.read(lambda work=work, count=count: counted(work(*NOVEMBER, 1), count))
            assert found.sheets
            costs.append(count[0])
    assert costs[2:] == [3, 3]


async def test_the_table_opens_in_a_spreadsheet(
    agent: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    await put(db, town, "tom", "atelier", MONDAY, "booked", clock())
    answer = await agent.get("/agent/remplissage.csv?mois=2026-11")
    assert answer.headers["content-disposition"] == 'attachment; filename="remplissage-2026-11.csv"'
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("École;Activité;Jour;")
    assert ";Atelier;2026-11-23;lundi;1;2;50;0;0;" in lines


def test_a_formula_stays_a_text() -> None:
    text = csv_answer("x", ["a"], [["=1+1", -3, "+33", "-1,5", "-1+1"]]).content.decode("utf-8-sig")
    assert text == "a\r\n'=1+1;-3;'+33;-1,5;'-1+1\r\n"


@pytest.mark.parametrize("start", ["\uff1d", "\uff0b", "\uff20", "\n=", "\t=", " =", "\u00a0=", "@"])
def test_a_formula_is_known_however_it_begins(start: str) -> None:
    text = csv_answer("x", ["a"], [[f"{start}1+1"]]).content.decode("utf-8-sig")
    assert text.partition("\r\n")[2].lstrip('"').startswith("'")
