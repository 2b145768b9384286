"""A forgotten password: found by mail, and nobody learns whether an account exists."""

import re
from typing import Any

import httpx
import pytest

from server.accounts.commands.resets import answer_resets
from server.cli.letters import letters_of
from server.database import Database
from server.notices.deliver import Office, compose_round, deliver_round
from server.settings import Settings
from server.web.robots import STAMP
from tests.cast import PASSWORD, Town
from tests.commands.notices.office import FakeMail, office_of, select
from tests.conftest import FrozenClock, client_of
from tests.web.doors import enter
from tests.web.helpers import sign_in

NEW = "trois pommes vertes"


async def asked(client: httpx.AsyncClient, clock: FrozenClock, name: str) -> httpx.Response:
    """The form, read and sent as a person does."""
    form = await client.get("/mot-de-passe")
    stamped = re.search(rf'name="{STAMP}" value="([^"]+)"', form.text)
    assert stamped
    clock.move(seconds=5)
    return await client.post("/mot-de-passe", data={"identifiant": name, STAMP: stamped[1], "site_web": ""})


@pytest.fixture
def mail() -> FakeMail:
    return FakeMail()


@pytest.fixture
def office(db: Database, clock: FrozenClock, settings: Settings, mail: FakeMail) -> Office:
    plain = office_of(db, clock, mail=mail)
    return Office(**{**plain.__dict__, "letter": letters_of(settings)})


async def work(office: Office) -> None:
    """What the worker does with a forgotten password."""
    await office.db.write(answer_resets, office.clock(), True)
    while await deliver_round(office, "letter"):
        pass


def link_in(mail: FakeMail) -> str:
    found = re.search(r"http\S+(/lien/mot-de-passe/\S+)", mail.sent[-1].text)
    assert found
    return found[1]


async def page_behind(client: httpx.AsyncClient, link: str) -> httpx.Response:
    """The link opened, as far as the page with the button."""
    assert (await client.get(link)).status_code == 303
    return await client.get("/mot-de-passe/nouveau")


async def chosen(client: httpx.AsyncClient, shown: httpx.Response, new: str = NEW, **but: str) -> httpx.Response:
    """The form of that page, sent."""
    mark = re.search(r'name="marque" value="(\w+)"', shown.text)
    assert mark
    typed = {"marque": mark[1], "mot_de_passe": new, "mot_de_passe_2": new, **but}
    return await client.post("/mot-de-passe/nouveau", data=typed)


async def test_the_whole_way(
    app: Any, client: httpx.AsyncClient, town: Town, db: Database, clock: FrozenClock, office: Office, mail: FakeMail
) -> None:
    phone = await enter(app, town, db, "owner", clock())
    answer = await asked(client, clock, " Alice@Exemple.FR ")
    assert answer.headers["location"] == "/mot-de-passe?envoye"
    assert "si un compte porte cet identifiant" in (await client.get(answer.headers["location"])).text.lower()
    await work(office)
    assert mail.sent[0].recipient == "alice@exemple.fr"
    shown = await page_behind(client, link_in(mail))
    assert "alice@exemple.fr" in shown.text
    assert "12 caractères au moins" in shown.text
    assert (await phone.get("/compte")).status_code == 200
    done = await chosen(client, shown)
    assert done.headers["location"] == "/connexion?nouveau"
    assert (await phone.get("/compte")).status_code == 303
    assert (await sign_in(client_of(app), "owner", PASSWORD)).status_code == 422
    assert (await sign_in(client_of(app), "owner", NEW)).status_code == 303
    await compose_round(office)
    await deliver_round(office, "mail")
    assert mail.sent[-1].subject == "Votre mot de passe a été changé"


@pytest.mark.parametrize("name", ["owner", "ALICE@exemple.fr", "agent"])
async def test_a_user_name_or_an_address_finds_the_account(
    client: httpx.AsyncClient, clock: FrozenClock, office: Office, mail: FakeMail, name: str
) -> None:
    await asked(client, clock, name)
    await work(office)
    assert len(mail.sent) == 1


async def test_opening_uses_nothing_up_and_the_button_works_once(
    client: httpx.AsyncClient, clock: FrozenClock, office: Office, mail: FakeMail
) -> None:
    await asked(client, clock, "owner")
    await work(office)
    for _ in range(3):
        shown = await page_behind(client, link_in(mail) + ".")
        assert shown.status_code == 200
        assert link_in(mail).rsplit("/", 1)[1] not in shown.text
    cookies = dict(client.cookies)
    assert (await chosen(client, shown)).status_code == 303
    assert not client.cookies.get("marelle-lien")
    client.cookies.update(cookies)
    again = await chosen(client, shown, "encore un autre mot")
    assert again.status_code == 410
    assert "Demander un autre lien" in again.text
    assert (await page_behind(client, link_in(mail))).status_code == 410


async def test_used_over_revoked_forged_and_unknown_look_alike(
    client: httpx.AsyncClient, clock: FrozenClock, office: Office, mail: FakeMail
) -> None:
    await asked(client, clock, "owner")
    await work(office)
    first = link_in(mail)
    await asked(client, clock, "owner")
    await work(office)
    second, pages = link_in(mail), []
    forged = second[:-1] + ("b" if second[-1] == "a" else "a")
    for link in (first, forged, "/lien/mot-de-passe/xyz", "/lien/mot-de-passe/" + "a" * 38):
        pages.append(await page_behind(client, link))
    clock.move(minutes=61)
    pages.append(await page_behind(client, second))
    client.cookies.clear()
    pages.append(await client.get("/mot-de-passe/nouveau"))
    assert {page.status_code for page in pages} == {410}
    assert len({page.text for page in pages}) == 1


async def test_what_is_wrong_with_the_new_one_is_said_and_the_link_stays(
    client: httpx.AsyncClient, clock: FrozenClock, office: Office, mail: FakeMail
) -> None:
    await asked(client, clock, "owner")
    await work(office)
    shown = await page_behind(client, link_in(mail))
    for new, said in (
        ("court", "Il manque 7"),
        ("alice-dupont-1", "ressemble trop"),
        ("motdepasse123", "trop courant"),
    ):
        refused = await chosen(client, shown, new)
        assert refused.status_code == 422
        assert said in refused.text
        assert new not in refused.text
    differs = await chosen(client, shown, NEW, mot_de_passe_2="autre chose ici")
    assert "ne sont pas identiques" in differs.text
    assert (await chosen(client, shown)).status_code == 303


async def test_a_button_pressed_for_another_link_does_nothing(
    app: Any, client: httpx.AsyncClient, clock: FrozenClock, office: Office, mail: FakeMail
) -> None:
    await asked(client, clock, "owner")
    await work(office)
    shown = await page_behind(client, link_in(mail))
    await asked(client, clock, "stranger")
    await work(office)
    await page_behind(client, link_in(mail))
    refused = await chosen(client, shown)
    assert refused.status_code == 422
    assert "Un autre lien" in refused.text
    assert (await sign_in(client_of(app), "stranger", PASSWORD)).status_code == 303


async def test_the_door_answers_and_writes_the_same_for_everybody(
    client: httpx.AsyncClient, db: Database, clock: FrozenClock, office: Office, mail: FakeMail
) -> None:
    answers = [await asked(client, clock, name) for name in ("owner", "personne@exemple.fr", "9" * 20, "é€")]
    assert {(one.status_code, one.headers["location"], one.text) for one in answers} == {
        (303, "/mot-de-passe?envoye", "null")
    }
    assert len(await db.read(select, "select * from reset_request")) == 4
    assert len(await db.read(select, "select * from attempt")) == 12  # the name, the place, the town: four times
    await work(office)
    assert [sent.recipient for sent in mail.sent] == ["alice@exemple.fr"]
    assert await db.read(select, "select * from reset_request") == []


async def test_names_and_addresses_are_limited_whether_they_exist_or_not(
    client: httpx.AsyncClient, clock: FrozenClock, office: Office, mail: FakeMail
) -> None:
    for name in ("owner", "personne@exemple.fr"):
        codes = [(await asked(client, clock, name)).status_code for _ in range(5)]
        assert codes == [303, 303, 303, 429, 429], name
    said = [(await asked(client, clock, f"n{n}")).status_code for n in range(30)]
    assert said.index(429) == 24
    clock.move(hours=1)
    assert (await asked(client, clock, "owner")).status_code == 303


async def test_a_robot_is_asked_again_with_what_it_typed(
    client: httpx.AsyncClient, db: Database, clock: FrozenClock
) -> None:
    refused = await client.post("/mot-de-passe", data={"identifiant": "alice@exemple.fr"})
    assert refused.status_code == 422
    assert "celui d’un programme" in refused.text
    assert 'value="alice@exemple.fr"' in refused.text
    assert await db.read(select, "select * from reset_request") == []
    assert "obligatoire" in (await client.post("/mot-de-passe", data={})).text


async def test_an_account_without_address_or_disabled_gets_nothing(
    client: httpx.AsyncClient, town: Town, db: Database, clock: FrozenClock, office: Office, mail: FakeMail
) -> None:
    await db.write(select, "update account set email = null where id = $1 returning id", town.accounts["owner"])
    await db.write(
        select, "update account set disabled_at = $1 where id = $2 returning id", clock(), town.accounts["stranger"]
    )
    for name in ("owner", "stranger"):
        assert (await asked(client, clock, name)).status_code == 303
    await work(office)
    assert mail.sent == []


async def test_a_reset_of_an_account_disabled_meanwhile_changes_nothing(
    client: httpx.AsyncClient, town: Town, db: Database, clock: FrozenClock, office: Office, mail: FakeMail
) -> None:
    await asked(client, clock, "owner")
    await work(office)
    shown = await page_behind(client, link_in(mail))
    await db.write(
        select, "update account set disabled_at = $1 where id = $2 returning id", clock(), town.accounts["owner"]
    )
    assert (await chosen(client, shown)).status_code == 410
