"""G2: a new family creates its space, step by step as in the guide."""

import re
from typing import Any

import pytest

from server.adapters.keys import portal_secret
from server.database import Database
from server.families.commands.joining import issue_key
from tests.cast import Town
from tests.conftest import FrozenClock
from tests.web.accounts.wizard import PASSWORD, Portal, Walk, portal, rows
from tests.web.helpers import sign_in

WHO = {
    "civilite": "M.",
    "nom": "Etcheverry",
    "nom_naissance": "",
    "prenoms": "Peio",
    "naissance": "1988-02-03",
    "pays_naissance": "France",
    "departement_naissance": "64",
    "commune_naissance": "Bayonne",
}
ACCESS = {"identifiant": "peio.e", "mot_de_passe": PASSWORD, "mot_de_passe_2": PASSWORD}


@pytest.fixture
async def villefranque(settings: Any, clock: FrozenClock, town: Town) -> Any:
    async with portal(settings, clock, "G2") as opened:
        yield opened


async def to_the_last_step(walk: Walk) -> Walk:
    await walk.open("/inscription")
    await walk.send()
    await walk.send(cgu="oui")
    await walk.send(**WHO)
    await walk.send(voie="65 route de Saint Pierre d’Irube", code_postal="64990", ville="Villefranque")
    await walk.send(mobile="06 12 34 56 78", email="peio@exemple.fr", contact_par="mobile")
    return walk


async def test_the_steps_and_required_marks_are_those_of_the_guide(villefranque: Portal) -> None:
    walk = villefranque.walk()
    await walk.open("/inscription")
    steps = re.findall(r"<li[^>]*>([^<]+)</li>", walk.page.split('class="steps"')[1].split("</ol>")[0])
    assert steps == ["Bienvenue", "CGU", "Identité", "Adresse", "Moyens de contact", "Authentification"]
    assert "Bonjour et bienvenue" in walk.said
    required: dict[str, set[str]] = {}
    for step, fields in (("conditions", {}), ("identite", {"cgu": "oui"}), ("adresse", WHO), ("contact", {})):
        await walk.send(**fields)
        required[step] = set(re.findall(r'name="(\w+)"[^>]* required', walk.page))
        assert walk.at.endswith(step)
    await walk.send(email="peio@exemple.fr")
    required["authentification"] = set(re.findall(r'name="(\w+)"[^>]* required', walk.page))
    assert required == {
        "conditions": {"cgu"},
        "identite": {"civilite", "nom", "prenoms"},
        "adresse": set(),
        "contact": {"email"},
        "authentification": {"identifiant", "mot_de_passe", "mot_de_passe_2"},
    }


async def test_the_privacy_notice_is_information_and_a_photo_may_be_left_out(villefranque: Portal) -> None:
    walk = villefranque.walk()
    await walk.open("/inscription")
    await walk.send()
    assert "votre consentement n’est pas demandé" in walk.said
    await walk.send(cgu="oui")
    assert "Photo (facultatif)" in walk.said


async def test_from_welcome_to_signed_in_then_the_family_is_to_be_declared(villefranque: Portal, db: Database) -> None:
    walk = await to_the_last_step(villefranque.walk())
    assert "Etcheverry" in walk.said  # « relire ce que j'ai saisi »
    assert "03/02/1988" in walk.said
    await walk.send(**ACCESS)
    assert "Votre espace est créé" in walk.said
    assert "24 heures" in walk.said
    assert "livret de famille" in walk.said
    (letter,) = await villefranque.letters(db)
    assert (letter["kind"], letter["hours"]) == ("activation", 24)
    await walk.open(letter["path"])
    await walk.send()
    assert "Votre espace est activé" in walk.said
    assert "peio.e" in walk.said
    assert "Déclarer ma famille" in walk.said
    assert (await sign_in(walk.client, "peio.e", PASSWORD)).status_code == 303
    (kept,) = await db.read(rows("select answers from account_identity"))
    for word in ("Bayonne", "route de Saint Pierre", "06 12 34 56 78", "mobile"):
        assert word in kept["answers"]


@pytest.mark.parametrize(
    ("typed", "said"), [("1988-02-30", "n’existe pas"), ("2031-01-01", "dans l’avenir"), ("hier", "n’existe pas")]
)
async def test_a_birth_date_that_cannot_be(villefranque: Portal, typed: str, said: str) -> None:
    walk = villefranque.walk()
    await walk.open("/inscription")
    await walk.send()
    await walk.send(cgu="oui")
    assert (await walk.send(**{**WHO, "naissance": typed})).status_code == 422
    assert said in walk.said
    assert typed in walk.page
    assert "Etcheverry" in walk.page


@pytest.mark.parametrize("word", ["aaaaaaaa", "Aa1?aaa", "MotDePasse", "12345678?a"])
async def test_the_password_must_have_the_four_kinds(villefranque: Portal, word: str) -> None:
    walk = await to_the_last_step(villefranque.walk())
    answer = await walk.send(**{**ACCESS, "mot_de_passe": word, "mot_de_passe_2": word})
    assert answer.status_code == 422
    assert 'id="f-mot_de_passe-error"' in walk.page
    assert word not in walk.page.replace("Mot de passe", "")


async def test_the_second_step_is_not_passed_without_the_tick(villefranque: Portal) -> None:
    walk = villefranque.walk()
    await walk.open("/inscription")
    await walk.send()
    assert (await walk.send()).status_code == 422
    assert "Cochez cette case" in walk.said


async def test_a_key_the_town_handed_over_links_the_file_at_activation(
    villefranque: Portal, db: Database, town: Town, clock: FrozenClock
) -> None:
    (eve,) = await db.write(
        rows(
            "insert into guardian (family_id, first_name, last_name, email) values ($1, 'Peio', 'Etcheverry', '') "
            "returning id",
            town.families["dupont"],
        )
    )
    secret = portal_secret(villefranque.settings.data)
    key = await db.write(issue_key, town.visitor("agent"), town.families["dupont"], eve["id"], secret, clock())
    walk = await to_the_last_step(villefranque.walk())
    assert "Laissez vide si vous n’en avez pas" in walk.said
    await walk.send(**ACCESS, cle=key.lower())
    for table in ("registration", "registration_draft"):
        assert key[:5] not in str(await db.read(rows(f"select answers from {table}"))).upper()
    (letter,) = await villefranque.letters(db)
    await walk.open(letter["path"])
    await walk.send()
    assert "Votre dossier est rattaché" in walk.said
    assert "Déclarer ma famille" not in walk.said
    (seat,) = await db.read(rows("select account_id from guardian where id = $1", eve["id"]))
    assert seat["account_id"]


async def test_a_key_that_is_none_costs_nothing_but_the_link(villefranque: Portal, db: Database) -> None:
    walk = await to_the_last_step(villefranque.walk())
    await walk.send(**ACCESS, cle="ABCDE-FGHIJ")
    (letter,) = await villefranque.letters(db)
    await walk.open(letter["path"])
    await walk.send()
    assert "n’a pas été reconnue" in walk.said
    assert "Déclarer ma famille" in walk.said
    assert (await sign_in(walk.client, "peio.e", PASSWORD)).status_code == 303
