"""« Déclarer ma famille » from the first form to the family an agent has accepted; mistakes, two browsers, strangers."""

import html

import pytest

from tests.desk import rows_of, run
from tests.families import CHILD, CONTACT, HOLDER, OTHER, add, alone, declared, whole
from tests.web.doors import enter
from tests.web.families.test_requests import text_of

URL = "/dossier/declarer"


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


async def test_sent_twice_it_is_one_request_and_nothing_is_declared_beside_it(app, town, db, clock) -> None:
    browser = await alone(app, town, db, clock)
    ref = await declared(browser)
    again = await browser.post(f"{URL}/recapitulatif")
    assert again.headers["location"] == f"/dossier/demarches/{ref}"
    for path in (URL, f"{URL}/recapitulatif", f"{URL}/enfants/nouveau"):
        assert (await browser.get(path)).headers["location"] == f"/dossier/demarches/{ref}"
    assert len(await db.read(rows_of, "select id from request")) == 1


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
