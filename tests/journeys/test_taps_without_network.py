"""One tap, from the thumb to the verdict, on networks that fail in every way; final states are read outside the browser."""

import re

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Phone, PhoneMaker
from tests.journeys.live import LiveServer
from tests.journeys.proxy import Proxy
from tests.journeys.squares import (
    NEXT_WEEK,
    ON_THE_SHELF,
    arrived,
    audit_of,
    becomes,
    booked,
    free_ids,
    held,
    square,
    tap,
    taps_of,
    waits,
)


def at_the_calendar(phone: Phone) -> list[str]:
    """Signed in, worker running, next week on screen and on the shelf; three free squares."""
    page = phone.sign_in()
    page.goto(phone.url + NEXT_WEEK)
    phone.ready()
    page.reload()
    page.wait_for_load_state("networkidle")
    becomes(page, ON_THE_SHELF)
    return free_ids(page, 3)


def back(proxy: Proxy, *pages: Page) -> None:
    """The network is back, and the browsers notice."""
    proxy.set("pass")
    for page in pages:
        page.evaluate("dispatchEvent(new Event('online'))")


def test_an_offline_reload_shows_the_calendar(phone: Phone, proxy: Proxy) -> None:
    first, *_ = at_the_calendar(phone)
    proxy.set("refuse")
    phone.page.reload()
    expect(square(phone.page, first)).to_be_visible()
    expect(phone.page.locator("#status")).to_contain_text("Hors ligne")


def test_a_tap_offline_waits_and_has_exactly_one_effect_online(phone: Phone, proxy: Proxy, live: LiveServer) -> None:
    first, *_ = at_the_calendar(phone)
    proxy.set("refuse")
    tap(phone.page, first)
    waits(phone.page, first)
    assert held(live, first) == []
    back(proxy, phone.page)
    booked(phone.page, first)
    assert [row["state"] for row in held(live, first)] == ["booked"]
    assert len(taps_of(live, first)) == len(audit_of(live, first)) == 1


def test_the_news_of_the_network_moves_no_square_under_the_thumb(phone: Phone, proxy: Proxy) -> None:
    first, *_ = at_the_calendar(phone)
    for width in (390, 320):
        proxy.set("pass")
        phone.page.set_viewport_size({"width": width, "height": 844})
        phone.page.reload()
        phone.page.wait_for_load_state("networkidle")
        expect(phone.page.locator("#status")).to_be_empty()
        before = square(phone.page, first).bounding_box()
        proxy.set("refuse")
        phone.page.locator("[rel=next]").first.click()
        expect(phone.page.locator("#status")).to_contain_text("cette page n’est pas gardée")
        assert square(phone.page, first).bounding_box() == before
        phone.page.reload()
        expect(phone.page.locator("#status")).to_contain_text("Dernière mise à jour")
        assert square(phone.page, first).bounding_box() == before


def test_the_browsers_own_offline_switch_does_the_same(phone: Phone, live: LiveServer) -> None:
    first, *_ = at_the_calendar(phone)
    assert phone.context
    phone.context.set_offline(True)
    tap(phone.page, first)
    waits(phone.page, first)
    phone.context.set_offline(False)
    booked(phone.page, first)
    assert len(taps_of(live, first)) == 1


def test_closed_and_reopened_it_still_waits(phone: Phone, proxy: Proxy, live: LiveServer) -> None:
    first, *_ = at_the_calendar(phone)
    proxy.set("refuse")
    tap(phone.page, first)
    waits(phone.page, first)
    phone.close()
    page = phone.open(NEXT_WEEK)
    waits(page, first)
    back(proxy, page)
    booked(page, first)
    assert len(audit_of(live, first)) == 1


def reopened_once(phone: Phone) -> None:
    """Chromium writes cookies lazily: close it cleanly once, so that a kill does not also lose the session."""
    phone.close()
    phone.open(NEXT_WEEK)


def test_a_browser_killed_after_the_tap_loses_nothing(phone: Phone, proxy: Proxy, live: LiveServer) -> None:
    first, *_ = at_the_calendar(phone)
    reopened_once(phone)
    proxy.set("refuse")
    tap(phone.page, first)
    waits(phone.page, first)
    phone.kill()
    proxy.set("pass")
    page = phone.open(NEXT_WEEK)
    booked(page, first)
    assert len(audit_of(live, first)) == 1


def test_a_browser_killed_in_flight_sends_the_same_tap_again(phone: Phone, proxy: Proxy, live: LiveServer) -> None:
    first, *_ = at_the_calendar(phone)
    reopened_once(phone)
    proxy.set("lose")
    tap(phone.page, first)
    arrived(live, first)
    phone.kill()
    proxy.set("pass")
    page = phone.open(NEXT_WEEK)
    booked(page, first)
    assert len(taps_of(live, first)) == len(audit_of(live, first)) == 1


def test_an_answer_lost_on_the_way_is_asked_for_again(phone: Phone, proxy: Proxy, live: LiveServer) -> None:
    first, *_ = at_the_calendar(phone)
    proxy.set("lose")
    tap(phone.page, first)
    arrived(live, first)
    back(proxy, phone.page)
    booked(phone.page, first)
    assert len(taps_of(live, first)) == len(audit_of(live, first)) == 1


def test_a_hung_network_still_shows_the_calendar(phone: Phone, proxy: Proxy) -> None:
    first, *_ = at_the_calendar(phone)
    proxy.set("hang")
    phone.page.goto(phone.url + NEXT_WEEK, wait_until="commit")
    expect(square(phone.page, first)).to_be_visible()
    tap(phone.page, first)
    expect(square(phone.page, first)).to_have_attribute("data-q", re.compile("pending|sending"))


def test_a_refusal_at_the_cutoff_restores_the_square_and_says_why(phone: Phone, proxy: Proxy, live: LiveServer) -> None:
    page = phone.sign_in()
    page.goto(phone.url + NEXT_WEEK)
    phone.ready()
    (first,) = free_ids(page, 1, "cantine")
    proxy.set("refuse")
    tap(page, first)
    waits(page, first)
    live.restart(MARELLE_NOW="2026-11-30T09:00:00+01:00")  # while the phone was without network, the week has passed
    back(proxy, page)
    expect(square(page, first)).to_have_attribute("data-q", "rejected")
    expect(page.locator("#tray")).to_contain_text("Trop tard")
    assert held(live, first) == []
    assert [row["outcome"] for row in taps_of(live, first)] == ["rejected"]


def test_two_tabs_send_one_request_and_both_are_repainted(phone: Phone, proxy: Proxy, live: LiveServer) -> None:
    first, *_ = at_the_calendar(phone)
    assert phone.context
    other = phone.context.new_page()
    other.goto(phone.url + NEXT_WEEK)
    proxy.set("refuse")
    tap(phone.page, first)
    waits(phone.page, first)
    waits(other, first)
    back(proxy, phone.page, other)
    booked(phone.page, first)
    booked(other, first)
    assert proxy.batches == 1
    assert len(taps_of(live, first)) == 1


def test_both_parents_on_one_square_do_no_harm(phones: PhoneMaker, proxy: Proxy, live: LiveServer) -> None:
    camille, sacha = phones("camille"), phones("sacha")
    first, *_ = at_the_calendar(camille)
    page = sacha.sign_in("conjoint@demo.marelle")
    page.goto(sacha.url + NEXT_WEEK)
    sacha.ready()
    proxy.set("refuse")
    tap(camille.page, first)
    tap(page, first)
    waits(camille.page, first)
    waits(page, first)
    back(proxy, camille.page, page)
    booked(camille.page, first)
    booked(page, first)
    assert [row["state"] for row in held(live, first)] == ["booked"]
    assert len(audit_of(live, first)) == 1, "one effect, two verdicts"
    assert len(taps_of(live, first)) == 2


def test_a_change_of_mind_while_in_flight_ends_as_the_parent_wished_last(
    phone: Phone, proxy: Proxy, live: LiveServer
) -> None:
    first, *_ = at_the_calendar(phone)
    proxy.set("slow", 1.5)
    tap(phone.page, first)
    arrived(live, first)
    tap(phone.page, first)
    proxy.set("pass")
    booked(phone.page, first, "free")
    assert [row["state"] for row in held(live, first)] in ([], ["free"])


def test_back_works_offline(phone: Phone, proxy: Proxy) -> None:
    first, *_ = at_the_calendar(phone)
    phone.page.locator("[rel=next]").first.click()
    expect(phone.page.locator("h1")).to_contain_text("30 novembre")
    proxy.set("refuse")
    phone.page.go_back()
    expect(square(phone.page, first)).to_be_visible()
    expect(phone.page.locator("h1")).to_contain_text("23")
