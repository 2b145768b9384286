"""Two who do the same thing at the very same instant, over several connections: one is first, the other is told so in words.

Each look that comes before a write is passed by both; what then holds is a unique key, and nobody must see « une erreur
est survenue ».
"""

import asyncio
import uuid
from typing import Any

import httpx
import pytest

from server.database import Database
from tests.cast import Town
from tests.commands.bookings.test_absences import booked_days
from tests.conftest import FrozenClock
from tests.desk import rows_of
from tests.web.accounts.test_ask_wait_finish import FIRST, at_the_desk
from tests.web.accounts.wizard import ABOUT_ME, PASSWORD, Portal, Walk, portal
from tests.web.bookings.test_absence_pages import form_in
from tests.web.doors import enter
from tests.web.helpers import sign_in

AT_ONCE = 6
MESSAGE = {"service": "Service enfance", "objet": "Sortie", "message": "Faut-il un bonnet ?"}


async def at_the_recap(house: Portal, town: Town, db: Database, n: int) -> Walk:
    """Somebody the town said yes to, at the last button of the second half (G1), with a user name others want too."""
    walk = await house.walk().open("/inscription")
    await walk.send(**{**FIRST, "email": f"n{n}@exemple.fr", "email_bis": f"n{n}@exemple.fr"})
    (row,) = await db.read(rows_of, "select ref from registration where state = 'asked'")
    agent = await at_the_desk(house, town, db)
    await agent.post(f"/agent/comptes/{row['ref']}/acceptation")
    await walk.open((await house.letters(db))[-1]["path"])
    await walk.send()
    await walk.send(ville="Port-Clairval")
    await walk.send(identifiant="nahel", mot_de_passe=PASSWORD, mot_de_passe_2=PASSWORD)
    await walk.send(cgu="oui")
    assert walk.at == "/inscription/suite/recapitulatif"
    return walk


async def test_a_user_name_wanted_by_several_is_one_persons_and_the_others_choose_beside_the_field(
    settings: Any, clock: FrozenClock, town: Town, db: Database
) -> None:
    async with portal(settings, clock, "G1") as house:
        walks = [await at_the_recap(house, town, db, n) for n in range(AT_ONCE)]
        answers = await asyncio.gather(*(walk.send() for walk in walks))
        assert sorted(answer.status_code for answer in answers) == [303] + [409] * (AT_ONCE - 1)
        late = [n for n, answer in enumerate(answers) if answer.status_code == 409]
        for n in late:
            assert 'id="f-identifiant-error"' in walks[n].page
            assert 'value="nahel"' in walks[n].page
            walks[n].at = "/inscription/suite/acces"  # where the form of this page goes
            await walks[n].send(identifiant=f"nahel.{n}")  # the password is kept, as everything else
            await walks[n].open("/inscription/suite/recapitulatif")
            assert "Port-Clairval" in walks[n].said
        again = await asyncio.gather(*(walks[n].send() for n in late))
        assert {answer.status_code for answer in again} == {303}
        for n in late:
            assert (await sign_in(house.walk().client, f"nahel.{n}", PASSWORD)).status_code == 303


async def test_links_of_one_user_name_pressed_at_once_make_one_account_of_that_name(
    settings: Any, clock: FrozenClock, town: Town, db: Database
) -> None:
    async with portal(settings, clock, "G0") as house:
        walks = []
        for n in range(AT_ONCE):
            walk, email = await house.walk().open("/inscription"), f"z{n}@exemple.fr"
            await walk.send(**{**ABOUT_ME, "email": email, "email_bis": email})
            await walk.send(sans_dossier="oui")
            await walk.send(cgu="oui")
            await walk.send()
            walks.append(await walk.open((await house.letters(db))[-1]["path"]))
        answers = await asyncio.gather(*(walk.send() for walk in walks))
        assert sorted(answer.status_code for answer in answers) == [200] + [409] * (AT_ONCE - 1)
        for walk, answer in zip(walks, answers, strict=True):
            assert ("activé" in walk.said) == (answer.status_code == 200)
            assert ('id="f-identifiant-error"' in walk.page) == (answer.status_code == 409)


async def test_links_of_one_address_pressed_at_once_make_one_account(
    settings: Any, clock: FrozenClock, town: Town, db: Database
) -> None:
    async with portal(settings, clock, "G0") as house:
        walks = []
        for n in range(AT_ONCE):
            walk = await house.walk().open("/inscription")
            await walk.send(**{**ABOUT_ME, "identifiant": f"zoe{n}"})
            await walk.send(sans_dossier="oui")
            await walk.send(cgu="oui")
            answer = await walk.send()
            assert (answer.status_code == 303) == (n < 5)  # no more than five letters a day
            if n < 5:
                walks.append(await walk.open((await house.letters(db))[-1]["path"]))
        answers = await asyncio.gather(*(walk.send() for walk in walks))
        assert sorted(answer.status_code for answer in answers)[0] == 200
        assert {answer.status_code for answer in answers} <= {200, 409, 410}
        assert len(await db.read(rows_of, "select id from account where email = 'zoe@exemple.fr'")) == 1


@pytest.fixture
async def tabs(app: Any, town: Town, db: Database, clock: FrozenClock) -> list[httpx.AsyncClient]:
    return [await enter(app, town, db, "owner", clock()) for _ in range(AT_ONCE)]


async def test_a_message_sent_several_times_at_once_is_there_once(tabs: list[httpx.AsyncClient], db: Database) -> None:
    for _ in range(3):
        form = {**MESSAGE, "envoi": str(uuid.uuid4())}
        answers = await asyncio.gather(*(tab.post("/messages", data=form) for tab in tabs))
        assert {answer.status_code for answer in answers} == {303}
        assert len({answer.headers["location"] for answer in answers}) == 1
    assert len(await db.read(rows_of, "select id from thread_message")) == 3
    assert len(await db.read(rows_of, "select id from thread")) == 3


async def test_the_towns_first_word_to_a_family_sent_several_times_at_once_is_there_once(
    app: Any, town: Town, db: Database, clock: FrozenClock
) -> None:
    desks = [await enter(app, town, db, "agent", clock()) for _ in range(AT_ONCE)]
    form = {**MESSAGE, "envoi": str(uuid.uuid4())}
    answers = await asyncio.gather(*(desk.post("/agent/familles/fam-dupont/message", data=form) for desk in desks))
    assert {answer.status_code for answer in answers} == {303}
    assert len(await db.read(rows_of, "select id from thread_message")) == 1


async def test_an_absence_declared_several_times_at_once_is_one(
    tabs: list[httpx.AsyncClient], town: Town, db: Database, clock: FrozenClock
) -> None:
    await booked_days(town, db, clock)
    form = form_in((await tabs[0].get("/absence", params={"enfant": town.refs["tom"]})).text)
    answers = await asyncio.gather(*(tab.post("/absence", data=form) for tab in tabs))
    assert {answer.status_code for answer in answers} == {303}
    assert len(await db.read(rows_of, "select id from absence")) == 1
