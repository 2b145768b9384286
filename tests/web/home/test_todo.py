"""« À faire » on home: the nearest date limits with their squares, refusals ahead, children with nothing at all."""

import re
import uuid
from datetime import date
from html import unescape
from typing import Any

import httpx
import pytest

from server.database import Database, Work, sql
from tests.cast import Town
from tests.commands.bookings.phone import Phone, booking
from tests.conftest import FrozenClock
from tests.web.bookings.test_absence_pages import plain
from tests.web.doors import enter

TUESDAY, WEDNESDAY, THURSDAY = date(2026, 11, 17), date(2026, 11, 18), date(2026, 11, 19)


@pytest.fixture
async def alice(app: Any, town: Town, db: Database, clock: FrozenClock) -> httpx.AsyncClient:
    """Tom eats on Thursday: Tuesday's meal can be booked until tonight."""
    await Phone(town, db, clock).wish("tom", "cantine", THURSDAY)
    return await enter(app, town, db, "owner", clock())


def todo(html: str) -> str:
    return plain(html.partition('id="todo"')[2].partition("</section>")[0])


async def test_tonight_s_date_limit_is_told_for_a_child_who_usually_comes(alice: httpx.AsyncClient) -> None:
    said = todo((await alice.get("/")).text)
    assert "Cantine, mardi 17 novembre Touchez la case pour réserver, avant ce soir à 18 h. Tom" in said
    assert "Atelier, mardi" not in said, "Tom never goes there"


async def test_its_square_books_right_there_and_says_so(alice: httpx.AsyncClient, town: Town, db: Database) -> None:
    page = (await alice.get("/")).text
    value = re.search(r'name="tap" value="([^"]+)"', page)
    assert value
    tapped = await alice.post(
        "/planning/taps", data={"tap": unescape(value[1])}, headers={"referer": "http://127.0.0.1:8000/"}
    )
    assert re.fullmatch(r"/\?verdict=[0-9a-f-]{36}", tapped.headers["location"])
    assert (await booking(db, town, "tom", "cantine", TUESDAY))["state"] == "booked"
    after = await alice.get(tapped.headers["location"])
    assert "Réservé." in plain(after.text)
    assert "x-marelle-shelf" not in after.headers
    assert "Cantine, mardi 17" not in todo(after.text)


async def test_an_invented_verdict_says_nothing(alice: httpx.AsyncClient) -> None:
    for odd in ("x", str(uuid.uuid4()), "%00", "<b>"):
        page = await alice.get("/", params={"verdict": odd})
        assert page.status_code == 200
        assert 'role="status"><svg class="icon" aria-hidden="true"><use href="#i-check"/></svg><span>' not in page.text


async def test_once_the_date_has_passed_it_is_not_asked_for_any_more(
    alice: httpx.AsyncClient, clock: FrozenClock
) -> None:
    clock.set("2026-11-16T18:00:00+01:00")
    assert "mardi 17" not in todo((await alice.get("/")).text)


def refuse(child: int, session: int, family: int, agent: int, at: Any) -> Work[None]:
    yield sql(
        "insert into booking (child_id, session_id, family_id, state, version, reason, changed_by, changed_at) "
        "values ($1, $2, $3, 'refused', 1, 'Groupe complet.', $4, $5)",
        child, session, family, agent, at,
    )  # fmt: skip


async def test_a_refusal_is_told_until_its_day_has_come(
    alice: httpx.AsyncClient, town: Town, db: Database, clock: FrozenClock
) -> None:
    session = town.sessions["mercredi", WEDNESDAY]
    agent, family = town.accounts["agent"], town.families["dupont"]
    await db.write(refuse, town.children["tom"], session, family, agent, clock())
    refusal = "Mercredi de Tom, mercredi 18 novembre Demande refusée : Groupe complet."
    assert refusal in todo((await alice.get("/")).text)
    clock.set("2026-11-18T08:00:00+01:00")
    assert refusal not in todo((await alice.get("/")).text)


async def test_a_child_with_nothing_at_all_is_named_once(alice: httpx.AsyncClient) -> None:
    said = todo((await alice.get("/")).text)
    assert said.count("Rien de réservé pour Lina") == 1
    assert "Rien de réservé pour Tom" not in said


async def test_date_limits_come_before_empty_weeks(
    alice: httpx.AsyncClient, town: Town, db: Database, clock: FrozenClock
) -> None:
    phone = Phone(town, db, clock)
    await phone.wish("tom", "atelier", THURSDAY)
    await phone.wish("tom", "mercredi", date(2026, 11, 25))
    clock.set("2026-11-17T09:00:00+01:00")  # Wednesday's and Thursday's limits are within 36 hours
    said = todo((await alice.get("/")).text)
    assert said.index("Mercredi, mercredi 18") < said.index("Rien de réservé pour Lina")


async def test_a_family_with_everything_done_is_told_so(app: Any, town: Town, db: Database, clock: FrozenClock) -> None:
    await Phone(town, db, clock, "stranger", str(uuid.uuid4())).wish("zoe", "cantine", date(2026, 11, 26))
    clock.set("2026-11-20T20:00:00+01:00")
    denis = await enter(app, town, db, "stranger", clock())
    assert "Rien à faire : tout est en ordre." in todo((await denis.get("/")).text)
