"""A registration survives a network that is gone and a tab that is closed."""

from playwright.sync_api import expect

from tests.journeys.conftest import Phone
from tests.journeys.live import LiveServer
from tests.journeys.proxy import Proxy
from tests.journeys.ways_in import LIKE_A_PERSON, MINE, press, step, write

ME = {
    "Adresse e-mail": "zoe@exemple.fr",
    "Confirmation d’adresse e-mail": "zoe@exemple.fr",
    "Nom d’utilisateur": "z-pinceau",
    "Mot de passe": MINE,
    "Confirmation du mot de passe": MINE,
}


def test_a_step_that_cannot_leave_is_sent_again_and_a_closed_tab_is_taken_up(
    phone: Phone, proxy: Proxy, live: LiveServer
) -> None:
    page = phone.open("/inscription/dossier/informations")
    phone.ready()
    page.reload()
    write(page, ME, LIKE_A_PERSON)
    proxy.set("refuse")
    press(page, "Suivant")
    expect(page.get_by_role("heading", name="rien n’est parti")).to_be_visible()
    assert live.rows("select id from registration_draft") == []
    proxy.set("pass")
    page.get_by_role("button", name="Renvoyer maintenant").tap()
    step(page, "2/4", "Mes références dossier")
    phone.close()
    page = phone.open("/inscription")
    expect(page.get_by_text("l’étape « Mes références dossier » vous attend")).to_be_visible()
    press(page, "Reprendre")
    step(page, "2/4", "Mes références dossier")
    page.goto(phone.url + "/inscription/dossier/informations")
    expect(page.get_by_label("Nom d’utilisateur")).to_have_value("z-pinceau")
