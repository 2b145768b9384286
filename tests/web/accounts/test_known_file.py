"""The wizard of G0 and G3: fields, marks, order, recap, what is kept, and what it never tells."""

import re
from dataclasses import replace
from typing import Any

import pytest

from server.accounts.commands.resending import answer_links, links_asked
from server.database import Database
from tests.cast import Town
from tests.conftest import FrozenClock
from tests.web.accounts.wizard import ABOUT_ME, PASSWORD, Portal, Walk, portal, rows
from tests.web.helpers import sign_in

FILE = {"numero": "F0003", "nom_dossier": "Bernard", "email_dossier": "denis@exemple.fr"}


@pytest.fixture
async def villejuif(settings: Any, clock: FrozenClock, town: Town) -> Any:
    async with portal(settings, clock, "G3") as opened:
        yield opened


async def to_recap(walk: Walk, **about_me: str) -> Walk:
    await walk.open("/inscription")
    await walk.send(**{**ABOUT_ME, **about_me})
    await walk.send(**FILE)
    await walk.send(cgu="oui")
    await walk.send(confidentialite="oui")
    return walk


async def test_the_steps_are_those_of_the_guide_and_the_fields_with_an_asterisk_are_required(villejuif: Portal) -> None:
    walk = villejuif.walk()
    await walk.open("/inscription")
    assert walk.at == "/inscription/dossier/informations"
    steps = re.findall(r"<li[^>]*>([^<]+)</li>", walk.page.split('class="steps"')[1].split("</ol>")[0])
    assert steps == [
        "Mes informations", "Mes références dossier", "Conditions d’utilisation", "Confidentialité", "Récapitulatif"
    ]  # fmt: skip
    assert "Étape 1/5" in walk.said
    required = set(re.findall(r'name="(\w+)"[^>]* required', walk.page))
    assert required == set(ABOUT_ME) - {"nom", "prenoms"}


async def test_from_the_first_page_to_signed_in(villejuif: Portal, db: Database, town: Town) -> None:
    walk = await to_recap(villejuif.walk())
    assert walk.at == "/inscription/dossier/recapitulatif"
    for shown in ("Pinceau", "Zoé", "zoe@exemple.fr", "z-pinceau", "Mes souscriptions", "Service enfance", "F0003",
                  "Bernard", "denis@exemple.fr", "Vous certifiez avoir lu et accepté"):  # fmt: skip
        assert shown in walk.said, shown
    assert PASSWORD not in walk.page
    await walk.send()
    assert walk.at == "/inscription/dossier/envoyee"
    assert "zoe@exemple.fr" in walk.said
    assert "72 heures" in walk.said
    (letter,) = await villejuif.letters(db)
    assert (letter["address"], letter["kind"], letter["hours"]) == ("zoe@exemple.fr", "activation", 72)
    assert "z-pinceau" in letter["payload"]
    assert "valide" in letter["payload"]
    assert (await sign_in(walk.client, "z-pinceau", PASSWORD)).status_code == 422  # not before the link
    await walk.open(letter["path"])
    assert "z-pinceau" in walk.said
    await walk.send()
    assert "Votre compte est activé" in walk.said
    assert (await sign_in(walk.client, "z-pinceau", PASSWORD)).status_code == 303
    assert "Zoé" in (await walk.client.get("/dossier")).text  # the child of that file


async def test_a_step_cannot_be_jumped(villejuif: Portal) -> None:
    walk = villejuif.walk()
    await walk.open("/inscription/dossier/recapitulatif")
    assert walk.at == "/inscription/dossier/informations"
    assert "Il manque cette étape" in walk.said


async def test_a_closed_tab_is_taken_up_where_it_was(villejuif: Portal) -> None:
    walk = villejuif.walk()
    await walk.open("/inscription")
    await walk.send(**ABOUT_ME)
    again = Walk(walk.client, walk.clock)
    await again.open("/inscription")
    assert "Reprendre" in again.said
    assert "Mes références dossier" in again.said
    await again.open("/inscription/dossier")
    assert again.at == "/inscription/dossier/references"
    await again.open("/inscription/dossier/informations")
    assert 'value="z-pinceau"' in again.page
    assert "laissez vide pour le garder" in again.said
    assert PASSWORD not in again.page


async def test_a_draft_is_another_browsers_secret_and_dies_after_seven_days(
    villejuif: Portal, clock: FrozenClock
) -> None:
    walk = villejuif.walk()
    await walk.open("/inscription")
    await walk.send(**ABOUT_ME)
    other = await villejuif.walk().open("/inscription/dossier/informations")
    assert "z-pinceau" not in other.page
    clock.move(days=7, seconds=1)
    await walk.open("/inscription")
    assert walk.at == "/inscription/dossier/informations"
    assert "z-pinceau" not in walk.page


async def test_a_draft_never_holds_the_password_nor_its_cookie(villejuif: Portal, db: Database) -> None:
    walk = villejuif.walk()
    await walk.open("/inscription")
    await walk.send(**ABOUT_ME)
    (row,) = await db.read(rows("select * from registration_draft"))
    assert PASSWORD not in str(row)
    assert row["password_hash"].startswith("$argon2id$")
    assert walk.client.cookies["marelle-inscription"] not in str(row)


async def test_cancelling_starts_over_and_keeps_nothing(villejuif: Portal, db: Database) -> None:
    walk = villejuif.walk()
    await walk.open("/inscription")
    await walk.send(**ABOUT_ME)
    await walk.send("annuler")
    assert walk.at == "/inscription"
    assert "annulée" in walk.said
    assert await db.read(rows("select id from registration_draft")) == []


async def test_back_keeps_what_was_typed(villejuif: Portal) -> None:
    walk = villejuif.walk()
    await walk.open("/inscription")
    await walk.send(**ABOUT_ME)
    await walk.send("precedent", numero="F0003", email_dossier="pas une adresse")
    assert walk.at == "/inscription/dossier/informations"
    await walk.open("/inscription/dossier/references")
    assert 'value="F0003"' in walk.page


async def test_another_tab_does_no_harm_and_the_recap_is_read_again(villejuif: Portal, db: Database) -> None:
    walk = await to_recap(villejuif.walk())
    other = Walk(walk.client, walk.clock)
    await other.open("/inscription/dossier/informations")
    await other.send(**{**ABOUT_ME, "nom": "Crayon"})
    answer = await walk.send()
    assert answer.status_code == 409
    assert "relisez avant de valider" in walk.said
    assert "Crayon" in walk.said
    pressed_twice = replace(walk)
    for finger in (walk, pressed_twice):
        await finger.send()
        assert finger.at == "/inscription/dossier/envoyee"
    assert len(await villejuif.letters(db)) == 1


@pytest.mark.parametrize(
    "wrong", [{"numero": "F0001"}, {"numero": "F9999"}, {"nom_dossier": "Martin"}, {"email_dossier": "x@exemple.fr"}]
)
async def test_a_file_that_does_not_agree_is_refused_without_saying_why(villejuif: Portal, wrong: Any) -> None:
    walk = villejuif.walk()
    await walk.open("/inscription")
    await walk.send(**ABOUT_ME)
    answer = await walk.send(**{**FILE, **wrong})
    assert answer.status_code == 422
    assert "ne correspondent à aucun dossier" in walk.said
    assert "aria-invalid" not in walk.page
    assert f'value="{wrong.get("numero", "F0003")}"' in walk.page


async def test_the_file_is_found_whatever_the_capitals_accents_and_spaces(villejuif: Portal) -> None:
    walk = villejuif.walk()
    await walk.open("/inscription")
    await walk.send(**ABOUT_ME)
    await walk.send(numero=" f0003 ", nom_dossier="bérnard", email_dossier="DENIS@exemple.fr")
    assert walk.at == "/inscription/dossier/conditions"


async def test_guessing_files_stops_after_five_and_right_or_wrong_is_not_told(villejuif: Portal) -> None:
    walk = villejuif.walk()
    await walk.open("/inscription")
    await walk.send(**ABOUT_ME)
    for n in range(5):
        assert (await walk.send(**{**FILE, "numero": f"F{n}"})).status_code == 422
    refused = await walk.send(**FILE)
    assert refused.status_code == 429
    assert "Trop d’essais" in walk.said


async def test_an_address_that_has_an_account_gets_the_same_answer_and_a_letter_that_says_so(
    villejuif: Portal, db: Database
) -> None:
    known, unknown = villejuif.walk(), villejuif.walk()
    await to_recap(known, email="alice@exemple.fr", email_bis="alice@exemple.fr")
    await to_recap(unknown)
    for walk in (known, unknown):
        await walk.send()
    assert known.said.replace("alice@", "zoe@") == unknown.said
    first, second = await villejuif.letters(db)
    assert (first["address"], first["kind"], first["payload"]) == ("alice@exemple.fr", "account_known", "{}")
    assert second["kind"] == "activation"


async def test_a_taken_user_name_is_told_to_nobody_but_who_proved_an_address(villejuif: Portal, db: Database) -> None:
    walk = await to_recap(villejuif.walk(), identifiant="stranger")
    await walk.send()
    assert walk.at == "/inscription/dossier/envoyee"
    (letter,) = await villejuif.letters(db)
    await walk.open(letter["path"])
    assert "n’est pas libre" in walk.said  # as soon as the link is opened
    assert (await walk.send(identifiant="stranger")).status_code == 409
    assert "n’est pas libre" in walk.said
    await walk.send(identifiant="z-pinceau")
    assert "activé" in walk.said
    assert (await sign_in(walk.client, "z-pinceau", PASSWORD)).status_code == 303


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("email", "zoe", "nom@exemple.fr"),
        ("email_bis", "autre@exemple.fr", "pas identiques"),
        ("identifiant", "12345678", "Une lettre au moins"),
        ("identifiant", "zoé", "sans accent"),
        ("identifiant", "zoe@exemple.fr", "sans accent"),
        ("identifiant", "a" * 31, "30 caractères au plus"),
        ("identifiant", "", "obligatoire"),
        ("mot_de_passe_2", "autre chose encore", "pas identiques"),
        ("mot_de_passe", "Ab?", "3 caractères de plus"),
        ("mot_de_passe", "Pinceau!", "ressemble trop"),
        ("nom", "Зоя", "latin"),
        ("nom", "<b>Zoé</b>", "Seulement des lettres"),
        ("prenoms", "z" * 81, "80 caractères au plus"),
    ],
)
async def test_bad_input_is_said_beside_its_field_and_nothing_is_lost(
    villejuif: Portal, field: str, typed: str, said: str
) -> None:
    walk = villejuif.walk()
    await walk.open("/inscription")
    both = {"mot_de_passe_2": typed} if field == "mot_de_passe" else {}
    answer = await walk.send(**{**ABOUT_ME, field: typed, **both})
    assert answer.status_code == 422
    assert said in walk.said
    assert f'id="f-{field}-error"' in walk.page
    for name in ("nom", "prenoms", "email", "identifiant"):
        if name != field and not (field == "email" and name == "email"):
            assert f'name="{name}"' in walk.page
            assert ABOUT_ME[name] in walk.page


async def test_a_robot_is_asked_again_and_people_lose_nothing(villejuif: Portal, db: Database) -> None:
    walk = villejuif.walk()
    await walk.open("/inscription")
    answer = await walk.client.post(walk.at, data={**ABOUT_ME, "aller": "suivant"})
    assert answer.status_code == 422
    assert "ressemble à celui d’un programme" in answer.text
    assert 'value="z-pinceau"' in answer.text
    assert await db.read(rows("select id from registration_draft")) == []


async def test_the_adults_of_the_file_are_told(villejuif: Portal, db: Database, town: Town) -> None:
    walk = await to_recap(villejuif.walk())
    await walk.send()
    (letter,) = await villejuif.letters(db)
    await walk.open(letter["path"])
    await walk.send()
    told = await db.read(rows("select account_id, kind, payload from outbox where kind = 'file_linked'"))
    assert [row["account_id"] for row in told] == [town.accounts["stranger"]]
    assert "Zoé Pinceau" in told[0]["payload"]


async def test_the_link_works_once_and_a_lost_dot_does_not_matter(villejuif: Portal, db: Database) -> None:
    walk = await to_recap(villejuif.walk())
    await walk.send()
    (letter,) = await villejuif.letters(db)
    forged = letter["path"][:-1] + ("a" if letter["path"][-1] != "a" else "b")
    await villejuif.walk().open(forged)
    other = await villejuif.walk().open(forged)
    assert other.answers == [410]
    await walk.open(letter["path"] + ".")
    await walk.send()
    assert "activé" in walk.said
    await walk.open(letter["path"])
    assert walk.answers[-1] == 410
    assert "Recevoir un autre lien" in walk.said


async def test_past_its_time_the_link_is_dead_and_the_registration_is_deleted(
    villejuif: Portal, db: Database, clock: FrozenClock
) -> None:
    from server.cli.housekeeping import tidy

    walk = await to_recap(villejuif.walk())
    await walk.send()
    (letter,) = await villejuif.letters(db)
    await db.write(rows("update letter set status = 'sent' returning id"))
    clock.move(hours=71)
    await tidy(db, clock())
    await walk.open(letter["path"])
    assert walk.answers[-1] == 200
    clock.move(hours=2)
    await walk.open(letter["path"])
    assert walk.answers[-1] == 410
    assert "il faut la recommencer" in walk.said
    await tidy(db, clock())
    assert await db.read(rows("select id from registration")) == []


async def test_another_link_replaces_the_first_and_nobody_learns_who_is_registered(
    villejuif: Portal, db: Database
) -> None:
    walk = await to_recap(villejuif.walk())
    await walk.send()
    answers = []
    for email in ("zoe@exemple.fr", "alice@exemple.fr", "personne@exemple.fr"):
        await walk.open("/activation/renvoi")
        await walk.send(email=email)
        answers.append(walk.said.replace(email, "x"))
    assert answers[0] == answers[1] == answers[2]
    assert len(await villejuif.letters(db)) == 1  # the door only writes down what was asked
    assert await db.write(answer_links, villejuif.clock()) == 3
    assert not await db.read(links_asked)
    letters = await villejuif.letters(db)
    assert [(one["address"], one["kind"]) for one in letters[1:]] == [
        ("zoe@exemple.fr", "activation"), ("alice@exemple.fr", "account_known")
    ]  # fmt: skip
    await walk.open(letters[0]["path"])
    assert walk.answers[-1] == 410
    await walk.open(letters[1]["path"])
    await walk.send()
    assert "activé" in walk.said


async def test_nobodys_mailbox_is_flooded(villejuif: Portal) -> None:
    walk = villejuif.walk()
    codes = []
    for _ in range(6):
        await walk.open("/activation/renvoi")
        codes.append((await walk.send(email="zoe@exemple.fr")).status_code)
    assert codes == [200] * 5 + [429]


async def test_where_the_town_allows_it_one_goes_on_without_a_file(
    settings: Any, clock: FrozenClock, town: Town, db: Database
) -> None:
    async with portal(settings, clock, "G0") as villefranche:
        walk = villefranche.walk()
        await walk.open("/inscription")
        assert "Étape 1/4" in walk.said
        await walk.send(**{**ABOUT_ME, "nom": "", "prenoms": ""})
        assert "Je n’ai pas ces informations, continuer sans" in walk.said
        assert (await walk.send()).status_code == 422
        await walk.send(sans_dossier="oui")
        await walk.send(cgu="oui")
        assert "sans dossier pour l’instant" in walk.said
        await walk.send()
        assert "24 heures" in walk.said
        (letter,) = await villefranche.letters(db)
        await walk.open(letter["path"])
        await walk.send()
        assert (await sign_in(walk.client, "z-pinceau", PASSWORD)).status_code == 303
        for path in ("/", "/dossier", "/planning", "/compte"):
            assert (await walk.client.get(path)).status_code == 200, path


async def test_a_way_that_is_shut_is_not_found(villejuif: Portal) -> None:
    walk = villejuif.walk()
    for path in (
        "/inscription/espace/bienvenue",
        "/inscription/demande",
        "/inscription/suite/acces",
        "/inscription/dossier/x",
    ):
        await walk.open(path)
        assert walk.answers[-1] == 404, path
