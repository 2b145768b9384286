"""« Déclarer ma famille » from the first form to the family an agent has accepted; mistakes, two browsers, strangers."""

import html
from typing import Any

import pytest

from server.families.queries import household_of
from server.families.queries.requests import any_request
from tests.desk import rows_of, run
from tests.families import CHILD, CONTACT, HOLDER, OTHER, add, alone, whole
from tests.web.doors import enter
from tests.web.families.test_requests import text_of

URL, DESK = "/dossier/declarer", "/agent/demarches"


async def declared(browser: Any) -> str:
    """The whole family sent; the request's ref."""
    await whole(browser)
    answer = await browser.post(f"{URL}/recapitulatif")
    return str(answer.headers["location"].split("/")[-1].split("?")[0])


async def test_the_holder_s_form_begins_with_what_the_account_knows(app, town, db, clock) -> None:
    browser = await alone(app, town, db, clock)
    await run(
        db, "insert into account_identity (account_id, answers) values ($1, $2)", town.accounts["stranger"],
        '{"civilite": "M.", "commune_naissance": "Bayonne", "mobile": "06 39 98 10 77"}',
    )  # fmt: skip
    shown = html.unescape((await browser.get(f"{URL}/titulaire/nouveau")).text)
    for value in ("denis@exemple.fr", "Bayonne", "06 39 98 10 77", 'value="Dupont"'):
        assert value in shown


async def test_every_field_of_the_guide_has_its_place(app, town, db, clock) -> None:
    browser = await alone(app, town, db, clock)
    adult = text_of(await browser.get(f"{URL}/titulaire/nouveau"))
    for label in (
        "Civilité", "Nom d’usage", "Nom de famille", "Prénom", "Date de naissance", "Commune de naissance",
        "Département de naissance", "Pays de naissance", "Numéro", "Nom de la voie", "Bâtiment", "Appartement",
        "Complément", "Code postal", "Ville", "Pays", "Téléphone domicile", "Téléphone portable",
        "Téléphone professionnel", "Courriel", "Profession", "Employeur", "Modalité de contact",
    ):  # fmt: skip
        assert f">{label}" in adult, label
    await add(browser, "titulaire", HOLDER)
    child = text_of(await browser.get(f"{URL}/enfants/nouveau"))
    for label in ("Sexe", "Date de naissance", "École", "Niveau", "Chloé Moreau est", "a l’autorité parentale", "Mère"):
        assert label in child, label


async def test_step_two_waits_for_the_whole_family(app, town, db, clock) -> None:
    browser = await alone(app, town, db, clock)
    answer = await browser.get(f"{URL}/recapitulatif")
    assert answer.headers["location"] == f"{URL}?manque"
    shown = text_of(await browser.get(answer.headers["location"]))
    assert "Complétez votre propre fiche" in shown
    assert "Ajoutez au moins un enfant" in shown
    assert (await browser.post(f"{URL}/recapitulatif")).headers["location"] == f"{URL}?manque"


async def test_a_family_is_declared_numbered_and_accepted(app, town, db, clock, agent) -> None:
    browser = await alone(app, town, db, clock)
    await whole(browser)
    recap = text_of(await browser.get(f"{URL}/recapitulatif"))
    for said in ("Titulaire du compte : Chloé Moreau", "01/05/2020", "Mère", "Mireille Petit", "Villefranque"):
        assert said in recap
    answer = await browser.post(f"{URL}/recapitulatif")
    assert answer.headers["location"].endswith("?deposee")
    shown = text_of(await browser.get(answer.headers["location"]))
    assert "Nous avons bien enregistré votre demande" in shown and "Demande n° 1" in shown
    ref = answer.headers["location"].split("/")[-1].split("?")[0]
    assert "pas encore de dossier" in text_of(await agent.get(DESK))
    done = await agent.post(f"{DESK}/{ref}", data={"vers": "accepted", "version": "1"})
    assert done.status_code == 303, done.text
    family = (await db.read(any_request, ref)).family_id
    home = await db.read(household_of, family)
    assert (home.name, home.address, home.resident) == (
        "Moreau", "65 route de Saint-Pierre, 64990 Villefranque", False,
    )  # fmt: skip
    assert [(a.first_name, a.holder, a.phone) for a in home.adults] == [
        ("Chloé", True, "06 39 98 10 44"),
        ("Éric", False, "06 39 98 10 45"),
    ]
    assert [(c.first_name, str(c.birth_date), c.grade) for c in home.children] == [("Henri", "2020-05-01", "GS")]
    links = await db.read(rows_of, "select quality, authority from child_link")
    assert [(link["quality"], link["authority"]) for link in links] == [("mere", True)]
    (person,) = await db.read(rows_of, "select name, emergency, family_id from pickup_person")
    assert (person["name"], person["family_id"]) == ("Mireille Petit", family)
    assert "Moreau" in text_of(await agent.get("/agent/familles?q=moreau"))
    assert "Famille <bdi>Moreau" in text_of(await browser.get("/dossier"))
    assert (await browser.get(URL)).headers["location"] == "/dossier"


async def test_sent_twice_it_is_one_request_and_nothing_is_declared_beside_it(app, town, db, clock) -> None:
    browser = await alone(app, town, db, clock)
    ref = await declared(browser)
    again = await browser.post(f"{URL}/recapitulatif")
    assert again.headers["location"] == f"/dossier/demarches/{ref}"
    for path in (URL, f"{URL}/recapitulatif", f"{URL}/enfants/nouveau"):
        assert (await browser.get(path)).headers["location"] == f"/dossier/demarches/{ref}"
    assert len(await db.read(rows_of, "select id from request")) == 1


async def test_after_a_refusal_one_may_declare_again(app, town, db, clock, agent) -> None:
    browser = await alone(app, town, db, clock)
    ref = await declared(browser)
    await agent.post(f"{DESK}/{ref}", data={"vers": "refused", "version": "1", "motif": "Dossier déjà ouvert."})
    assert (await browser.get(URL)).status_code == 200
    assert "Dossier déjà ouvert." in text_of(await browser.get(f"/dossier/demarches/{ref}"))


async def test_an_account_linked_meanwhile_is_not_given_a_second_family(app, town, db, clock, agent) -> None:
    browser = await alone(app, town, db, clock)
    ref = await declared(browser)
    await run(
        db, "insert into guardian (family_id, account_id, first_name, last_name) values ($1, $2, 'D', 'D')",
        town.families["martin"], town.accounts["stranger"],
    )  # fmt: skip
    answer = await agent.post(f"{DESK}/{ref}", data={"vers": "accepted", "version": "1"})
    assert answer.status_code == 409
    assert "déjà relié au dossier Martin, F0002" in text_of(answer)
    assert (await db.read(any_request, ref)).status == "filed"


async def test_a_child_of_another_household_is_shown_to_the_agent_and_not_to_the_parent(
    app, town, db, clock, agent
) -> None:
    browser = await alone(app, town, db, clock)
    await add(browser, "titulaire", HOLDER)
    zoe = {**CHILD, "prenoms": "Lîna", "nom": "Dupont-Moreau", "sexe": "F", "naissance": "01/03/2018"}
    answer = await add(browser, "enfants", zoe)
    assert answer.status_code == 303
    sent = await browser.post(f"{URL}/recapitulatif")
    mine = text_of(await browser.get(sent.headers["location"]))
    for hidden in ("Peut-être", "F0001", "fam-dupont", "Owner"):
        assert hidden not in mine
    ref = sent.headers["location"].split("/")[-1].split("?")[0]
    theirs = text_of(await agent.get(f"{DESK}/{ref}"))
    for shown in ("Peut-être déjà connu", "Lina Dupont", "F0001", "F0002", "mêmes noms"):
        assert shown in theirs


CHILDREN = [
    ({"naissance": ""}, "obligatoire"),
    ({"naissance": "30/02/2020"}, "n’existe pas"),
    ({"naissance": "17/11/2026"}, "dans l’avenir"),
    ({"naissance": "15/11/2008"}, "majeure"),
    ({"naissance": "demain"}, "n’existe pas"),
    ({"prenoms": ""}, "obligatoire"),
    ({"prenoms": "<b>Henri</b>"}, "Seulement des lettres"),
    ({"prenoms": "Анна"}, "lettres latines"),
    ({"prenoms": "H" * 81}, "80 caractères"),
    ({"sexe": "X"}, "liste"),
    ({"ecole": "999"}, "liste"),
    ({"niveau": "CP2"}, "liste"),
    ({"lien_p1": "", "autorite_p1": ""}, "Dites au moins"),
    ({"lien_p1": ""}, "Dites"),
]


@pytest.mark.parametrize(("wrong", "told"), CHILDREN)
async def test_a_child_s_mistake_is_told_and_kept(app, town, db, clock, wrong, told) -> None:
    browser = await alone(app, town, db, clock)
    await add(browser, "titulaire", HOLDER)
    answer = await add(browser, "enfants", {**CHILD, **wrong})
    assert answer.status_code == 422
    assert told in text_of(answer)
    shown = text_of(await browser.get(f"{URL}/enfants/p2"))  # the tab was closed: it is still there
    kept = next(iter(wrong.values()))
    if kept in ("999", "CP2"):
        return  # what is on no list is not kept, and was optional
    assert kept in ("", "X", "15/11/2008") or kept in shown
    assert told in shown
    assert "à compléter" in text_of(await browser.get(URL))
    assert (await browser.get(f"{URL}/recapitulatif")).headers["location"] == f"{URL}?manque"


ADULTS = [
    ({"civilite": ""}, "Choisissez"),
    ({"nom": ""}, "obligatoire"),
    ({"voie": ""}, "obligatoire"),
    ({"code_postal": "??"}, "code postal"),
    ({"courriel": "chloe@"}, "nom@exemple.fr"),
    ({"mobile": "12"}, "06 12 34 56 78"),
    ({"naissance": "01/01/2015"}, "trop jeune"),
    ({"naissance": "01/01/1815"}, "année"),
    ({"nom": "M" * 200}, "80 caractères"),
]


@pytest.mark.parametrize(("wrong", "told"), ADULTS)
async def test_an_adult_s_mistake_is_told(app, town, db, clock, wrong, told) -> None:
    browser = await alone(app, town, db, clock)
    answer = await add(browser, "titulaire", {**HOLDER, **wrong})
    assert answer.status_code == 422
    assert told in text_of(answer)


async def test_the_same_child_twice_in_one_file_is_said(app, town, db, clock) -> None:
    browser = await alone(app, town, db, clock)
    await whole(browser)
    answer = await add(browser, "enfants", {**CHILD, "prenoms": "HENRI"})
    assert answer.status_code == 422
    assert "déjà dans votre déclaration" in text_of(answer)
    twin = await add(browser, "enfants", {**CHILD, "prenoms": "Jeanne"})
    assert twin.status_code == 303


async def test_the_later_of_two_browsers_is_told_and_overwrites_nothing_unseen(app, town, db, clock) -> None:
    here = await alone(app, town, db, clock)
    await add(here, "titulaire", HOLDER)
    there = await enter(app, town, db, "stranger", clock())
    await there.post(f"{URL}/titulaire/p1", data={**HOLDER, "ville": "Bayonne", "version": "1"})
    late = await here.post(f"{URL}/titulaire/p1", data={**HOLDER, "ville": "Anglet", "version": "1"})
    assert late.status_code == 422
    told = text_of(late).replace("<bdi>", "").replace("</bdi>", "")
    assert "modifiée ailleurs entre-temps" in told and "« Bayonne »" in told and "« Anglet »" in told
    kept = text_of(await there.get(f"{URL}/titulaire/p1"))
    assert 'value="Bayonne"' in kept
    again = await here.post(f"{URL}/titulaire/p1", data={**HOLDER, "ville": "Anglet", "version": "2"})
    assert again.status_code == 303


async def test_taking_somebody_out_takes_their_links_too(app, town, db, clock) -> None:
    browser = await alone(app, town, db, clock)
    await add(browser, "titulaire", HOLDER)
    await add(browser, "representants", OTHER)
    await add(browser, "enfants", {**CHILD, "lien_p1": "", "autorite_p1": "", "lien_p2": "pere"})
    assert (await browser.post(f"{URL}/representants/p2/retrait")).status_code == 303
    assert (await browser.get(f"{URL}/representants/p2")).status_code == 404
    assert "à compléter" in text_of(await browser.get(URL))  # nobody's child any more
    assert (await browser.post(f"{URL}/titulaire/p1/retrait")).status_code == 404


async def test_there_is_an_end_to_contacts(app, town, db, clock) -> None:
    browser = await alone(app, town, db, clock)
    for _ in range(10):
        assert (await add(browser, "contacts", CONTACT)).status_code == 303
    full = await add(browser, "contacts", CONTACT)
    assert full.status_code == 422
    assert "davantage" in text_of(full)
    assert (await browser.get(f"{URL}/contacts/nouveau")).status_code == 404


async def test_giving_up_forgets_the_draft(app, town, db, clock) -> None:
    browser = await alone(app, town, db, clock)
    await whole(browser)
    assert (await browser.post(f"{URL}/abandon")).headers["location"] == "/dossier"
    assert await db.read(rows_of, "select id from request_draft") == []


@pytest.mark.parametrize("path", ["chiens/nouveau", "enfants/p9", "titulaire/p1", "enfants/%00"])
async def test_somebody_who_is_not_in_ones_own_draft_does_not_exist(app, town, db, clock, path) -> None:
    mine = await alone(app, town, db, clock)
    await add(mine, "titulaire", HOLDER)
    theirs = await alone(app, town, db, clock, "other_home")
    assert (await theirs.get(f"{URL}/{path}")).status_code == 404
    assert (await theirs.post(f"{URL}/{path}", data=HOLDER)).status_code == 404


async def test_an_address_is_searched_picked_and_fills_the_form(app, town, db, clock) -> None:
    browser = await alone(app, town, db, clock)
    form = {**HOLDER, "voie": "", "adresse": "14 rue du ph", "bouton": "chercher"}
    found = await browser.post(f"{URL}/titulaire/nouveau", data=form)
    assert found.status_code == 200
    assert "14 rue du Phare, 99420 Port-Clairval" in text_of(found)
    assert 'value="Moreau"' in found.text  # nothing typed is lost
    pick = {**form, "bouton": "choisir~14~rue du Phare~99420~Port-Clairval"}
    filled = text_of(await browser.post(f"{URL}/titulaire/nouveau", data=pick))
    for value in ('value="14"', 'value="rue du Phare"', 'value="99420"', 'value="Port-Clairval"'):
        assert value in filled
    entered = await browser.post(f"{URL}/titulaire/nouveau", data={**form, "bouton": "entree"})
    assert "99420 Port-Clairval" in text_of(entered)
    nothing = await browser.post(f"{URL}/titulaire/nouveau", data={**form, "adresse": "zzzz"})
    assert "Aucune adresse trouvée" in text_of(nothing)
    assert await db.read(rows_of, "select id from request_draft") == []  # searching keeps nothing


async def tom_declared(app: Any, town: Any, db: Any, clock: Any) -> str:
    """A stranger declares Tom, whom the Duponts have."""
    browser = await alone(app, town, db, clock)
    await add(browser, "titulaire", HOLDER)
    await add(browser, "enfants", {**CHILD, "prenoms": "Tom", "nom": "Dupont", "naissance": "02/03/2018"})
    answer = await browser.post(f"{URL}/recapitulatif")
    return str(answer.headers["location"].split("/")[-1].split("?")[0])


async def test_a_child_the_agent_knows_again_has_two_homes_and_is_one_child(app, town, db, clock, agent) -> None:
    ref = await tom_declared(app, town, db, clock)
    shown = text_of(await agent.get(f"{DESK}/{ref}"))
    assert f'name="meme-0" value="{town.refs["tom"]}"' in shown
    form = {"vers": "accepted", "version": "1", "meme-0": town.refs["tom"], "garde-0": "odd"}
    assert (await agent.post(f"{DESK}/{ref}", data=form)).status_code == 303
    assert len(await db.read(rows_of, "select id from child where first_name = 'Tom'")) == 1
    homes = await db.read(
        rows_of, "select family_id, custody from household_child where child_id = $1 order by id", town.children["tom"]
    )
    assert homes[0] == {"family_id": town.families["dupont"], "custody": '{"kind":"even"}'}
    assert homes[1]["custody"] == '{"kind":"odd"}'
    told = await db.read(
        rows_of, "select account_id, payload from outbox where kind = 'child_shared' order by account_id"
    )
    assert [row["account_id"] for row in told] == [town.accounts["owner"], town.accounts["coguardian"]]
    assert "Moreau" not in told[0]["payload"]
    alice = await enter(app, town, db, "owner", clock())
    assert "deux foyers" in text_of(await alice.get("/dossier"))


async def test_a_new_child_of_the_same_name_stays_another_child(app, town, db, clock, agent) -> None:
    ref = await tom_declared(app, town, db, clock)
    form = {"vers": "accepted", "version": "1", "meme-0": "", "garde-0": "odd"}
    assert (await agent.post(f"{DESK}/{ref}", data=form)).status_code == 303
    assert len(await db.read(rows_of, "select id from child where first_name = 'Tom'")) == 2


async def test_a_child_with_another_birth_date_is_not_taken_for_the_declared_one(app, town, db, clock, agent) -> None:
    ref = await tom_declared(app, town, db, clock)
    form = {"vers": "accepted", "version": "1", "meme-0": town.refs["zoe"], "garde-0": ""}
    refused = await agent.post(f"{DESK}/{ref}", data=form)
    assert refused.status_code == 409
    assert "Relisez" in text_of(refused)
    assert (await db.read(any_request, ref)).status == "filed"


async def test_what_was_said_of_an_older_version_is_not_kept(app, town, db, clock, agent) -> None:
    ref = await tom_declared(app, town, db, clock)
    await agent.post(f"{DESK}/{ref}/messages", data={"message": "Une question."})
    await run(db, "update request set version = version + 1 where ref = $1", ref)
    form = {"vers": "accepted", "version": "1", "meme-0": town.refs["tom"], "garde-0": "odd"}
    assert (await agent.post(f"{DESK}/{ref}", data=form)).status_code == 409
    assert len(await db.read(rows_of, "select id from household_child where child_id = $1", town.children["tom"])) == 1


async def test_an_account_closed_meanwhile_is_given_no_family(app, town, db, clock, agent) -> None:
    ref = await tom_declared(app, town, db, clock)
    await run(db, "update account set disabled_at = $1 where id = $2", clock(), town.accounts["stranger"])
    refused = await agent.post(f"{DESK}/{ref}", data={"vers": "accepted", "version": "1"})
    assert refused.status_code == 409
    assert "fermé depuis" in text_of(refused)
