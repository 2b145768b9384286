"""A parent asks on a phone for other days, an agent accepts, and the other home's calendar opens them."""

from playwright.sync_api import expect

from tests.journeys.conftest import PhoneMaker
from tests.journeys.live import LiveServer

NEXT_WEEK = "/planning?vue=semaine&jour=2026-11-23"  # week 48, an even one: Camille's until it changes


def test_custody_is_asked_for_on_a_phone_and_decided_by_an_agent(phones: PhoneMaker, live: LiveServer) -> None:
    camille, alex, desk = phones("camille"), phones("alex"), phones("agent")
    page = camille.sign_in("parent@demo.marelle", "/connexion?suite=/dossier")
    page.get_by_role("link", name="Garde : Zoé").click()
    expect(page.get_by_text("Semaines paires chez vous")).to_be_visible()
    page.locator("[name=rythme][value=odd]").check()
    expect(page.locator("[name=j0]")).to_be_hidden()  # the days of a cycle are folded away
    page.locator("[name=depuis]").fill("2026-11-23")
    page.get_by_role("button", name="Voir ce que cela change").click()
    expect(page.get_by_role("heading", name="Ce que cela changerait")).to_be_visible()
    expect(page.get_by_text("Du lundi 23 novembre au dimanche 29 novembre 2026")).to_be_visible()
    page.get_by_label("Pourquoi ce changement ?").fill("Je travaille de nuit les semaines paires.")
    page.get_by_role("button", name="Envoyer la demande").click()
    expect(page.get_by_text("Nous avons bien enregistré votre demande.")).to_be_visible()
    request = page.url.split("?")[0]

    theirs = alex.sign_in("autre@demo.marelle", "/connexion?suite=/dossier")
    theirs.get_by_role("link", name="Garde : Zoé").click()
    expect(theirs.get_by_role("heading", name="L’autre foyer demande un changement")).to_be_visible()
    for secret in ("Camille", "Lefèvre ", "rue du Phare", "de nuit"):
        expect(theirs.get_by_role("main")).not_to_contain_text(secret)

    screen = desk.sign_in("agent@demo.marelle", "/connexion?suite=/agent/demarches")
    screen.get_by_role("link", name="Garde de Zoé").click()
    expect(screen.get_by_role("heading", name="Les jours de Zoé, avant et après")).to_be_visible()
    screen.get_by_role("button", name="Accepter").click()
    expect(screen.get_by_text("C’est fait")).to_be_visible()

    page.goto(request)
    expect(page.locator(".head .badge")).to_have_text("Acceptée")
    for phone, home in ((page, "l’autre"), (theirs, "vous")):
        phone.goto(f"{live.url}{NEXT_WEEK}")
        expect(phone.locator("tr.home td").first).to_contain_text(home)
