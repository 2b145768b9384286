"""« Mes réponses »: what was answered to each tap, to the household that asked, and never to another one."""

import uuid
from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from server.bookings.commands.overriding import override
from server.bookings.queries.answers import PAGE, answers_of
from server.database import Database, Work, sql
from tests.cast import Town
from tests.commands.bookings.phone import Phone
from tests.conftest import FrozenClock
from tests.counting import counted
from tests.web.bookings.test_absence_pages import form_in, plain
from tests.web.doors import enter

TODAY, TUESDAY, THURSDAY = date(2026, 11, 16), date(2026, 11, 17), date(2026, 11, 19)
LINAS = date(2026, 11, 24)  # a day at Alice's


@pytest.fixture
async def alice(app: Any, town: Town, db: Database, clock: FrozenClock) -> httpx.AsyncClient:
    return await enter(app, town, db, "owner", clock())


async def read(browser: httpx.AsyncClient, **params: str) -> str:
    answer = await browser.get("/mes-reponses", params=params)
    assert answer.status_code == 200
    return plain(answer.text)


async def test_each_tap_is_told_with_its_wish_its_verdict_and_its_author(
    alice: httpx.AsyncClient, town: Town, db: Database, clock: FrozenClock
) -> None:
    await Phone(town, db, clock).wish("tom", "cantine", THURSDAY)
    clock.move(minutes=1)
    await Phone(town, db, clock, "coguardian", str(uuid.uuid4())).wish("tom", "cantine", TODAY)  # too late
    words = await read(alice)
    assert "Tom, Cantine, jeudi 19 novembre Réserver : Réservé lundi 16 novembre à 9 h, par vous" in words
    assert "Tom, Cantine, lundi 16 novembre Réserver : Refusé Trop tard : la réservation" in words
    assert "par Coguardian" in words
    assert words.index("lundi 16 novembre Réserver") < words.index("jeudi 19 novembre Réserver"), "the newest first"


async def test_what_an_agent_changes_is_told_with_the_reason_and_no_name(
    alice: httpx.AsyncClient, town: Town, db: Database, clock: FrozenClock
) -> None:
    await Phone(town, db, clock).wish("tom", "cantine", THURSDAY)
    agent, square = town.visitor("agent"), (town.refs["tom"], town.sessions["cantine", THURSDAY])
    await db.write(
        override, agent, town.families["dupont"], *square, "absent_excused", "Sortie de la classe.", 1, clock()
    )
    words = await read(alice)
    assert "Changement fait par la mairie : Absence excusée Sortie de la classe." in words
    assert "par la mairie" in words
    assert "par Agent" not in words


async def test_an_absence_and_its_return_are_told(
    alice: httpx.AsyncClient, town: Town, db: Database, clock: FrozenClock
) -> None:
    await Phone(town, db, clock).wish("tom", "cantine", TUESDAY)
    asked = await alice.get("/absence", params={"enfant": town.refs["tom"]})
    done = await alice.post("/absence", data=form_in(asked.text))
    await alice.post(f"{done.headers['location']}/retour")
    words = await read(alice)
    assert "Absence signalée : Annulé" in words
    assert "Retour sur une absence : Réservé" in words


async def test_the_other_home_of_a_child_is_never_visible(
    alice: httpx.AsyncClient, app: Any, town: Town, db: Database, clock: FrozenClock
) -> None:
    """Lina lives in both homes: each reads its own taps and the town's changes of its own squares."""
    await Phone(town, db, clock).wish("lina", "cantine", LINAS)
    await Phone(town, db, clock, "other_home", str(uuid.uuid4())).wish("lina", "cantine", THURSDAY)
    square = town.refs["lina"], town.sessions["cantine", THURSDAY]
    agent, theirs = town.visitor("agent"), town.families["martin"]
    await db.write(override, agent, theirs, *square, "absent_billed", "Motif privé.", 1, clock())
    mine = await read(alice)
    assert "mardi 24 novembre" in mine
    assert "jeudi 19 novembre" not in mine
    assert "Motif privé" not in mine
    chloe = await enter(app, town, db, "other_home", clock())
    hers = await read(chloe, enfant=town.refs["lina"])
    assert "Motif privé" in hers
    assert "mardi 24 novembre" not in hers
    denis = await enter(app, town, db, "stranger", clock())
    assert "Aucune réponse pour l’instant" in await read(denis)


async def test_one_child_at_a_time(alice: httpx.AsyncClient, town: Town, db: Database, clock: FrozenClock) -> None:
    phone = Phone(town, db, clock)
    await phone.send(phone.tap("tom", "cantine", THURSDAY), phone.tap("lina", "cantine", LINAS))
    toms = await read(alice, enfant=town.refs["tom"])
    assert "Tom, Cantine" in toms
    assert "Lina, Cantine" not in toms


async def test_pages_hold_twenty_five_and_lead_to_each_other(
    alice: httpx.AsyncClient, town: Town, db: Database, clock: FrozenClock
) -> None:
    phone = Phone(town, db, clock)
    for _ in range(PAGE + 1):
        await phone.wish("tom", "cantine", THURSDAY)
        clock.move(seconds=1)
    first = (await alice.get("/mes-reponses")).text
    assert first.count('class="badge ok"') == PAGE
    assert "Plus anciennes" in first
    second = (await alice.get("/mes-reponses", params={"page": "2"})).text
    assert second.count('class="badge ok"') == 1
    assert "Plus anciennes" not in second
    assert (await alice.get("/mes-reponses", params={"page": "3"})).status_code == 404


@pytest.mark.parametrize(
    "asked", [{"page": "0"}, {"page": "x"}, {"page": "41"}, {"enfant": "kidzoe"}, {"enfant": "\x00"}]
)
async def test_odd_questions_are_not_found(alice: httpx.AsyncClient, asked: dict[str, str]) -> None:
    assert (await alice.get("/mes-reponses", params=asked)).status_code == 404


async def test_what_is_older_than_four_hundred_days_is_not_told(
    alice: httpx.AsyncClient, town: Town, db: Database, clock: FrozenClock
) -> None:
    await Phone(town, db, clock).wish("tom", "cantine", THURSDAY)

    def age() -> Work[None]:
        yield sql("update tap set received_at = $1", clock() - timedelta(days=401))

    await db.write(age)
    assert "Aucune réponse" in await read(alice)


@pytest.mark.parametrize("taps", [1, 20])
async def test_any_number_of_answers_takes_five_statements(
    db: Database, town: Town, clock: FrozenClock, taps: int
) -> None:
    phone, visitor = Phone(town, db, clock), town.visitor("owner")
    for _ in range(taps):
        await phone.wish("tom", "cantine", THURSDAY)
    await db.read(answers_of, visitor, "", 1, clock())
    count = [0]
    await db.read(lambda: counted(answers_of(visitor, "", 1, clock()), count))
    assert count[0] == 5
