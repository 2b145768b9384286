"""A parent declares a family on a phone that dies in the middle, an agent accepts it, and the file is there."""

from dataclasses import replace

from playwright.sync_api import Page, expect

from tests.families import CHILD, HOLDER
from tests.journeys.conftest import PhoneMaker
from tests.journeys.live import LiveServer
from tests.pages.house import LATER

FAMILY = "/dossier/declarer"


def fill(page: Page, form: dict[str, str], names: tuple[str, ...]) -> None:
    """The fields of these names, as a thumb fills them."""
    for name in names:
        box = page.locator(f"[name='{name}']")
        if box.first.get_attribute("type") == "radio":
            page.locator(f"[name='{name}'][value='{form[name]}']").check()
        elif box.evaluate("(node) => node.tagName") == "SELECT":
            box.select_option(form[name])
        else:
            value = form[name]
            is_day = box.get_attribute("type") == "date"
            box.fill("-".join(reversed(value.split("/"))) if is_day else value)


def test_a_family_is_declared_on_a_phone_and_accepted_by_an_agent(phones: PhoneMaker, live: LiveServer) -> None:
    phone = phones("noa")
    page = phone.sign_in("nouveau@demo.marelle", f"/connexion?suite={FAMILY}")
    expect(page.get_by_role("heading", name="Déclarer ma famille")).to_be_visible()
    page.get_by_role("link", name="Compléter ma fiche").click()
    fill(page, HOLDER, ("civilite", "nom", "prenoms", "naissance", "mobile"))
    page.get_by_label("Adresse (pour remplir").fill("14 rue du ph")
    page.get_by_role("button", name="Chercher").click()
    page.get_by_role("button", name="Choisir 14 rue du Phare").click()
    expect(page.locator("[name=voie]")).to_have_value("rue du Phare")
    expect(page.locator("[name=mobile]")).to_have_value(HOLDER["mobile"])  # nothing typed was lost on the way
    page.get_by_role("button", name="Enregistrer").last.click()
    page.wait_for_url(f"**{FAMILY}")

    page.get_by_role("link", name="Ajouter un enfant").click()
    fill(page, {**CHILD, "naissance": "01/05/2020"}, ("prenoms", "nom", "sexe", "naissance", "niveau"))
    page.get_by_role("button", name="Enregistrer").last.click()  # the link to the parent is missing
    expect(page.get_by_role("alert")).to_contain_text("Dites au moins ce qu’un des adultes")
    phone.kill()  # the phone dies here: what was typed is on the server

    page = phone.open(FAMILY)
    expect(page.get_by_text("à compléter")).to_be_visible()
    page.get_by_role("link", name="Aller à l’étape 2").click()
    page.get_by_role("link", name="La fiche de Henri Moreau est à compléter.").click()
    expect(page.locator("[name=prenoms]")).to_have_value("Henri")
    page.locator("select[name^=lien_]").select_option("mere")
    page.locator("[name^=autorite_]").check()
    page.get_by_role("button", name="Enregistrer").last.click()
    page.wait_for_url(f"**{FAMILY}")
    page.get_by_role("link", name="Aller à l’étape 2").click()
    expect(page.get_by_text("14 rue du Phare").or_(page.get_by_text("rue du Phare")).first).to_be_visible()
    page.get_by_role("button", name="Valider").click()
    expect(page.get_by_text("Nous avons bien enregistré votre demande.")).to_be_visible()
    number = page.get_by_role("heading", level=1).inner_text().split()[-1]
    ref = page.url.split("/")[-1].split("?")[0]

    later = {**live.environment, "MARELLE_NOW": LATER}  # the clock of each process starts anew
    replace(live, environment=later).run("deliver", "--once")
    mails = live.rows("select subject, body from dev_mail where recipient = 'nouveau@demo.marelle' order by id desc")
    receipt = next(mail for mail in mails if number in mail["subject"])
    for said in ("Accusé de réception", "Service en charge", "considérée comme"):
        assert said in receipt["body"].replace("\u00a0", " ")

    desk = phones("agent")
    screen = desk.sign_in("agent@demo.marelle", "/connexion?suite=/agent/demarches")
    screen.get_by_role("link", name="Déclaration de la famille Moreau").click()
    expect(screen.get_by_text("pas encore de dossier").or_(screen.get_by_text("Henri")).first).to_be_visible()
    screen.get_by_role("button", name="Accepter").click()
    expect(screen.get_by_text("C’est fait")).to_be_visible()

    page.goto(f"{phone.url}/dossier/demarches/{ref}")
    expect(page.locator(".head .badge")).to_have_text("Acceptée")
    page.goto(f"{phone.url}/dossier")
    expect(page.get_by_role("heading", name="Famille Moreau")).to_be_visible()
    expect(page.get_by_role("heading", name="Henri Moreau")).to_be_visible()
    assert not phone.complaints
