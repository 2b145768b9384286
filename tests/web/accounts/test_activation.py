"""Whoever reads the mail and whoever registered must be the same person, in each town's way; or one of them starts anew."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from server.database import Database
from tests.cast import Town
from tests.conftest import FrozenClock
from tests.web.accounts.wizard import ABOUT_ME, PASSWORD, Portal, Walk, portal, rows
from tests.web.helpers import sign_in

FILE = {"numero": "F0003", "nom_dossier": "Bernard", "email_dossier": "denis@exemple.fr"}
MINE = "Trois galets 1987, bleus !"
NEW = {"mot_de_passe": MINE, "mot_de_passe_2": MINE}
BY_PROFILE = {  # the pages of each wizard up to its last button
    "G0": [ABOUT_ME, {"sans_dossier": "oui"}, {"cgu": "oui"}, {}],
    "G3": [ABOUT_ME, FILE, {"cgu": "oui"}, {"confidentialite": "oui"}, {}],
    "G2": [
        {}, {"cgu": "oui"}, {"civilite": "Mme", "nom": "Pinceau", "prenoms": "Zoé"}, {}, {"email": "zoe@exemple.fr"},
        {name: ABOUT_ME[name] for name in ("identifiant", "mot_de_passe", "mot_de_passe_2")},
    ],
}  # fmt: skip


@pytest.fixture(params=list(BY_PROFILE))
async def house(request: pytest.FixtureRequest, settings: Any, clock: FrozenClock, town: Town) -> AsyncIterator[Portal]:
    async with portal(settings, clock, request.param) as opened:
        yield opened


async def registered(house: Portal, db: Database) -> tuple[Walk, str]:
    """A registration under zoe@exemple.fr: the browser it was made in, the address in the mail."""
    walk = await house.walk().open("/inscription")
    for fields in BY_PROFILE[house.settings.profile]:
        await walk.send(**fields)
    assert walk.at.endswith("/envoyee"), walk.said
    letter = (await house.letters(db))[-1]
    assert (letter["address"], letter["kind"]) == ("zoe@exemple.fr", "activation")
    return walk, letter["path"]


async def can_sign_in(house: Portal, password: str) -> bool:
    return (await sign_in(house.walk().client, "zoe@exemple.fr", password)).status_code == 303


async def test_on_the_device_it_was_made_with_the_button_is_enough(house: Portal, db: Database) -> None:
    walk, path = await registered(house, db)
    await walk.open(path)
    assert 'type="password"' not in walk.page
    await walk.send()
    assert "activé" in walk.said
    assert await can_sign_in(house, PASSWORD)


async def test_on_another_device_the_password_is_asked_and_wrong_ones_open_nothing(house: Portal, db: Database) -> None:
    _, path = await registered(house, db)
    phone = await house.walk().open(path)
    assert "Zoé Pinceau" in phone.said
    for typed, said in (("", "obligatoire"), (MINE, "Ce n’est pas le mot de passe choisi à l’inscription")):
        assert (await phone.send(mot_de_passe=typed)).status_code == 422
        assert said in phone.said
        assert MINE not in phone.page
    assert await db.read(rows("select id from account where email = 'zoe@exemple.fr'")) == []
    await phone.send(mot_de_passe=PASSWORD)
    assert "activé" in phone.said
    assert await can_sign_in(house, PASSWORD)


async def test_an_hour_later_the_same_device_is_asked_as_well(house: Portal, db: Database, clock: FrozenClock) -> None:
    walk, path = await registered(house, db)
    clock.move(hours=1)
    await walk.open(path)
    assert (await walk.send()).status_code == 422
    await walk.send(mot_de_passe=PASSWORD)
    assert "activé" in walk.said


async def test_who_registered_under_anothers_address_never_comes_in_with_their_password(
    house: Portal, db: Database
) -> None:
    mallory, path = await registered(house, db)
    zoe = await house.walk().open(path)
    await zoe.send()  # only the button, as in a hurry: it asks
    assert (await sign_in(mallory.client, "zoe@exemple.fr", PASSWORD)).status_code == 422
    await zoe.open("/activation/autre-mot-de-passe")
    assert "z-pinceau" in zoe.said
    await zoe.send(**NEW)
    assert "activé" in zoe.said
    assert (await sign_in(mallory.client, "zoe@exemple.fr", PASSWORD)).status_code == 422
    assert (await sign_in(mallory.client, "z-pinceau", PASSWORD)).status_code == 422
    assert (await mallory.open("/activation")).answers[-1] == 410
    assert (await mallory.open("/compte")).at == "/connexion"
    assert await can_sign_in(house, MINE)


async def test_who_knows_nothing_of_it_throws_it_away_and_nobody_comes_in(house: Portal, db: Database) -> None:
    mallory, path = await registered(house, db)
    zoe = await house.walk().open(path)
    await zoe.open("/activation/autre-mot-de-passe")
    zoe.at = "/activation/pas-moi"
    await zoe.send()
    assert zoe.at == "/activation/effacee"
    assert "Aucun compte n’a été créé" in zoe.said
    assert await db.read(rows("select id from registration")) == []
    assert await db.read(rows("select id from account where email = 'zoe@exemple.fr'")) == []
    for walk in (mallory, zoe):
        assert (await walk.open(path)).answers[-1] == 410
    assert (await sign_in(mallory.client, "zoe@exemple.fr", PASSWORD)).status_code == 422
    _, again = await registered(house, db)  # and the address is free for its owner
    zoe = await zoe.open(again)
    await zoe.send(mot_de_passe=PASSWORD)
    assert "activé" in zoe.said


async def test_throwing_one_away_leaves_the_owners_own(house: Portal, db: Database) -> None:
    _, theirs = await registered(house, db)
    zoe, mine = await registered(house, db)
    await zoe.open(theirs)
    zoe.at = "/activation/pas-moi"
    await zoe.send()
    await zoe.open(mine)
    await zoe.send()
    assert "activé" in zoe.said


async def test_the_new_password_obeys_the_town_and_nothing_is_used_up_by_a_bad_one(house: Portal, db: Database) -> None:
    _, path = await registered(house, db)
    zoe = await house.walk().open(path)
    await zoe.open("/activation/autre-mot-de-passe")
    for typed, again, said in (
        ("", "", "obligatoire"),
        ("Ab?", "Ab?", "Il manque"),
        (MINE, "autre", "pas identiques"),
        ("Pinceau9!", "Pinceau9!", "ressemble trop"),
    ):
        assert (await zoe.send(mot_de_passe=typed, mot_de_passe_2=again)).status_code == 422
        assert said in zoe.said
    await zoe.send(**NEW)
    assert await can_sign_in(house, MINE)


async def test_passwords_tried_behind_one_link_are_counted(house: Portal, db: Database, clock: FrozenClock) -> None:
    _, path = await registered(house, db)
    zoe = await house.walk().open(path)
    for _ in range(10):
        await zoe.send(mot_de_passe=MINE)
    assert (await zoe.send(mot_de_passe=PASSWORD)).status_code == 422
    assert "Trop d’essais" in zoe.said
    clock.move(hours=1)
    await zoe.open(path)
    await zoe.send(mot_de_passe=PASSWORD)
    assert "activé" in zoe.said


async def test_a_user_name_taken_meanwhile_is_asked_anew_beside_the_password(
    house: Portal, db: Database, town: Town
) -> None:
    _, path = await registered(house, db)
    await db.write(
        rows("update account set user_name = 'z-pinceau' where id = $1 returning id", town.accounts["owner"])
    )
    zoe = await house.walk().open(path)
    assert "n’est pas libre" in zoe.said
    await zoe.send(identifiant="zoe.p", mot_de_passe=MINE)
    assert 'value="zoe.p"' in zoe.page  # a wrong password loses no name
    await zoe.open("/activation/autre-mot-de-passe")
    assert "n’est pas libre" in zoe.said
    await zoe.send(identifiant="zoe.p", **NEW)
    assert (await sign_in(zoe.client, "zoe.p", MINE)).status_code == 303


async def test_a_user_name_taken_while_the_page_is_read_is_said_beside_the_field(
    house: Portal, db: Database, town: Town
) -> None:
    _, path = await registered(house, db)
    for at, fields in (("", {"mot_de_passe": PASSWORD}), ("/activation/autre-mot-de-passe", NEW)):
        zoe = await house.walk().open(path)
        if at:
            await zoe.open(at)
        assert "n’est pas libre" not in zoe.said
        taken = "update account set user_name = 'z-pinceau' where id = $1 returning id"
        await db.write(rows(taken, town.accounts["owner"]))
        assert (await zoe.send(**fields)).status_code == 409
        assert 'id="f-identifiant-error"' in zoe.page
        await db.write(rows(taken.replace("'z-pinceau'", "null"), town.accounts["owner"]))
    await zoe.send(identifiant="zoe.p", **NEW)
    assert (await sign_in(zoe.client, "zoe.p", MINE)).status_code == 303


async def test_an_old_page_neither_opens_nor_erases_another_registration(house: Portal, db: Database) -> None:
    _, first = await registered(house, db)
    _, second = await registered(house, db)
    zoe = await house.walk().open(first)
    old = zoe.page
    await zoe.open(second)
    for at in ("/activation", "/activation/autre-mot-de-passe", "/activation/pas-moi"):
        zoe.at, zoe.page = at, old
        assert (await zoe.send(mot_de_passe=PASSWORD, mot_de_passe_2=PASSWORD)).status_code == 410
    assert len(await db.read(rows("select id from registration"))) == 2
