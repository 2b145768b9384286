"""The nearest date limit is booked on the home page itself: with a network, without one, and without JavaScript."""

from playwright.sync_api import Page, expect

from tests.journeys.conftest import PhoneMaker
from tests.journeys.live import LiveServer
from tests.journeys.proxy import Proxy
from tests.journeys.squares import booked, held, queue_of, tap, waits


def nearest(page: Page) -> str:
    return str(page.locator(".todo button.sq").first.get_attribute("id"))


def test_a_tap_on_home_books(phones: PhoneMaker, live: LiveServer) -> None:
    page = phones().sign_in()
    id_ = nearest(page)
    tap(page, id_)
    booked(page, id_)
    assert [row["state"] for row in held(live, id_)] == ["booked"]


def test_a_tap_on_home_waits_for_the_network(phones: PhoneMaker, live: LiveServer, proxy: Proxy) -> None:
    phone = phones()
    page = phone.sign_in()
    phone.ready()
    proxy.set("refuse")
    id_ = nearest(page)
    tap(page, id_)
    waits(page, id_)
    assert len(queue_of(page)) == 1
    assert held(live, id_) == []
    proxy.set("pass")
    page.evaluate("dispatchEvent(new Event('online'))")
    booked(page, id_)
    assert [row["state"] for row in held(live, id_)] == ["booked"]


def test_without_javascript_home_says_the_verdict(phones: PhoneMaker, live: LiveServer) -> None:
    page = phones("sans-script", javascript=False).sign_in()
    id_ = nearest(page)
    page.locator(f"#{id_}").press("Enter")
    page.wait_for_url("**/?verdict=*")
    expect(page.locator(".banner.info").first).to_contain_text("Réservé")
    assert [row["state"] for row in held(live, id_)] == ["booked"]
