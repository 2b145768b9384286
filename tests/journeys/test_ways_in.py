"""From the first visit to signed in, as each of the five towns' guides shows it page by page, on a real phone with real mail.

`docs/ways-in.md` sets the guides' pages beside ours; the labels and sentences asserted here are what it promises.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.journeys.conftest import FLAGS, Phone, chromium_path
from tests.journeys.ways_in import (
    LIKE_A_PERSON,
    MINE,
    Town,
    link_in,
    press,
    required,
    sign_in,
    sign_in_agent,
    step,
    town_of,
    write,
)  # fmt: skip
from tests.papers import photo

# A file of the demo town: its second adult has no account yet.
FILE = {
    "Numéro de dossier": "100003",
    "Nom de référence": "d’Hérouville",
    "Adresse e-mail": "famille01.bis@port-clairval.example",
}
ZOE = {
    "Nom": "Pinceau",
    "Prénom(s)": "Zoé",
    "Adresse e-mail": "zoe@exemple.fr",
    "Confirmation d’adresse e-mail": "zoe@exemple.fr",
    "Nom d’utilisateur": "z-pinceau",
    "Mot de passe": MINE,
    "Confirmation du mot de passe": MINE,
}


@pytest.fixture
def town(request: pytest.FixtureRequest, town_folder: Path, tmp_path: Path) -> Iterator[Town]:
    """The town of the profile that the test names."""
    with town_of(request.param, town_folder, tmp_path / "data") as opened:
        yield opened


@pytest.fixture
def phone(playwright_here: Playwright, tmp_path: Path, town: Town) -> Iterator[Phone]:
    phone = Phone(playwright_here, tmp_path / "profile", town.live.url)
    yield phone
    phone.close()


@pytest.fixture
def page(phone: Phone) -> Page:
    """A parent who has no account, on the first page."""
    return phone.open("/")


def known_file(page: Page, steps: int) -> None:
    """The pages of the wizard of G0 and G3, filled in up to the recap."""
    press(page, "Créer mon compte")
    step(page, f"1/{steps}", "Mes informations")
    expect(page.get_by_text("Ce formulaire vous permet, en quelques minutes, de créer votre compte")).to_be_visible()
    for item in ("votre numéro de dossier", "le nom de votre dossier"):
        expect(page.get_by_text(item)).to_be_visible()
    assert required(page) == {
        "Adresse e-mail", "Confirmation d’adresse e-mail", "Nom d’utilisateur", "Mot de passe",
        "Confirmation du mot de passe",
    }  # fmt: skip
    write(page, ZOE, LIKE_A_PERSON)
    press(page, "Suivant")
    step(page, f"2/{steps}", "Mes références dossier")
    expect(page.locator(".steps .done")).to_have_count(1)  # « Étape 1 ✓ »


def recap(page: Page, service: str = "Service enfance") -> None:
    """The recap of G0 and G3, then the confirmation page."""
    main = page.locator("main")
    for heading in ("Mes informations", "Mes souscriptions", "Conditions générales d’utilisation"):
        expect(main.get_by_role("heading", name=heading, exact=True)).to_be_visible()
    for said in ("Pinceau", "Zoé", "zoe@exemple.fr", "z-pinceau", service):
        expect(main.get_by_text(said, exact=True).first).to_be_visible()
    expect(
        main.get_by_text("Vous certifiez avoir lu et accepté les conditions générales d’utilisation")
    ).to_be_visible()
    expect(main.get_by_role("button", name="Annuler")).to_be_visible()
    press(page, "Valider mon inscription")
    expect(page.get_by_role("heading", name="Votre inscription est enregistrée")).to_be_visible()


def activate(page: Page, text: str, button: str = "Activer mon compte") -> None:
    """The link of the mail, then its button."""
    page.goto(link_in(text))
    press(page, button)


@pytest.mark.parametrize("town", ["G0"], indirect=True)
def test_g0_the_parent_knows_the_file_number_and_has_24_hours(page: Page, town: Town) -> None:
    known_file(page, 4)
    expect(page.get_by_text("Je n’ai pas ces informations, continuer sans")).to_be_visible()
    write(page, FILE)
    press(page, "Suivant")
    step(page, "3/4", "Conditions d’utilisation")
    expect(page.get_by_text("Vous devez accepter les conditions générales d’utilisation")).to_be_visible()
    page.get_by_label("J’ai lu et j’accepte les conditions générales d’utilisation").check()
    press(page, "Accepter")
    step(page, "4/4", "Récapitulatif")
    recap(page)
    text = town.letter(page, "zoe@exemple.fr")
    assert "Nom d’utilisateur : z-pinceau" in text
    assert "Service enfance : valide" in text
    assert "24 heures" in text
    assert "effacée" in text
    activate(page, text)
    expect(page.get_by_role("heading", name="Votre compte est activé")).to_be_visible()
    press(page, "Me connecter")
    sign_in(page, "z-pinceau")
    page.goto(town.live.url + "/planning")
    expect(page.get_by_text("Cunégonde").first).to_be_visible()  # a child of that file


@pytest.mark.parametrize("town", ["G0"], indirect=True)
def test_g0_without_the_file_one_still_gets_in(page: Page, town: Town) -> None:
    known_file(page, 4)
    page.get_by_label("Je n’ai pas ces informations, continuer sans").check()
    press(page, "Suivant")
    page.get_by_label("J’ai lu et j’accepte les conditions générales d’utilisation").check()
    press(page, "Accepter")
    recap(page, "Service enfance : sans dossier pour l’instant")
    text = town.letter(page, "zoe@exemple.fr")
    assert "sans dossier pour l’instant" in text
    activate(page, text)
    press(page, "Me connecter")
    sign_in(page, "zoe@exemple.fr")
    expect(page.locator("h1")).to_be_visible()


@pytest.mark.parametrize("town", ["G3"], indirect=True)
def test_g3_privacy_is_a_step_of_its_own_and_the_link_lives_72_hours(page: Page, town: Town) -> None:
    known_file(page, 5)
    expect(page.get_by_text("Je n’ai pas ces informations")).to_have_count(0)
    page.get_by_text("Où trouver votre numéro de dossier ?").tap()
    for place in ("sur vos factures précédentes", "sur le courrier reçu", "lors de l’inscription d’un enfant"):
        expect(page.get_by_text(place)).to_be_visible()
    assert required(page) == set(FILE)
    write(page, FILE)
    press(page, "Suivant")
    step(page, "3/5", "Conditions d’utilisation")
    page.get_by_label("J’ai lu et j’accepte les conditions générales d’utilisation").check()
    press(page, "Accepter")
    step(page, "4/5", "Confidentialité")
    expect(page.get_by_text("Vous devez accepter la politique de confidentialité")).to_be_visible()
    page.get_by_label("J’ai lu et j’accepte la politique de confidentialité de mes données personnelles").check()
    press(page, "Accepter")
    step(page, "5/5", "Récapitulatif")
    recap(page)
    expect(page.get_by_text("72 heures")).to_be_visible()
    text = town.letter(page, "zoe@exemple.fr")
    assert "72 heures" in text
    activate(page, text)
    press(page, "Me connecter")
    sign_in(page, "z-pinceau")
    told = town.letter(page, "famille01@demo.marelle")  # the adult already there is told, and may contest
    assert "rattaché" in told
    page.goto(town.live.url + "/compte")
    expect(page.get_by_text("z-pinceau")).to_be_visible()


@pytest.mark.parametrize("town", ["G2"], indirect=True)
def test_g2_a_new_family_creates_its_space_in_six_steps(page: Page, town: Town) -> None:
    press(page, "Créer mon espace")
    step(page, "1/6", "Bienvenue")
    expect(page.get_by_text("Bonjour et bienvenue")).to_be_visible()
    expect(page.get_by_text("garde alternée")).to_be_visible()
    page.wait_for_function("() => performance.now() > 3200")  # one reads; a robot does not
    press(page, "Je crée mon espace")
    step(page, "2/6", "CGU")
    expect(page.get_by_text("votre consentement n’est pas demandé")).to_be_visible()
    page.get_by_label("J’accepte les conditions générales d’utilisation").check()
    press(page, "Suivant")
    step(page, "3/6", "Identité")
    assert required(page) == {"Civilité", "Nom usuel", "Prénom(s)"}
    page.get_by_label("Monsieur").check()
    write(page, {"Nom usuel": "Etcheverry", "Nom de naissance": "Etcheverry", "Prénom(s)": "Peio",
                 "Date de naissance": "1988-02-03", "Pays de naissance": "France", "Département de naissance": "64",
                 "Commune de naissance": "Bayonne"})  # fmt: skip
    page.get_by_label("Photo").set_input_files({"name": "moi.jpg", "mimeType": "image/jpeg", "buffer": photo()})
    press(page, "Suivant")
    step(page, "4/6", "Adresse")
    write(
        page,
        {
            "Numéro et nom de la voie": "65 route de Saint Pierre d’Irube",
            "Code postal": "64990",
            "Ville": "Villefranque",
        },
    )
    press(page, "Suivant")
    step(page, "5/6", "Moyens de contact")
    assert required(page) == {"Courriel"}
    write(page, {"Mobile": "06 12 34 56 78", "Courriel": "peio@exemple.fr"})
    press(page, "Suivant")
    step(page, "6/6", "Authentification")
    assert required(page) == {"Identifiant d’utilisateur", "Mot de passe", "Confirmation du mot de passe"}
    expect(page.get_by_label("Clé enfance")).to_be_visible()
    expect(page.get_by_text("Laissez vide si vous n’en avez pas")).to_be_visible()
    expect(page.get_by_text("8 caractères au moins, dont une minuscule, une majuscule, un chiffre")).to_be_visible()
    write(page, {"Identifiant d’utilisateur": "peio.e", "Mot de passe": MINE, "Confirmation du mot de passe": MINE})
    press(page, "Valider")
    expect(page.get_by_role("heading", name="Votre espace est créé")).to_be_visible()
    expect(page.get_by_text("24 heures")).to_be_visible()
    expect(page.get_by_text("livret de famille")).to_be_visible()
    text = town.letter(page, "peio@exemple.fr")
    assert "24 heures" in text
    activate(page, text)
    expect(page.get_by_text("peio.e")).to_be_visible()
    expect(page.get_by_text("Votre famille n’est pas encore connue du service enfance")).to_be_visible()
    press(page, "Déclarer ma famille")
    sign_in(page, "peio.e")
    page.wait_for_url("**/dossier/declarer")
    page.goto(town.live.url + "/compte")
    picture = page.get_by_role("img", name="Votre photo")
    assert picture.evaluate("(one) => one.decode().then(() => one.naturalWidth)") == 300


@pytest.mark.parametrize("town", ["G1"], indirect=True)
def test_g1_one_asks_the_structure_validates_one_finishes(phone: Phone, page: Page, town: Town) -> None:
    press(page, "Créer mon compte")
    write(page, {"Nom": "Dubois", "Prénom(s)": "Nahel", "Adresse e-mail": "nahel@exemple.fr",
                 "Confirmation d’adresse e-mail": "nahel@exemple.fr", "Téléphone": "0612345678",
                 "Vos enfants": "Sohan, 6 ans"}, LIKE_A_PERSON)  # fmt: skip
    press(page, "Envoyer ma demande")
    expect(page.get_by_role("heading", name="Votre demande est envoyée")).to_be_visible()
    assert "transmise" in town.letter(page, "nahel@exemple.fr")

    accept_at_the_desk(phone, town, "Nahel Dubois")
    text = town.letter(page, "nahel@exemple.fr", 2)
    assert "acceptée" in text
    assert "72 heures" in text
    activate(page, text, "Continuer")
    step(page, "1/4", "Mes coordonnées")
    write(page, {"Numéro et nom de la voie": "12 rue des Embruns", "Code postal": "99420", "Ville": "Port-Clairval"})
    press(page, "Suivant")
    step(page, "2/4", "Mon accès")
    write(page, {"Nom d’utilisateur": "nahel.dubois", "Mot de passe": MINE, "Confirmation du mot de passe": MINE})
    press(page, "Suivant")
    page.get_by_label("J’ai lu et j’accepte les conditions générales d’utilisation").check()
    press(page, "Accepter")
    step(page, "4/4", "Récapitulatif")
    press(page, "Terminer mon inscription")
    page.wait_for_url(town.live.url + "/")  # « Bienvenue sur le portail Famille ! »
    expect(page.locator("nav.nav")).to_be_visible()


@pytest.mark.parametrize("town", ["G1", "G4"], indirect=True)
def test_g1_g4_the_town_opens_the_account_and_mails_a_number(phone: Phone, page: Page, town: Town) -> None:
    hours = {"G1": "72 heures", "G4": "7 jours"}[town.live.environment["MARELLE_PROFILE"]]
    open_at_the_desk(phone, town, "100003")
    text = town.letter(page, "famille01.bis@port-clairval.example")
    assert "La mairie a ouvert pour vous un compte" in text
    number = text.split("Identifiant : ")[1].split("\n")[0].strip()
    assert number.isdecimal()
    assert hours in text
    page.goto(link_in(text))
    expect(page.get_by_text(number)).to_be_visible()
    expect(page.get_by_text("lisez et acceptez les conditions générales d’utilisation")).to_be_visible()
    page.get_by_label("J’ai lu et j’accepte les conditions générales d’utilisation").check()
    press(page, "Accepter et entrer")  # signed in by itself, and invited to choose a password
    page.wait_for_url("**/compte/mot-de-passe")
    write(page, {"Mot de passe": MINE, "Confirmation du mot de passe": MINE})
    press(page, "Enregistrer")
    page.wait_for_url("**/compte?**")
    press(page, "Me déconnecter")
    page.wait_for_url("**/connexion**")
    sign_in(page, number)
    page.goto(town.live.url + "/planning")
    expect(page.get_by_text("Cunégonde").first).to_be_visible()


def accept_at_the_desk(phone: Phone, town: Town, name: str) -> None:
    """The structure validates."""
    with agent_of(phone, town) as page:
        page.goto("/agent/comptes")
        page.get_by_text(name).click()
        page.get_by_role("button", name="Accepter la demande").click()
        expect(page.get_by_text("La demande est acceptée")).to_be_visible()


def open_at_the_desk(phone: Phone, town: Town, number: str) -> None:
    """The town opens the account of the family's adult who has none."""
    with agent_of(phone, town) as page:
        page.goto(f"/agent/familles?q={number}")
        page.locator("#found a").first.click()
        page.get_by_role("link", name="Comptes", exact=True).click()
        page.get_by_role("button", name="Ouvrir un compte").first.click()
        expect(page.get_by_text("Le compte est ouvert")).to_be_visible()


@contextmanager
def agent_of(phone: Phone, town: Town) -> Iterator[Page]:
    """An agent's browser, signed in."""
    browser = phone._playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
    page = browser.new_context(base_url=town.live.url, locale="fr-FR").new_page()
    page.goto("/connexion")
    sign_in_agent(page)
    yield page
    browser.close()
