"""A form sent without a network: a page says that nothing has left, and sends the same form again when asked."""

from playwright.sync_api import expect

from tests.journeys.conftest import Phone
from tests.journeys.live import LiveServer
from tests.journeys.proxy import Proxy


def test_an_absence_that_cannot_leave_is_sent_again_as_it_was(phone: Phone, proxy: Proxy, live: LiveServer) -> None:
    page = phone.sign_in()
    phone.ready()
    page.goto(phone.url + "/")
    page.get_by_role("link", name="Malade aujourd’hui").first.tap()
    expect(page.get_by_role("button", name="Signaler l’absence")).to_be_visible()
    page.wait_for_load_state("networkidle")
    proxy.set("refuse")
    page.get_by_role("button", name="Signaler l’absence").tap()
    expect(page.get_by_role("heading", name="rien n’est parti")).to_be_visible()
    assert live.rows("select id from audit where action like 'absen%'") == []
    proxy.set("pass")
    page.get_by_role("button", name="Renvoyer maintenant").tap()
    expect(page.get_by_text("La mairie est prévenue")).to_be_visible()
    assert live.rows("select id from audit where action like 'absen%'")
