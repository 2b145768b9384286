"""Messages on a phone: how many wait, true without a network too, and a photo that goes with an answer."""

from playwright.sync_api import expect

from tests.journeys.conftest import Phone, PhoneMaker
from tests.journeys.proxy import Proxy
from tests.journeys.test_taps_without_network import at_the_calendar
from tests.papers import photo

PHOTO = {"name": "Certificat.jpg", "mimeType": "image/jpeg", "buffer": photo()}


def test_the_count_is_in_the_menu_and_gone_from_a_kept_page(phone: Phone, proxy: Proxy) -> None:
    at_the_calendar(phone)
    page = phone.page
    link = page.get_by_role("navigation", name="Principale").get_by_role("link", name="Messages 1 non lu")
    expect(link).to_be_visible()
    proxy.set("refuse")
    page.reload()
    expect(page.locator("#status")).to_contain_text("Hors ligne")
    expect(page.get_by_role("link", name="Messages", exact=True)).to_be_visible()
    expect(page.locator(".nav .count")).to_be_hidden()
    proxy.set("pass")
    page.goto(phone.url + "/messages/demo-thread-1")
    expect(page.locator(".nav .count")).to_have_count(0)  # it is being read


def test_a_photo_goes_with_an_answer_without_a_script_too(phones: PhoneMaker) -> None:
    for name, javascript in (("camille", True), ("sans", False)):
        phone = phones(name, javascript=javascript)
        page = phone.sign_in()
        page.goto(phone.url + "/messages/demo-thread-1")
        page.get_by_label("Message").fill("Voici le certificat.")
        page.set_input_files("[name=fichier]", files=[{**PHOTO, "name": f"{name}.jpg"}])  # type: ignore[list-item]
        page.get_by_role("button", name="Répondre").click()
        expect(page.get_by_text("Message envoyé.")).to_be_visible()
        expect(page.get_by_role("link", name=name, exact=True)).to_be_visible()
